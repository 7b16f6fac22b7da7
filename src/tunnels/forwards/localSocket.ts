// A Unix socket's path on this machine at the moment of its use. In a tunnel of a project, the path may lead only where
// the user allowed, whatever the project has put there since.
import { constants } from 'node:fs';
import { open, readlink } from 'node:fs/promises';
import { realPath } from '../util/files/realPath';
import type { RealPath } from '../util/files/realPath';

/** Decides where the socket paths of a tunnel may lead. */
export interface SocketGuard {
  /** The tunnel is the user's own: symbolic links are followed, as ssh does. */
  readonly followsLinks: boolean;
  /** @throws TunnelFailure ConsentNeeded */
  check(path: string, found: RealPath): Promise<void>;
}

/** Where the path leads now. @throws TunnelFailure ConsentNeeded; the system's error if it can't be followed */
export async function permittedPath(path: string, guard: SocketGuard): Promise<string> {
  if (guard.followsLinks) {
    return path;
  }
  const found = await realPath(path);
  await guard.check(path, found);
  return found.real;
}

/** A file or folder that stays the same one, whatever is put in its place. */
export interface PinnedFile {
  /** A path by which to use it. */
  readonly path: string;
  readonly unpin: () => Promise<void>;
}

/** open(2): doesn't open the file itself, which a socket can't be. Linux has it on every processor. */
const openAsPath = 0o10000000;

/**
 * Between a look at a path and its use, somebody could replace a part of it. On Linux, a descriptor closes that gap, and
 * its path is short enough for every socket; elsewhere the path is used as it is.
 * @param real where it has led
 * @throws Error if it leads elsewhere now; the system's error if it doesn't exist
 */
export async function pin(real: string): Promise<PinnedFile> {
  if (process.platform !== 'linux') {
    return { path: real, unpin: () => Promise.resolve() };
  }
  const handle = await open(real, openAsPath | constants.O_NOFOLLOW);
  const path = `/proc/self/fd/${handle.fd}`;
  const unpin = (): Promise<void> => handle.close().catch(() => undefined);
  try {
    const now = await readlink(path);
    if (now !== real || (await handle.stat()).isSymbolicLink()) {
      throw new Error(`${real} is being replaced`);
    }
    return { path, unpin };
  } catch (error) {
    await unpin();
    throw error;
  }
}
