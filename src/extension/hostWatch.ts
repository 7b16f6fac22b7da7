// Tells when another window may have started a tunnel host, so that this one shows the tunnels that they share.
import { ensurePrivateFolder, rendezvousFile, rendezvousFolder } from '../tunnels/host/rendezvous';
import { FileWatch } from './fileWatch';

/** Milliseconds: the file appears whole, and two windows that start it at once settle it quickly. */
const quiet = 100;

export class HostWatch {
  readonly #watch: FileWatch;

  constructor(onAppeared: () => void) {
    this.#watch = new FileWatch(onAppeared, quiet);
  }

  /** Without a folder that can be watched, whoever asks from time to time finds the host all the same. */
  async start(): Promise<void> {
    const folder = rendezvousFolder();
    try {
      await ensurePrivateFolder(folder);
      await this.#watch.set({ files: [rendezvousFile(folder)], folders: [] });
    } catch {
      // Whoever starts the host says what is wrong with the folder.
    }
  }

  dispose(): void {
    this.#watch.dispose();
  }
}
