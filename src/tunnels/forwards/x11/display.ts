// The local display on which programs of the server show their windows.
import { readdir } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { variable } from '../../util/environment';
import { TunnelFailure } from '../../errors/errors';
import type { TunnelErrorCode } from '../../errors/errors';
import { displayInvalid, noDisplay } from '../../errors/forwards/x11';
import { parseDisplay } from './displayName';
import type { DisplayName } from './displayName';
import { dialDisplay, connectIdleClient } from './displaySocket';
import type { AuthCookie } from './x11Setup';
import { CookieRenewal } from './cookieRenewal';
import { Xauth } from './xauth';
import type { XauthOptions } from './xauth';

export interface Display {
  readonly name: DisplayName;
  /** Opens a connection, with the cookie for its client. @throws TunnelFailure NoDisplay, DisplayRefused … */
  connect(): Promise<{ readonly socket: Socket; readonly cookie: AuthCookie }>;
  /** Calls back once when the display ends, unless we have closed it. */
  onGone(listener: () => void): void;
  /** Resolves when everything of ours is closed. */
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
  const name = await findDisplay(variable(options.env, 'DISPLAY', options.platform), options.platform);
  const xauth = new Xauth({ ...options, program: options.xauthLocation });
  const cookie = await xauth.cookieOf(name);
  const guard = await connectIdleClient(name, cookie).catch((error: unknown) => {
    const unset = isDisplaySet(options) ? undefined : noDisplay(options.platform);
    const better = hasCode(error, 'NoDisplay') ? unset : xauth.problem;
    throw better ? new TunnelFailure(better, { cause: error }) : error;
  });
  try {
    const untrusted = options.trusted
      ? undefined
      : new CookieRenewal(options.timeout, () => xauth.untrustedCookieOf(name, options.timeout));
    await untrusted?.get();
    return {
      name,
      connect: async () => {
        const clientCookie = (await untrusted?.get()) ?? cookie;
        const socket = await dialDisplay(name);
        untrusted?.usedBy(socket);
        return { socket, cookie: clientCookie };
      },
      ...watchEnd(guard),
    };
  } catch (error) {
    guard.destroy();
    throw error;
  }
}

function isDisplaySet({ env, platform }: DisplayOptions): boolean {
  const text = variable(env, 'DISPLAY', platform);
  return text !== undefined && text !== '';
}

function hasCode(error: unknown, code: TunnelErrorCode): boolean {
  return error instanceof TunnelFailure && error.code === code;
}

/** Detects the end of a display by the end of our own idle connection to it. */
export function watchEnd(guard: Socket): Pick<Display, 'onGone' | 'close'> {
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
      // Don't wait for `close`: a program with windows there may end between `end` and `close`.
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
  const text = value === undefined || value === '' ? await defaultDisplay(platform) : value;
  if (text === undefined) {
    throw new TunnelFailure(noDisplay(platform));
  }
  const name = parseDisplay(text, platform);
  if (!name) {
    throw new TunnelFailure(displayInvalid(text));
  }
  return name;
}

/** The default without DISPLAY: where the usual X servers of each system listen. */
async function defaultDisplay(platform: NodeJS.Platform): Promise<string | undefined> {
  switch (platform) {
    case 'win32':
      // VcXsrv, X410 and others.
      return 'localhost:0';
    case 'darwin':
      return xquartzSocket();
    default:
      // Desktops and WSLg set it. If it is not set, there is no display.
      return undefined;
  }
}

/** launchd creates this socket at login, and starts XQuartz when a client connects. */
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
