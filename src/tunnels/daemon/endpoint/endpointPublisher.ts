// Publishes the daemon's endpoint for windows to find, and publishes it again if its files or their folder are removed,
// as happens in temporary folders.
import type { Server } from 'node:net';
import { lstat } from 'node:fs/promises';
import { tryConnect } from '../client/endpointConnection';
import {
  ensurePrivateFolder,
  publishEndpointFile,
  readEndpointFile,
  withdrawEndpointFile,
} from './endpointFile';
import type { EndpointFile } from './endpointFile';

const publishTries = 5;
/** Only the owner may connect. */
const socketUmask = 0o177;
/** How often the files are checked. A window that opens before they are back starts another daemon. */
const checkIntervalMs = 1000;

export class EndpointPublisher {
  readonly #folder: string;
  readonly #endpointFile: EndpointFile;
  readonly #server: Server;
  #ended = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(folder: string, endpointFile: EndpointFile, server: Server) {
    this.#folder = folder;
    this.#endpointFile = endpointFile;
    this.#server = server;
  }

  /** @returns false when another daemon is running already */
  async begin(): Promise<boolean> {
    await this.#listen();
    try {
      const published = await this.#publish();
      if (!published) {
        this.#server.close();
      }
      return published;
    } catch (error) {
      // A daemon that windows can't find must exit.
      this.#server.close();
      throw error;
    }
  }

  /** @param onReplaced windows find another daemon now: two of them would compete for the ports */
  watch(onReplaced: () => void, log: (line: string) => void): void {
    let lastProblem = '';
    this.#timer = setInterval(() => {
      this.#restore(log).then(
        (isOurs) => {
          lastProblem = '';
          if (!isOurs) {
            this.#stopWatching();
            onReplaced();
          }
        },
        (error: unknown) => {
          const text = `Editor windows can't find the daemon: ${String(error)}`;
          if (text !== lastProblem) {
            lastProblem = text;
            log(text);
          }
        },
      );
    }, checkIntervalMs);
  }

  async end(): Promise<void> {
    this.#ended = true;
    this.#stopWatching();
    // This removes the socket file, too. From now on a window starts a new daemon.
    this.#server.close();
    await withdrawEndpointFile(this.#folder, this.#endpointFile);
  }

  #stopWatching(): void {
    clearInterval(this.#timer);
  }

  /** @returns false when another daemon has replaced this one */
  async #restore(log: (line: string) => void): Promise<boolean> {
    const found = await readEndpointFile(this.#folder);
    if (found && found.endpoint !== this.#endpointFile.endpoint) {
      return false;
    }
    const hasSocket = await this.#hasSocket();
    if (this.#ended) {
      return true;
    }
    if (!hasSocket || !found) {
      await ensurePrivateFolder(this.#folder);
    }
    if (!hasSocket) {
      // Open connections stay open.
      this.#server.close();
      await this.#listen();
      log("The daemon's socket was removed: listening again");
    }
    if (!found && (await this.#publish())) {
      log('The endpoint file was removed: written again');
    }
    // If another daemon was published first, the next check finds it.
    return true;
  }

  async #hasSocket(): Promise<boolean> {
    return (
      process.platform === 'win32' ||
      (await lstat(this.#endpointFile.endpoint).catch(() => undefined)) !== undefined
    );
  }

  #listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      // The folder already keeps other users out. Node binds in the same tick, so the umask affects no other file.
      const before = process.umask(socketUmask);
      try {
        this.#server.listen(this.#endpointFile.endpoint, () => {
          this.#server.off('error', reject);
          resolve();
        });
      } finally {
        process.umask(before);
      }
    });
  }

  async #publish(): Promise<boolean> {
    for (let attempt = 0; attempt < publishTries; attempt++) {
      if (await publishEndpointFile(this.#folder, this.#endpointFile)) {
        return true;
      }
      const other = await readEndpointFile(this.#folder);
      if (other?.endpoint === this.#endpointFile.endpoint) {
        // Our own file was there, but could not be read at first, for example because of too few file descriptors.
        return true;
      }
      const running = await tryConnect(this.#folder);
      if (running) {
        running.destroy();
        return false;
      }
      await withdrawEndpointFile(this.#folder, other);
    }
    throw new Error(`Can't write to ${this.#folder}`);
  }
}
