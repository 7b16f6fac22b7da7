// The current folder of programs that this extension starts.
import { accessSync, constants, statSync } from 'node:fs';
import { parse } from 'node:path';

/**
 * The home folder, or the root if there is none, as of a service's user: where the current folder can't be entered,
 * Node reports that the program doesn't exist.
 */
export function currentFolderFor(home: string): string {
  try {
    accessSync(home, constants.X_OK);
    if (statSync(home).isDirectory()) {
      return home;
    }
  } catch {
    // It doesn't exist, or is another user's.
  }
  return parse(process.execPath).root;
}
