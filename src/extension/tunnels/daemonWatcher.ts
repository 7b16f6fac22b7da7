// Watches for a daemon that another window has started, so that this window can show the tunnels they share.
import { endpointFilePath } from '../../tunnels/daemon/endpoint/endpointFile';
import { endpointFolders } from '../../tunnels/daemon/endpoint/endpointFolder';
import { FileWatch } from '../settings/fileWatch';

/** Short, because the endpoint file appears complete, and two windows that start a daemon at once agree quickly. */
const debounceMs = 100;

export class DaemonWatcher {
  readonly #onAppeared: () => void;
  readonly #watch: FileWatch;

  constructor(onAppeared: () => void) {
    this.#onAppeared = onAppeared;
    this.#watch = new FileWatch(() => void this.#onFileChange(), debounceMs);
  }

  async start(): Promise<void> {
    const files = endpointFolders().all.flatMap((folder) => [folder, endpointFilePath(folder)]);
    // The folder too: the first daemon creates it.
    await this.#watch.set({ files: [], folders: [] });
    await this.#watch.set({ files, folders: [] });
  }

  /** The folder may be new or replaced. Watches it before reporting, so that no change is missed. */
  async #onFileChange(): Promise<void> {
    await this.start();
    this.#onAppeared();
  }

  dispose(): void {
    this.#watch.dispose();
  }
}
