// Keys of displays, by the xauth of this machine, as OpenSSH gets them (client_x11_get_proto() in clientloop.c).
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { TunnelFailure } from '../../errors/errors';
import type { TunnelError } from '../../errors/errors';
import { untrustedImpossible, xauthMissingHere } from '../../errors/x11';
import type { DisplayName } from './displayName';
import { cookieProtocol, noKey } from './x11Setup';
import type { AuthKey } from './x11Setup';

/** Milliseconds. */
const patience = 10_000;
/** Seconds that the display keeps a key longer than it is used, as OpenSSH has it. */
const slack = 60;

export interface XauthOptions {
  /** XAuthLocation; undefined: wherever it is found. */
  readonly program: string | undefined;
  /** Variables of the window that wants the display. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Only the user can enter it: keys are kept there for a moment. */
  readonly folder: string;
}

const usualPlaces = ['xauth', '/usr/bin/xauth', '/opt/X11/bin/xauth', '/usr/X11R6/bin/xauth'];

export class Xauth {
  readonly #options: XauthOptions;
  #isMissing = false;

  constructor(options: XauthOptions) {
    this.#options = options;
  }

  /** Why there is no key, where this machine has no xauth. */
  get problem(): TunnelError | undefined {
    return this.#isMissing ? xauthMissingHere(this.#options.program ?? 'xauth') : undefined;
  }

  /** The key that the user's own programs show; none where there is none, for some displays let in whoever is here. */
  async keyOf({ authName }: DisplayName): Promise<AuthKey> {
    try {
      return firstKey(await this.#run(['-i', 'list', authName])) ?? noKey;
    } catch (error) {
      this.#isMissing = isMissing(error);
      // The display says whether it lets us in.
      return noKey;
    }
  }

  /**
   * A new key for programs that are not trusted (the SECURITY extension of X).
   * @param timeout seconds for which it is good while nobody uses it; 0: for ever
   * @throws TunnelFailure XauthMissing, DisplayRefused
   */
  async untrustedKeyOf({ authName, text }: DisplayName, timeout: number): Promise<AuthKey> {
    const folder = await makeKeyFolder(this.#options.folder);
    try {
      const file = join(folder, 'authority');
      const limit = timeout === 0 ? [] : ['timeout', String(timeout + slack)];
      // What it says tells of a display that can't; it ends well all the same.
      const said = await this.#run(['-f', file, 'generate', text, cookieProtocol, 'untrusted', ...limit]);
      const key = firstKey(await this.#run(['-f', file, 'list', authName]));
      if (!key) {
        throw new TunnelFailure(untrustedImpossible(text, lastLine(said)));
      }
      return key;
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
    const places = program === undefined ? usualPlaces : [program];
    for (const place of places) {
      try {
        return await run(place, args, env);
      } catch (error) {
        if (!isMissing(error) || place === places.at(-1)) {
          throw error;
        }
      }
    }
    throw new Error('there is no place to look for it');
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** @returns what it said on both of its outputs @throws Error */
function run(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { env: { ...env, LC_ALL: 'C' }, timeout: patience, windowsHide: true };
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

/** `host/unix:0  MIT-MAGIC-COOKIE-1  0123…`; the first that is none of ours counts, as in OpenSSH. */
function firstKey(list: string): AuthKey | undefined {
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

/** @param base only the user can enter it */
export function makeKeyFolder(base: string): Promise<string> {
  return mkdtemp(join(base, `${prefix}${process.pid}-`));
}

/** Those of processes that have ended without a chance to. Never rejects. */
export async function removeDeadKeyFolders(base: string): Promise<void> {
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
