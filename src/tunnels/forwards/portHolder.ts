// Finds which process listens on a port of this machine. Linux only so far: by /proc, see proc(5).
import { readdir, readFile, readlink } from 'node:fs/promises';
import type { PortHolder } from '../model/failures/forwarding';

const listening = '0A';

/** @returns undefined where it can't be told: another system, or a process of another user */
export async function findPortHolder(port: number): Promise<PortHolder | undefined> {
  if (process.platform !== 'linux') {
    return undefined;
  }
  try {
    const inodes = await listeningInodes(port);
    return inodes.size > 0 ? await processWith(inodes) : undefined;
  } catch {
    return undefined;
  }
}

async function listeningInodes(port: number): Promise<Set<string>> {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const inodes = new Set<string>();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of (await readOrEmpty(table)).split('\n')) {
      const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
      if (state === listening && local?.endsWith(suffix) === true && inode !== undefined) {
        inodes.add(`socket:[${inode}]`);
      }
    }
  }
  return inodes;
}

async function processWith(inodes: ReadonlySet<string>): Promise<PortHolder | undefined> {
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
    for (const descriptor of descriptors) {
      const link = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '');
      if (inodes.has(link)) {
        const name = (await readOrEmpty(`/proc/${pid}/comm`)).trim();
        return { pid: Number(pid), name, isOurs: Number(pid) === process.pid };
      }
    }
  }
  return undefined;
}

function readOrEmpty(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}
