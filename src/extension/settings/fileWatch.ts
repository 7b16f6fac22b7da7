// Tells when files outside of the workspace may have changed: by their folders, since editors replace a file to save it.
import { watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

export interface Watched {
  /** They need not exist. */
  readonly files: readonly string[];
  /** Any change in these counts. */
  readonly folders: readonly string[];
}

/** Milliseconds: a save is several events. */
const defaultQuiet = 300;

export class FileWatch {
  readonly #onChange: () => void;
  #watched: Watched = { files: [], folders: [] };
  readonly #quiet: number;
  #watchers: readonly FSWatcher[] = [];
  /** Folders that were not there: looked for again at the next set(). */
  #missing = 0;
  #timer: NodeJS.Timeout | undefined;
  #disposed = false;

  /** @param quiet how long nothing must happen before a change is told */
  constructor(onChange: () => void, quiet = defaultQuiet) {
    this.#onChange = onChange;
    this.#quiet = quiet;
  }

  async set({ files, folders }: Watched): Promise<void> {
    const real = await Promise.all(files.map((file) => realpath(file).catch(() => file)));
    const watched = { files: [...new Set([...files, ...real])], folders };
    const isSame = this.#missing === 0 && isDeepStrictEqual(watched, this.#watched);
    // After dispose(), nothing is opened any more.
    if (this.#disposed || isSame) {
      return;
    }
    this.#close();
    this.#watched = watched;
    const names = new Map<string, Set<string> | 'all'>(folders.map((folder) => [resolve(folder), 'all']));
    for (const file of watched.files) {
      const folder = dirname(file);
      const known = names.get(folder) ?? new Set();
      names.set(folder, known === 'all' ? known : known.add(basename(file)));
    }
    this.#watchers = [...names].flatMap(([folder, of]) => this.#watch(folder, of) ?? []);
    this.#missing = names.size - this.#watchers.length;
  }

  /** Tells of a change, though none was seen: once it is quiet, so that no file is read half-written. */
  nudge(): void {
    clearTimeout(this.#timer);
    if (!this.#disposed) {
      this.#timer = setTimeout(this.#onChange, this.#quiet);
    }
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
    this.#close();
  }

  /** @returns undefined for a folder that is not there */
  #watch(folder: string, names: ReadonlySet<string> | 'all'): FSWatcher | undefined {
    try {
      const watcher = watch(folder, { persistent: false }, (_event, name) => {
        if (name === null || names === 'all' || names.has(name)) {
          this.nudge();
        }
      });
      watcher.on('error', () => watcher.close());
      return watcher;
    } catch {
      return undefined;
    }
  }

  #close(): void {
    for (const watcher of this.#watchers) {
      watcher.close();
    }
    this.#watchers = [];
  }
}
