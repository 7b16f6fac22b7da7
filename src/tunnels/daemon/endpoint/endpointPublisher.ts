// Publishes the daemon's endpoint for windows to find, and publishes it again if its files or their folder are removed,
// as happens in temporary folders.
import type { Server } from 'node:net';
import { watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { basename } from 'node:path';
import { shareReads } from '../../util/pacing/sharedReads';
import { tryConnect } from '../client/endpointConnection';
import {
  endpointFilePath,
  ensurePrivateFolder,
  publishEndpointFile,
  readEndpointFile,
  withdrawEndpointFile,
} from './endpointFile';
import type { EndpointFile } from './endpointFile';

const publishTries = 5;
/** Only the owner may connect. */
const socketUmask = 0o177;
/** How often the files are checked where the system reports no change of the folder. */
const checkIntervalMs = 1000;
/** After a change is reported: whoever removes the folder shall find it empty. A new daemon takes longer to start. */
const settleMs = 50;

export class EndpointPublisher {
  readonly #folder: string;
  readonly #endpointFile: EndpointFile;
  readonly #server: Server;
  #ended = false;
  #timer: NodeJS.Timeout | undefined;
  #watcher: FSWatcher | undefined;
  #onChange: () => void = () => undefined;

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

  /**
   * A window that opens before the files are back starts another daemon. So changes are noticed faster than that starts.
   * @param onReplaced windows find another daemon now: two of them would compete for the ports
   */
  watch(onReplaced: () => void, log: (line: string) => void): void {
    let lastProblem = '';
    const check = shareReads(async () => {
      if (this.#ended) {
        return;
      }
      try {
        // Before and after: the folder may be new.
        this.#watchFolder();
        const isOurs = await this.#restore(log);
        lastProblem = '';
        if (isOurs) {
          this.#watchFolder();
        } else {
          this.#stopWatching();
          onReplaced();
        }
      } catch (error) {
        const text = `Editor windows can't find the daemon: ${String(error)}`;
        if (text !== lastProblem) {
          lastProblem = text;
          log(text);
        }
      }
    });
    this.#onChange = () => void check();
    this.#timer = setInterval(this.#onChange, checkIntervalMs);
    this.#watchFolder();
  }

  async end(): Promise<void> {
    this.#stopWatching();
    // This removes the socket file, too. From now on a window starts a new daemon.
    this.#server.close();
    await withdrawEndpointFile(this.#folder, this.#endpointFile);
  }

  #stopWatching(): void {
    this.#ended = true;
    clearInterval(this.#timer);
    this.#closeWatcher();
  }

  #closeWatcher(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
  }

  /** Does nothing if it is watched already, or can't be. */
  #watchFolder(): void {
    if (this.#watcher || this.#ended) {
      return;
    }
    const file = basename(endpointFilePath(this.#folder));
    const onEvent = (event: string, name: string | null): void => {
      if (event === 'rename') {
        // It may be the folder itself that is gone: a watcher watches what had its name.
        this.#closeWatcher();
        setTimeout(this.#onChange, settleMs);
      } else if (name === file) {
        setTimeout(this.#onChange, settleMs);
      }
    };
    try {
      this.#watcher = watch(this.#folder, { persistent: false }, onEvent);
      this.#watcher.on('error', () => onEvent('rename', null));
    } catch {
      // There is no such folder, or the system has no watchers left.
    }
  }

  /** @returns false when another daemon has replaced this one */
  async #restore(log: (line: string) => void): Promise<boolean> {
    const found = await readEndpointFile(this.#folder);
    const isPublished = found?.endpoint === this.#endpointFile.endpoint;
    const hasSocket = await this.#hasSocket();
    if (this.#ended || (isPublished && hasSocket)) {
      return true;
    }
    await ensurePrivateFolder(this.#folder);
    // Another daemon may have ended: then its file is replaced.
    if (found && !isPublished && !(await this.#publish())) {
      return false;
    }
    if (!hasSocket) {
      // Open connections stay open.
      this.#server.close();
      await this.#listen();
      log("The daemon's socket was removed: listening again");
    }
    if (!found) {
      if (!(await this.#publish())) {
        return false;
      }
      log('The endpoint file was removed: written again');
    }
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
