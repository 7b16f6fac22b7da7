// Watches files outside the workspace. It watches their folders, because many programs save by replacing the file.
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

/** Each takes a handle of the system. What changes in others is seen when they are read again for another reason. */
const maxFolders = 200;

/** A save causes several events. */
const defaultDebounceMs = 300;

export class FileWatch {
  readonly #onChange: () => void;
  #watched: Watched = { files: [], folders: [] };
  readonly #debounceMs: number;
  #watchers: readonly FSWatcher[] = [];
  /** How many folders didn't exist; tried again at the next set(). */
  #missing = 0;
  #timer: NodeJS.Timeout | undefined;
  #disposed = false;

  /** @param debounceMs how long to wait after the last event before onChange is called */
  constructor(onChange: () => void, debounceMs = defaultDebounceMs) {
    this.#onChange = onChange;
    this.#debounceMs = debounceMs;
  }

  async set({ files, folders }: Watched): Promise<void> {
    const real = await Promise.all(files.map((file) => realpath(file).catch(() => file)));
    const watched = { files: [...new Set([...files, ...real])], folders };
    const isSame = this.#missing === 0 && isDeepStrictEqual(watched, this.#watched);
    // After dispose(), no watcher may be opened.
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
    const all = [...names].slice(0, maxFolders);
    this.#watchers = all.flatMap(([folder, of]) => this.#watch(folder, of) ?? []);
    this.#missing = all.length - this.#watchers.length;
  }

  /** Reports a change after the debounce time, even if none was seen. The delay avoids reading half-written files. */
  reportSoon(): void {
    clearTimeout(this.#timer);
    if (!this.#disposed) {
      this.#timer = setTimeout(this.#onChange, this.#debounceMs);
    }
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
    this.#close();
  }

  /** @returns undefined if the folder doesn't exist */
  #watch(folder: string, names: ReadonlySet<string> | 'all'): FSWatcher | undefined {
    try {
      const watcher = watch(folder, { persistent: false }, (_event, name) => {
        if (name === null || names === 'all' || names.has(name)) {
          this.reportSoon();
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
