// Parses DISPLAY and finds where its X server listens, like OpenSSH (x11_connect_display() in channels.c) and Xlib.

export interface DisplayName {
  /** As in DISPLAY. */
  readonly text: string;
  readonly screen: number;
  /** Tried one after the other. */
  readonly addresses: readonly DisplayAddress[];
  /** Its name in xauth. */
  readonly authName: string;
}

export type DisplayAddress = { readonly path: string } | { readonly host: string; readonly port: number };

/** Display 0 has this TCP port. */
const firstPort = 6000;
const highestDisplay = 65_535 - firstPort;

/**
 * `:0`, `:0.1`, `unix:0`, `host/unix:0`, `host:10.0`, `[::1]:0`, `tcp/host:0`, and the paths of XQuartz.
 * @returns undefined when it is not a valid display
 */
export function parseDisplay(text: string, platform: string): DisplayName | undefined {
  if (text.startsWith('/')) {
    return parsePath(text);
  }
  const match = /^(.*):(\d{1,5})(?:\.(\d{1,3}))?$/s.exec(text);
  const [, before = '', number = '', screen = '0'] = match ?? [];
  // The last check rejects names of DECnet (`host::0`), which is no longer in use.
  if (!match || Number(number) > highestDisplay || /[\0\s]/.test(before) || /(^|[^:]):$/.test(before)) {
    return undefined;
  }
  const display = Number(number);
  const isLocal = before === '' || before === 'unix' || before.endsWith('/unix');
  const host = before.replace(/^(?:tcp|inet6?)\//, '').replace(/^\[(.*)\]$/, '$1');
  return {
    text,
    screen: Number(screen),
    addresses: isLocal ? socketsOf(display, platform) : [{ host, port: firstPort + display }],
    // Authority files list loopback under the machine's own name (client_x11_get_proto() in clientloop.c).
    authName: isLocal ? `:${display}` : host === 'localhost' ? `unix:${display}` : `${before}:${display}`,
  };
}

/** The sockets of a local display. On Linux the abstract one also works when /tmp is not shared. */
function socketsOf(display: number, platform: string): readonly DisplayAddress[] {
  if (platform === 'win32') {
    return [{ host: '127.0.0.1', port: firstPort + display }];
  }
  const path = `${socketFolder}/X${display}`;
  return platform === 'linux' ? [{ path: `\0${path}` }, { path }] : [{ path }];
}

const socketFolder = '/tmp/.X11-unix';

/** `/private/tmp/com.apple.launchd.…/org.xquartz:0`, with or without a screen: the name is the path of the socket. */
function parsePath(text: string): DisplayName {
  const [, base = text, screen] = /^(.*:\d+)\.(\d{1,3})$/s.exec(text) ?? [];
  const addresses = screen === undefined ? [{ path: text }] : [{ path: text }, { path: base }];
  return { text, screen: Number(screen ?? 0), addresses, authName: base };
}
