// Gets the cookies of displays with the local xauth, as OpenSSH does (client_x11_get_proto() in clientloop.c).
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { TunnelFailure } from '../../errors/errors';
import type { TunnelError } from '../../errors/errors';
import { untrustedImpossible } from '../../errors/forwards/x11';
import { xauthMissingHere } from '../../errors/forwards/program';
import type { DisplayName } from './displayName';
import { cookieProtocol, noCookie } from './x11Setup';
import type { AuthCookie } from './x11Setup';

const xauthTimeoutMs = 10_000;
/** Seconds for which a cookie stays valid after its own timeout, as in OpenSSH. */
const extraTimeout = 60;

export interface XauthOptions {
  /** XAuthLocation; undefined: search for it. */
  readonly program: string | undefined;
  /** The environment of the window that wants the display. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A folder that only the user can enter, for temporary cookie files. */
  readonly folder: string;
}

const usualPaths = ['xauth', '/usr/bin/xauth', '/opt/X11/bin/xauth', '/usr/X11R6/bin/xauth'];

export class Xauth {
  readonly #options: XauthOptions;
  #isMissing = false;

  constructor(options: XauthOptions) {
    this.#options = options;
  }

  /** The error to report when there is no cookie because xauth is not installed. */
  get problem(): TunnelError | undefined {
    return this.#isMissing ? xauthMissingHere(this.#options.program ?? 'xauth') : undefined;
  }

  /** The cookie that the user's own programs use, or none: some displays accept all local programs. */
  async cookieOf({ authName }: DisplayName): Promise<AuthCookie> {
    try {
      return firstCookie(await this.#run(['-i', 'list', authName])) ?? noCookie;
    } catch (error) {
      this.#isMissing = isMissing(error);
      // The display may accept us without one.
      return noCookie;
    }
  }

  /**
   * A new cookie for untrusted programs (the SECURITY extension of X).
   * @param timeout seconds for which it is valid without use; 0: no limit
   * @throws TunnelFailure XauthMissing, DisplayRefused
   */
  async untrustedCookieOf({ authName, text }: DisplayName, timeout: number): Promise<AuthCookie> {
    const folder = await makeCookieFolder(this.#options.folder);
    try {
      const file = join(folder, 'authority');
      const limit = timeout === 0 ? [] : ['timeout', String(timeout + extraTimeout)];
      // If the display can't, xauth only prints that, and exits with 0.
      const output = await this.#run(['-f', file, 'generate', text, cookieProtocol, 'untrusted', ...limit]);
      const cookie = firstCookie(await this.#run(['-f', file, 'list', authName]));
      if (!cookie) {
        throw new TunnelFailure(untrustedImpossible(text, lastLine(output)));
      }
      return cookie;
    } catch (error) {
      throw isMissing(error)
        ? new TunnelFailure(xauthMissingHere(this.#options.program ?? 'xauth'))
        : error instanceof TunnelFailure
          ? error
          : new TunnelFailure(untrustedImpossible(text, lastLine(String(error))), { cause: error });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async #run(args: readonly string[]): Promise<string> {
    const { program, env } = this.#options;
    const paths = program === undefined ? usualPaths : [program];
    for (const path of paths) {
      try {
        return await run(path, args, env);
      } catch (error) {
        if (!isMissing(error) || path === paths.at(-1)) {
          throw error;
        }
      }
    }
    throw new Error('no path to search for xauth');
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** @returns its output and error output @throws Error */
function run(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { env: { ...env, LC_ALL: 'C' }, timeout: xauthTimeoutMs, windowsHide: true };
    execFile(program, args, options, (error, stdout, stderr) => {
      if (error) {
        const { code, message } = error;
        reject(Object.assign(new Error(lastLine(stderr) ?? message), { code }));
      } else {
        resolve(`${stdout}\n${stderr}`);
      }
    });
  });
}

/** `host/unix:0  MIT-MAGIC-COOKIE-1  0123…`; the first line counts, as in OpenSSH. */
function firstCookie(list: string): AuthCookie | undefined {
  const [, name, data] = /^\S+ +(\S+) +((?:[0-9a-f]{2})+)$/im.exec(list) ?? [];
  return name === undefined || data === undefined ? undefined : { name, data: Buffer.from(data, 'hex') };
}

function lastLine(text: string): string | undefined {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .at(-1)
    ?.slice(0, 300);
}

const prefix = 'x11-';

/** @param base a folder that only the user can enter */
export function makeCookieFolder(base: string): Promise<string> {
  return mkdtemp(join(base, `${prefix}${process.pid}-`));
}

/** Removes the folders of processes that ended without cleaning up. Never rejects. */
export async function removeOldCookieFolders(base: string): Promise<void> {
  for (const name of await readdir(base).catch(() => [])) {
    const [, pid] = /^x11-(\d+)-/.exec(name) ?? [];
    if (pid !== undefined && !isAlive(Number(pid))) {
      await rm(join(base, name), { recursive: true, force: true }).catch(() => undefined);
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
