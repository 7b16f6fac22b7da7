// A browser's profile that nobody keeps: a folder for this user alone, removed when its browser ends, or else by the
// next window or the next browser.
import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const prefix = 'ssh-tunnels-browser-';
const profileFolder = 'profile';
const pidFile = 'pid';
/** Links by which Chromium and Firefox mark a profile that is in use; they lead to a name that ends with a process. */
const locks = ['SingletonLock', 'lock'];
/** Milliseconds. A folder without a process yet may be one that is just being made. */
const grace = 60_000;

export interface ThrowAwayProfile {
  readonly path: string;
  /** Says whose it is: as long as that process lives, nobody removes it. */
  belongTo(pid: number): Promise<void>;
  remove(): Promise<void>;
}

/** @param parent made if it is not there */
export async function makeProfile(
  parent: string,
  files: Readonly<Record<string, string>>,
): Promise<ThrowAwayProfile> {
  await mkdir(parent, { recursive: true });
  await removeLeftOvers(parent);
  // mkdtemp(3) makes it with mode 0700.
  const folder = await mkdtemp(join(parent, prefix));
  const path = join(folder, profileFolder);
  await mkdir(path);
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(path, name), text);
  }
  return {
    path,
    belongTo: (pid) => writeFile(join(folder, pidFile), String(pid)),
    remove: () => removeFolder(folder),
  };
}

/** Profiles whose browsers have ended while no window was there to see it. */
export async function removeLeftOvers(parent: string): Promise<void> {
  const names = await readdir(parent);
  for (const name of names.filter((each) => each.startsWith(prefix))) {
    const folder = join(parent, name);
    if (await isLeftOver(folder).catch(() => false)) {
      await removeFolder(folder);
    }
  }
}

async function isLeftOver(folder: string): Promise<boolean> {
  const stats = await lstat(folder);
  if (!stats.isDirectory() || (process.getuid && stats.uid !== process.getuid())) {
    return false;
  }
  const pid = await readFile(join(folder, pidFile), 'utf8').catch(() => undefined);
  const isOver = pid === undefined ? Date.now() - stats.mtimeMs > grace : !isAlive(Number(pid));
  return isOver && !(await isLocked(join(folder, profileFolder)));
}

/** A window may have ended before it could say whose profile it is. */
async function isLocked(profile: string): Promise<boolean> {
  const targets = await Promise.all(locks.map((lock) => readlink(join(profile, lock)).catch(() => '')));
  return targets.some((target) => isAlive(Number(/\d+$/.exec(target)?.[0] ?? Number.NaN)));
}

function isAlive(pid: number): boolean {
  try {
    // 0 and what is negative are groups of processes.
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Helpers of a browser may write for a moment after its end; what stays all the same is for the next window. */
async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 8, retryDelay: 100 }).catch(() => undefined);
}
