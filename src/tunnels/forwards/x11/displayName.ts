// What DISPLAY names, and where its X server listens: as OpenSSH (x11_connect_display() in channels.c) and Xlib read it.

export interface DisplayName {
  /** As it was written. */
  readonly text: string;
  readonly screen: number;
  /** To be tried one after the other. */
  readonly places: readonly DisplayPlace[];
  /** How xauth calls it. */
  readonly authName: string;
}

export type DisplayPlace = { readonly path: string } | { readonly host: string; readonly port: number };

/** TCP ports of X servers begin here. */
const firstPort = 6000;
const highest = 65_535 - firstPort;

/**
 * `:0`, `:0.1`, `unix:0`, `host/unix:0`, `host:10.0`, `[::1]:0`, `tcp/host:0`, and the paths of XQuartz.
 * @returns undefined where it can't be a display
 */
export function parseDisplay(text: string, platform: string): DisplayName | undefined {
  if (text.startsWith('/')) {
    return ofPath(text);
  }
  const match = /^(.*):(\d{1,5})(?:\.(\d{1,3}))?$/s.exec(text);
  const [, before = '', number = '', screen = '0'] = match ?? [];
  // As DECnet's, which nobody has.
  if (!match || Number(number) > highest || /[\0\s]/.test(before) || /(^|[^:]):$/.test(before)) {
    return undefined;
  }
  const display = Number(number);
  const isHere = before === '' || before === 'unix' || before.endsWith('/unix');
  const host = before.replace(/^(?:tcp|inet6?)\//, '').replace(/^\[(.*)\]$/, '$1');
  return {
    text,
    screen: Number(screen),
    places: isHere ? socketsOf(display, platform) : [{ host, port: firstPort + display }],
    // In authority files loopback goes by the name of the machine (client_x11_get_proto() in clientloop.c).
    authName: isHere ? `:${display}` : host === 'localhost' ? `unix:${display}` : `${before}:${display}`,
  };
}

/** The sockets of a local display; Linux' abstract one is there also where /tmp is not shared. */
function socketsOf(display: number, platform: string): readonly DisplayPlace[] {
  if (platform === 'win32') {
    return [{ host: '127.0.0.1', port: firstPort + display }];
  }
  const path = `${socketFolder}/X${display}`;
  return platform === 'linux' ? [{ path: `\0${path}` }, { path }] : [{ path }];
}

const socketFolder = '/tmp/.X11-unix';

/** `/private/tmp/com.apple.launchd.…/org.xquartz:0`, with or without a screen: the socket itself is the name. */
function ofPath(text: string): DisplayName {
  const [, base = text, screen] = /^(.*:\d+)\.(\d{1,3})$/s.exec(text) ?? [];
  const places = screen === undefined ? [{ path: text }] : [{ path: text }, { path: base }];
  return { text, screen: Number(screen ?? 0), places, authName: base };
}
