// A temporary browser profile: a folder that only this user can read. It is removed when its browser exits, or else by
// the next window or browser.
import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const prefix = 'ssh-tunnels-browser-';
const profileFolder = 'profile';
const pidFile = 'pid';
/** Symbolic links with which Chromium and Firefox lock a profile. Their target ends with a process id. */
const locks = ['SingletonLock', 'lock'];
/** A folder without a process id may be one that is just being created. */
const gracePeriodMs = 60_000;

export interface TemporaryProfile {
  readonly path: string;
  /** Records the browser's process. The profile isn't removed while that process lives. */
  belongTo(pid: number): Promise<void>;
  remove(): Promise<void>;
}

/** @param parent created if it doesn't exist */
export async function createProfile(
  parent: string,
  files: Readonly<Record<string, string>>,
): Promise<TemporaryProfile> {
  await mkdir(parent, { recursive: true });
  await removeStaleProfiles(parent);
  // mkdtemp(3) creates it with mode 0700.
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

/** Removes profiles whose browsers ended while no window was open. */
export async function removeStaleProfiles(parent: string): Promise<void> {
  const names = await readdir(parent);
  for (const name of names.filter((each) => each.startsWith(prefix))) {
    const folder = join(parent, name);
    if (await isStale(folder).catch(() => false)) {
      await removeFolder(folder);
    }
  }
}

async function isStale(folder: string): Promise<boolean> {
  const stats = await lstat(folder);
  if (!stats.isDirectory() || (process.getuid && stats.uid !== process.getuid())) {
    return false;
  }
  const pid = await readFile(join(folder, pidFile), 'utf8').catch(() => undefined);
  const isOver = pid === undefined ? Date.now() - stats.mtimeMs > gracePeriodMs : !isAlive(Number(pid));
  return isOver && !(await isLocked(join(folder, profileFolder)));
}

/** Whether a browser has locked the profile. The window may have ended before it recorded the process. */
async function isLocked(profile: string): Promise<boolean> {
  const targets = await Promise.all(locks.map((lock) => readlink(join(profile, lock)).catch(() => '')));
  return targets.some((target) => isAlive(Number(/\d+$/.exec(target)?.[0] ?? Number.NaN)));
}

function isAlive(pid: number): boolean {
  try {
    // 0 and negative numbers are process groups.
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Helper processes may still write briefly after the browser ends. What remains is removed by the next window. */
async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 8, retryDelay: 100 }).catch(() => undefined);
}
