// Tells when another window may have started a daemon, so that this one shows the tunnels that they share.
import { endpointFilePath, endpointFolder } from '../../tunnels/daemon/client/endpointFile';
import { FileWatch } from '../settings/fileWatch';

/** Milliseconds: the file appears whole, and two windows that start it at once settle it quickly. */
const quiet = 100;

export class DaemonWatcher {
  readonly #onAppeared: () => void;
  readonly #watch: FileWatch;

  constructor(onAppeared: () => void) {
    this.#onAppeared = onAppeared;
    this.#watch = new FileWatch(() => void this.#look(), quiet);
  }

  async start(): Promise<void> {
    const folder = endpointFolder();
    // The folder, too: it is made by the first host, and not by looking for it.
    await this.#watch.set({ files: [], folders: [] });
    await this.#watch.set({ files: [folder, endpointFilePath(folder)], folders: [] });
  }

  /** The folder may be new, or another one: it is watched before it is looked into, so that nothing is missed. */
  async #look(): Promise<void> {
    await this.start();
    this.#onAppeared();
  }

  dispose(): void {
    this.#watch.dispose();
  }
}
