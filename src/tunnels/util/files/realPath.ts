// Where a path really leads: follows its symbolic links, also where the rest of it doesn't exist yet.
import { readlink } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface RealPath {
  /** Without symbolic links, `.`, `..` and doubled slashes. */
  readonly real: string;
  /** The real paths of the symbolic links on the way. */
  readonly links: readonly string[];
}

/** As Linux: then a path leads in a circle (path_resolution(7)). */
const mostLinks = 40;

/**
 * Unlike realpath(3), it follows a link whose target doesn't exist yet, too.
 * @param path absolute
 * @throws the system's error (ELOOP, ENOTDIR, EACCES, ENAMETOOLONG) if it can't be followed
 */
export async function realPath(path: string): Promise<RealPath> {
  let real = '/';
  const links: string[] = [];
  const rest = path.split('/').reverse();
  for (let name = rest.pop(); name !== undefined; name = rest.pop()) {
    if (name === '' || name === '.') {
      continue;
    }
    if (name === '..') {
      real = dirname(real);
      continue;
    }
    const next = real === '/' ? `/${name}` : `${real}/${name}`;
    const target = await linkTarget(next);
    if (target === undefined) {
      real = next;
      continue;
    }
    links.push(next);
    if (links.length > mostLinks) {
      throw Object.assign(new Error(`ELOOP: too many symbolic links: ${path}`), { code: 'ELOOP' });
    }
    if (target.startsWith('/')) {
      real = '/';
    }
    rest.push(...target.split('/').reverse());
  }
  return { real, links };
}

/** undefined: it is no link, or doesn't exist. */
async function linkTarget(path: string): Promise<string | undefined> {
  try {
    return await readlink(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    // EINVAL: not a link (readlink(2)).
    if (code === 'EINVAL' || code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}
