// Publishes the daemon's endpoint for windows to find, and publishes it again if its files or their folder are removed,
// as happens in temporary folders. While the folder can't be made, it is published in the spare one.
import type { Server } from 'node:net';
import { watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { lstat, rmdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { shareReads } from '../../util/pacing/sharedReads';
import { tryConnect } from '../client/endpointConnection';
import {
  endpointFilePath,
  ensurePrivateFolder,
  movedTo,
  publishEndpointFile,
  readEndpointFile,
  withdrawEndpointFile,
} from './endpointFile';
import type { EndpointFile } from './endpointFile';
import type { EndpointFolders } from './endpointFolder';

const publishTries = 5;
/** Only the owner may connect. */
const socketUmask = 0o177;
/** How often the files are checked where the system reports no change of the folder. */
const checkIntervalMs = 1000;
/** How long a new daemon leaves a damaged file to the one that may have written it, which repairs it. */
const repairMs = checkIntervalMs + 500;
/** After a change is reported: whoever removes the folder shall find it empty. A new daemon takes longer to start. */
const settleMs = 50;

/** A folder, and what is published there. */
interface Place {
  readonly folder: string;
  readonly file: EndpointFile;
}

export class EndpointPublisher {
  /** In the order in which windows look. */
  readonly #places: readonly Place[];
  readonly #server: Server;
  /** Where windows find the daemon now. */
  #place: Place;
  #ended = false;
  #timer: NodeJS.Timeout | undefined;
  #watcher: FSWatcher | undefined;
  #onChange: () => void = () => undefined;

  /** @param file for the usual folder */
  constructor({ usual, spare }: Omit<EndpointFolders, 'all'>, file: EndpointFile, server: Server) {
    this.#place = { folder: usual, file };
    this.#places =
      spare === undefined ? [this.#place] : [this.#place, { folder: spare, file: movedTo(file, spare) }];
    this.#server = server;
  }

  /**
   * @param others further folders in which a daemon may be
   * @returns false when another daemon is running already
   */
  async begin(others: readonly string[]): Promise<boolean> {
    for (const folder of others) {
      if (await isRunningIn(folder)) {
        return false;
      }
    }
    await this.#listen();
    try {
      const published = await this.#publish(this.#place, repairMs);
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
    await this.#withdrawFrom(this.#place);
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
    const file = basename(endpointFilePath(this.#place.folder));
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
      this.#watcher = watch(this.#place.folder, { persistent: false }, onEvent);
      this.#watcher.on('error', () => onEvent('rename', null));
    } catch {
      // There is no such folder, or the system has no watchers left.
    }
  }

  /** @returns false when another daemon has replaced this one */
  async #restore(log: (line: string) => void): Promise<boolean> {
    let problem: unknown;
    for (const place of this.#places) {
      try {
        return await this.#restoreIn(place, log);
      } catch (error) {
        problem ??= error;
      }
    }
    throw problem;
  }

  /** @throws Error if the folder can't be used */
  async #restoreIn(place: Place, log: (line: string) => void): Promise<boolean> {
    const { folder, file } = place;
    const before = this.#place;
    const found = await readEndpointFile(folder);
    const isPublished = found?.endpoint === file.endpoint;
    const hasSocket = place === before && (await hasSocketOf(file));
    if (this.#ended || (isPublished && hasSocket)) {
      return true;
    }
    // A watcher of the folder that had its name sees nothing of a new one.
    this.#closeWatcher();
    await ensurePrivateFolder(folder);
    // Another daemon may have ended: then its file is replaced.
    if (!isPublished && !(await this.#publish(place))) {
      return false;
    }
    if (!hasSocket) {
      // Open connections stay open.
      this.#server.close();
      this.#place = place;
      await this.#listen();
    }
    if (place !== before) {
      await this.#withdrawFrom(before);
    }
    log(`Editor windows find the daemon again: ${folder}`);
    return true;
  }

  async #withdrawFrom({ folder, file }: Place): Promise<void> {
    await withdrawEndpointFile(folder, file);
    if (folder !== this.#places[0]?.folder) {
      // Only if it is empty.
      await rmdir(folder).catch(() => undefined);
    }
  }

  #listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      // The folder already keeps other users out. Node binds in the same tick, so the umask affects no other file.
      const before = process.umask(socketUmask);
      try {
        this.#server.listen(this.#place.file.endpoint, () => {
          this.#server.off('error', reject);
          resolve();
        });
      } finally {
        process.umask(before);
      }
    });
  }

  /** @param waitMs before a damaged file is replaced */
  async #publish({ folder, file }: Place, waitMs = 0): Promise<boolean> {
    for (let attempt = 0; attempt < publishTries; attempt++) {
      if (await publishEndpointFile(folder, file)) {
        return true;
      }
      const other = await readEndpointFile(folder);
      if (other?.endpoint === file.endpoint) {
        // Our own file was there, but could not be read at first, for example because of too few file descriptors.
        return true;
      }
      if (await isRunningIn(folder)) {
        return false;
      }
      if (other === undefined && attempt === 0 && waitMs > 0) {
        await sleep(waitMs);
      } else {
        await withdrawEndpointFile(folder, other);
      }
    }
    throw new Error(`Can't write to ${folder}`);
  }
}

async function hasSocketOf({ endpoint }: EndpointFile): Promise<boolean> {
  return process.platform === 'win32' || (await lstat(endpoint).catch(() => undefined)) !== undefined;
}

async function isRunningIn(folder: string): Promise<boolean> {
  const running = await tryConnect(folder);
  running?.destroy();
  return running !== undefined;
}
