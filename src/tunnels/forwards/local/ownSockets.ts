// Records which Unix sockets this user's daemons have created, so that a socket left by a crash can be recognized. No
// other file is ever removed.
import { createHash } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readOwnFile } from '../../util/files/privateFile';

/** Identifies a socket (stat(2)). A file system gives the number of a removed file to a new one. */
export interface FileIdentity {
  readonly dev: number;
  readonly ino: number;
  /** When it was bound: milliseconds since the epoch, with a fraction. */
  readonly mtimeMs: number;
}

export class OwnSockets {
  readonly #folder: string;

  /** @param folder one that only this user can enter */
  constructor(folder: string) {
    this.#folder = folder;
  }

  async remember(path: string, { dev, ino, mtimeMs }: FileIdentity): Promise<void> {
    const record = this.#recordFile(path);
    await rm(record, { force: true });
    // Never write to an existing file: it could be a link.
    await writeFile(record, JSON.stringify({ path, dev, ino, mtimeMs }), { mode: 0o600, flag: 'wx' });
  }

  async isOurs(path: string, { dev, ino, mtimeMs }: FileIdentity): Promise<boolean> {
    const recorded = await readOwnFile(this.#recordFile(path)).catch(() => '');
    return recorded === JSON.stringify({ path, dev, ino, mtimeMs });
  }

  async forget(path: string): Promise<void> {
    await rm(this.#recordFile(path), { force: true });
  }

  #recordFile(path: string): string {
    const name = createHash('sha256').update(path).digest('hex').slice(0, 16);
    return join(this.#folder, `socket-${name}.json`);
  }
}
