// Checks whether a path below a folder leads outside it through a symbolic link.
import { lstatSync, realpathSync } from 'node:fs';
import { dirname, sep } from 'node:path';

/** For a path that doesn't exist yet, its parent folder is checked. */
export function isSymlinkEscape(folder: string, path: string): boolean {
  if (path === folder || path === dirname(path)) {
    return false;
  }
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) {
    return isSymlinkEscape(folder, dirname(path));
  }
  try {
    return !`${realpathSync(path)}${sep}`.startsWith(`${realpathSync(folder)}${sep}`);
  } catch {
    // A dangling link.
    return true;
  }
}
