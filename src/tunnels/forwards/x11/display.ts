// A display of this machine on which a program of the server may show its windows.
import { readdir } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { TunnelFailure } from '../../errors/errors';
import type { TunnelErrorCode } from '../../errors/errors';
import { displayMisnamed, noDisplay } from '../../errors/x11';
import { parseDisplay } from './displayName';
import type { DisplayName } from './displayName';
import { dialDisplay, standBy } from './displaySocket';
import type { AuthKey } from './x11Setup';
import { UntrustedKey } from './untrustedCookie';
import { Xauth } from './xauth';
import type { XauthOptions } from './xauth';

export interface Display {
  readonly name: DisplayName;
  /** A new connection, and the key with which its client is let in. @throws TunnelFailure NoDisplay, DisplayRefused … */
  connect(): Promise<{ readonly socket: Socket; readonly key: AuthKey }>;
  /** Calls back once when it has gone by itself. */
  onGone(listener: () => void): void;
  /** Resolves when nothing of it is left that is ours. */
  close(): Promise<void>;
}

export interface DisplayOptions extends Omit<XauthOptions, 'program'> {
  readonly xauthLocation: string | undefined;
  readonly trusted: boolean;
  /** Seconds: ForwardX11Timeout. */
  readonly timeout: number;
  readonly platform: NodeJS.Platform;
}

/**
 * The user's own display, as DISPLAY names it.
 * @throws TunnelFailure NoDisplay, DisplayRefused, XauthMissing
 */
export async function openOwnDisplay(options: DisplayOptions): Promise<Display> {
  const name = await findDisplay(options.env['DISPLAY'], options.platform);
  const xauth = new Xauth({ ...options, program: options.xauthLocation });
  const key = await xauth.keyOf(name);
  const guard = await standBy(name, key).catch((error: unknown) => {
    const unnamed = isNamed(options.env) ? undefined : noDisplay(options.platform);
    const better = is(error, 'NoDisplay') ? unnamed : xauth.problem;
    throw better ? new TunnelFailure(better, { cause: error }) : error;
  });
  try {
    const untrusted = options.trusted
      ? undefined
      : new UntrustedKey(options.timeout, () => xauth.untrustedKeyOf(name, options.timeout));
    await untrusted?.get();
    return {
      name,
      connect: async () => {
        const shown = (await untrusted?.get()) ?? key;
        const socket = await dialDisplay(name);
        untrusted?.usedBy(socket);
        return { socket, key: shown };
      },
      ...guarded(guard),
    };
  } catch (error) {
    guard.destroy();
    throw error;
  }
}

function isNamed({ DISPLAY: text }: DisplayOptions['env']): boolean {
  return text !== undefined && text !== '';
}

function is(error: unknown, code: TunnelErrorCode): boolean {
  return error instanceof TunnelFailure && error.code === code;
}

/** How a display ends whose end our own connection to it shows. */
export function guarded(guard: Socket): Pick<Display, 'onGone' | 'close'> {
  let isClosing = false;
  return {
    onGone: (listener) => {
      let isTold = false;
      const tell = (): void => {
        if (!isClosing && !isTold) {
          isTold = true;
          listener();
        }
      };
      // The end, too: until it is closed, the end of a program that had its windows there may come in between.
      guard.once('end', tell).once('close', tell);
      if (guard.readableEnded || guard.destroyed) {
        tell();
      }
    },
    close: () => {
      isClosing = true;
      guard.destroy();
      return Promise.resolve();
    },
  };
}

/** @throws TunnelFailure NoDisplay */
export async function findDisplay(
  value: string | undefined,
  platform: NodeJS.Platform,
): Promise<DisplayName> {
  const text = value === undefined || value === '' ? await usualDisplay(platform) : value;
  if (text === undefined) {
    throw new TunnelFailure(noDisplay(platform));
  }
  const name = parseDisplay(text, platform);
  if (!name) {
    throw new TunnelFailure(displayMisnamed(text));
  }
  return name;
}

/** Where nobody has set DISPLAY: what the X servers of these systems have, if they run. */
async function usualDisplay(platform: NodeJS.Platform): Promise<string | undefined> {
  switch (platform) {
    case 'win32':
      // VcXsrv, X410 and their kin.
      return 'localhost:0';
    case 'darwin':
      return xquartzSocket();
    default:
      // Desktops and WSLg set it: where it is not set, there is none that is meant.
      return undefined;
  }
}

/** launchd makes it at the login, and starts XQuartz when somebody connects. */
async function xquartzSocket(folder = '/private/tmp'): Promise<string | undefined> {
  const listeners = await readdir(folder).catch(() => []);
  for (const listener of listeners.filter((file) => file.startsWith('com.apple.launchd.'))) {
    const files = await readdir(`${folder}/${listener}`).catch(() => []);
    const socket = files.find((file) => /^org\.(?:xquartz|macosforge\.xquartz|x):\d+$/.test(file));
    if (socket !== undefined) {
      return `${folder}/${listener}/${socket}`;
    }
  }
  return undefined;
}
