// Where windows find this host, for as long as it runs: publishes it, and again where somebody has cleaned up its files,
// as is done in folders for temporary ones.
import type { Server } from 'node:net';
import { lstat } from 'node:fs/promises';
import { tryConnect } from '../client/connectToDaemon';
import {
  ensurePrivateFolder,
  publishEndpointFile,
  readEndpointFile,
  withdrawEndpointFile,
} from '../client/endpointFile';
import type { EndpointFile } from '../client/endpointFile';

const publishTries = 5;
/** Only its owner may connect. */
const mask = 0o177;
/** How often it is looked after: milliseconds. */
const interval = 5000;

export class Presence {
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

  /** @returns false when another host runs already */
  async begin(): Promise<boolean> {
    await this.#listen();
    try {
      const published = await this.#publish();
      if (!published) {
        this.#server.close();
      }
      return published;
    } catch (error) {
      // A host that nobody can find must not stay.
      this.#server.close();
      throw error;
    }
  }

  /** @param onReplaced another host can be found in its place: a second one would fight it for the ports */
  keep(onReplaced: () => void, log: (line: string) => void): void {
    let told = '';
    this.#timer = setInterval(() => {
      this.#restore(log).then(
        (isOurs) => {
          told = '';
          if (!isOurs) {
            this.#stopKeeping();
            onReplaced();
          }
        },
        (error: unknown) => {
          const text = `windows can't find the daemon: ${String(error)}`;
          if (text !== told) {
            told = text;
            log(text);
          }
        },
      );
    }, interval);
  }

  async end(): Promise<void> {
    this.#ended = true;
    this.#stopKeeping();
    // Whoever comes now starts a new one; the socket's file goes with it.
    this.#server.close();
    await withdrawEndpointFile(this.#folder, this.#endpointFile);
  }

  #stopKeeping(): void {
    clearInterval(this.#timer);
  }

  /** @returns false when another host has taken its place */
  async #restore(log: (line: string) => void): Promise<boolean> {
    const found = await readEndpointFile(this.#folder);
    if (found && found.endpoint !== this.#endpointFile.endpoint) {
      return false;
    }
    const hasSocket = await this.#hasSocket();
    if (this.#ended) {
      return true;
    }
    if (!hasSocket) {
      await ensurePrivateFolder(this.#folder);
      // Those who are connected stay so.
      this.#server.close();
      await this.#listen();
      log('its socket was gone: listening again');
    }
    if (!found) {
      await this.#publish();
    }
    // If somebody was quicker, the next look tells.
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
      // The folder keeps others out already. node binds in the same tick: the mask holds for no other file.
      const before = process.umask(mask);
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
        // It was there, and could not be read a moment ago: for want of file descriptors, say.
        return true;
      }
      const running = await tryConnect(this.#folder);
      if (running) {
        running.destroy();
        return false;
      }
      await withdrawEndpointFile(this.#folder, other);
    }
    throw new Error(`${this.#folder} can't be written to`);
  }
}
