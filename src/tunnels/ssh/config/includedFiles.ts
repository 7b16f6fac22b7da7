// Finds the files that an Include line of ssh_config names.
import { readdir } from 'node:fs/promises';
import { isAbsolute, join, parse } from 'node:path';
import { expandTilde } from './expandTokens';
import type { LocalUser } from './localUser';
import { matchesPattern } from '../../util/glob';

/**
 * The files that match one pattern of an Include, sorted; `*` and `?` as in glob(7). A path without wildcards is
 * returned whether it exists or not.
 * @param folder that relative patterns start from: `~/.ssh`, or `/etc/ssh` for the system's file
 */
export async function includedFiles(
  pattern: string,
  folder: string,
  local: LocalUser,
): Promise<readonly string[]> {
  const expanded = expandTilde(pattern, local);
  const path = isAbsolute(expanded) ? expanded : join(folder, expanded);
  const { root } = parse(path);
  let found: readonly string[] = [root];
  for (const segment of path.slice(root.length).split(/[\\/]/)) {
    const next = await Promise.all(found.map((parent) => matchSegment(parent, segment)));
    found = next.flat();
  }
  return found;
}

async function matchSegment(parent: string, segment: string): Promise<readonly string[]> {
  if (!/[*?]/.test(segment)) {
    return [join(parent, segment)];
  }
  const names = await readdir(parent).catch(() => []);
  return names
    .filter((name) => matchesPattern(name, segment) && (!name.startsWith('.') || segment.startsWith('.')))
    .sort()
    .map((name) => join(parent, name));
}
