// A folder for one test, removed afterwards. Its path is short, so that Unix sockets fit in it.
import { randomBytes } from 'node:crypto';
import { mkdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface TempDir extends AsyncDisposable {
  readonly path: string;
  /** The path of a name in it. */
  file(name: string): string;
  /** Writes a file, mode 0600 by default, with its parent folders; returns its path. */
  write(name: string, content: string | Uint8Array, mode?: number): Promise<string>;
  remove(): Promise<void>;
}

/**
 * A new folder in the system's temporary one, mode 0700. Its name is in lower case: a random `EQWZRS` of mkdtemp() looks
 * like an error of the system to tests of what a user is shown.
 */
async function makeTempDir(prefix = 'st-'): Promise<string> {
  const path = join(tmpdir(), `${prefix}${randomBytes(3).toString('hex')}`);
  await mkdir(path, { mode: 0o700 });
  return realpath(path);
}

async function removeTempDir(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 3 });
}

/** The same as an object that knows its folder; usable with `await using`. */
export async function tempDir(prefix = 'st-'): Promise<TempDir> {
  const path = await makeTempDir(prefix);
  const file = (name: string): string => join(path, name);
  const remove = (): Promise<void> => removeTempDir(path);
  return {
    path,
    file,
    remove,
    [Symbol.asyncDispose]: remove,
    async write(name, content, mode = 0o600) {
      await mkdir(dirname(file(name)), { recursive: true });
      await writeFile(file(name), content, { mode });
      return file(name);
    },
  };
}
