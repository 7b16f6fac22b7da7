// Files that only this user can have put where they are, opened so that whatever else stands there is neither followed,
// nor waited for, nor written to: a link, a pipe, somebody else's file.
import { constants } from 'node:fs';
import type { Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import { userInfo } from 'node:os';

/** To be added to the flags of open(2), which would wait at a pipe for its other end. Windows knows neither of them. */
export const withoutDetour = constants.O_NOFOLLOW | constants.O_NONBLOCK;
/** What we keep in such files is short: bytes. */
const longest = 64 * 1024;

/** @param facts of the file as it was opened @throws Error where somebody else could have made it, or could write it */
export function checkOwnFile(name: string, facts: Stats): Stats {
  if (!facts.isFile()) {
    throw new Error(`${name} is not a plain file`);
  }
  if (process.platform !== 'win32' && facts.uid !== userInfo().uid) {
    throw new Error(`${name} belongs to another user`);
  }
  return facts;
}

/** @throws Error where there is none, or one that somebody else could have made or could read */
export async function readOwnFile(name: string): Promise<string> {
  const file = await open(name, constants.O_RDONLY | withoutDetour);
  try {
    const { mode, size } = checkOwnFile(name, await file.stat());
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new Error(`${name} is open to others`);
    }
    if (size > longest) {
      throw new Error(`${name} is too long`);
    }
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}
