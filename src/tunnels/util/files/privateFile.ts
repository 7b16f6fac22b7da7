// Reads files that must belong to this user. A symbolic link, a pipe or another user's file at the path is never followed,
// waited for or written to.
import { constants } from 'node:fs';
import type { Stats } from 'node:fs';
import { open } from 'node:fs/promises';

/** Flags for open(2): don't follow symbolic links, don't wait for the other end of a pipe. Windows has neither. */
export const noFollowFlags = constants.O_NOFOLLOW | constants.O_NONBLOCK;
/** Bytes; our own files are short. */
const maxBytes = 64 * 1024;

/** Whether it is the user of this process. Of Windows, where files have no such number, it says yes. */
export function isOwnUser(uid: number): boolean {
  return process.getuid === undefined || uid === process.getuid();
}

/** @param facts of the opened file @throws Error if it is not a regular file of this user */
export function checkOwnFile(name: string, facts: Stats): Stats {
  if (!facts.isFile()) {
    throw new Error(`${name} is not a regular file`);
  }
  if (!isOwnUser(facts.uid)) {
    throw new Error(`${name} belongs to another user`);
  }
  return facts;
}

/** @throws Error if the file is missing, or another user owns it or can read it */
export async function readOwnFile(name: string): Promise<string> {
  const file = await open(name, constants.O_RDONLY | noFollowFlags);
  try {
    const { mode, size } = checkOwnFile(name, await file.stat());
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new Error(`${name} can be read or written by other users`);
    }
    if (size > maxBytes) {
      throw new Error(`${name} is too large`);
    }
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}
