// Checks whether a path below a folder leads outside it through a symbolic link.
import { lstatSync, realpathSync } from 'node:fs';
import { dirname, sep } from 'node:path';
import type { PathFault } from '../../tunnels/config/socketPaths';

/**
 * For a path that doesn't exist yet, its nearest existing parent folder is checked.
 * @returns undefined: it stays in the folder. Never throws, whatever is found at the path.
 */
export function symlinkEscape(folder: string, path: string): PathFault | undefined {
  try {
    return escapes(folder, nearestExisting(folder, path)) ? 'leadsOut' : undefined;
  } catch (error) {
    return { code: (error as NodeJS.ErrnoException).code ?? 'unknown' };
  }
}

function nearestExisting(folder: string, path: string): string {
  let existing = path;
  while (
    existing !== folder &&
    existing !== dirname(existing) &&
    lstatSync(existing, { throwIfNoEntry: false }) === undefined
  ) {
    existing = dirname(existing);
  }
  return existing;
}

function escapes(folder: string, existing: string): boolean {
  if (existing === folder || existing === dirname(existing)) {
    return false;
  }
  try {
    return !`${realpathSync(existing)}${sep}`.startsWith(`${realpathSync(folder)}${sep}`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      // A dangling link.
      return true;
    }
    throw error;
  }
}
