// Remembers which Unix sockets this user's daemons have made, so that one that a crash left behind can be told from
// any other file: nothing else is ever removed.
import { createHash } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readOwnFile } from '../../util/privateFile';

/** What tells one file from every other (stat(2)). */
export interface FileIdentity {
  readonly dev: number;
  readonly ino: number;
}

export class OwnSockets {
  readonly #folder: string;

  /** @param folder that only this user can enter */
  constructor(folder: string) {
    this.#folder = folder;
  }

  async remember(path: string, { dev, ino }: FileIdentity): Promise<void> {
    const note = this.#note(path);
    await rm(note, { force: true });
    // Never into what stands there: it could be a link.
    await writeFile(note, JSON.stringify({ path, dev, ino }), { mode: 0o600, flag: 'wx' });
  }

  async isOurs(path: string, { dev, ino }: FileIdentity): Promise<boolean> {
    const noted = await readOwnFile(this.#note(path)).catch(() => '');
    return noted === JSON.stringify({ path, dev, ino });
  }

  async forget(path: string): Promise<void> {
    await rm(this.#note(path), { force: true });
  }

  #note(path: string): string {
    const name = createHash('sha256').update(path).digest('hex').slice(0, 16);
    return join(this.#folder, `socket-${name}.json`);
  }
}
