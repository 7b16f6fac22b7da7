// Whether a path below a folder leads out of it, by a symbolic link that the folder holds.
import { lstatSync, realpathSync } from 'node:fs';
import { dirname, sep } from 'node:path';

/** What is not there yet is judged by the folder that it would be in. */
export function leadsOut(folder: string, path: string): boolean {
  if (path === folder || path === dirname(path)) {
    return false;
  }
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) {
    return leadsOut(folder, dirname(path));
  }
  try {
    return !`${realpathSync(path)}${sep}`.startsWith(`${realpathSync(folder)}${sep}`);
  } catch {
    // A link to what is not there.
    return true;
  }
}
