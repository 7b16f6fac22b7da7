// Folders in which keys of displays lie for a moment, or for as long as a nested display runs.
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

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
