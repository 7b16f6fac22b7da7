// Generates a workspace folder with files, sockets' folders, forbidden folders, and symbolic links that dangle, leave it,
// or lead in a circle.
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from '../random';

export interface FileTree {
  readonly folder: string;
  /** Paths relative to the folder, of what is there. */
  readonly names: readonly string[];
  remove(): void;
}

/** One more than Linux follows (path_resolution(7)). */
const longestChain = 41;

export function generateTree(random: Random, folder: string): FileTree {
  const names = ['loop', 'self', 'chain0'];
  const forbidden: string[] = [];
  const path = (name: string): string => join(folder, name);
  mkdirSync(folder, { recursive: true });
  symlinkSync('loop', path('loop'));
  symlinkSync('.', path('self'));
  for (let link = 0; link < longestChain; link++) {
    symlinkSync(`chain${link + 1}`, path(`chain${link}`));
  }
  writeFileSync(path(`chain${longestChain}`), '');
  const parents: [string, ...string[]] = ['', 'self'];
  for (let count = random.int(3, 12); count > 0; count--) {
    const parent = random.pick(parents);
    const name = `${parent === '' ? '' : `${parent}/`}n${count}`;
    const kind = random.pick(['file', 'folder', 'folder', 'link', 'link', 'forbidden']);
    if (kind === 'file') {
      writeFileSync(path(name), '');
    } else if (kind === 'link') {
      symlinkSync(
        random.pick(['..', '/', '/etc', 'nowhere', 'loop', 'self', '../self', `n${count + 1}`, `n${count}`]),
        path(name),
      );
    } else {
      mkdirSync(path(name));
      parents.push(name);
    }
    if (kind === 'forbidden') {
      forbidden.push(name);
    }
    names.push(name);
  }
  const setMode = (mode: number): void => {
    for (const name of forbidden) {
      chmodSync(path(name), mode);
    }
  };
  // Root may enter them all the same.
  setMode(0);
  const remove = (): void => {
    setMode(0o700);
    rmSync(folder, { recursive: true, force: true });
  };
  return { folder, names, remove };
}
