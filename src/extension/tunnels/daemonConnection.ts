// Keeps the connection to the daemon: started on first need, and again at once when it dies while something is
// wanted.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DaemonClient } from '../../tunnels/daemon/client/client';
import type { DaemonEvents } from '../../tunnels/daemon/client/client';

export interface DaemonConnectionOptions {
  /** The bundled host. */
  readonly script: string;
  /** How this window is called; undefined: it has no name. */
  readonly title: () => string | undefined;
  readonly events: Omit<DaemonEvents, 'onClosed'>;
  /** It has gone. Answers whether it is needed back. */
  readonly onLost: () => boolean;
  /** It is there again, after onLost said yes. */
  readonly onBack: () => void;
  readonly log: (line: string) => void;
}

/** Milliseconds; doubled from the first to the last. */
const firstRetry = 250;
const longestRetry = 30_000;

export class DaemonConnection {
  readonly #options: DaemonConnectionOptions;
  readonly #windowId = randomUUID();
  #client: Promise<DaemonClient> | undefined;
  #looking: Promise<DaemonClient | undefined> | undefined;
  #connected: DaemonClient | undefined;
  #comingBack: Promise<void> | undefined;
  #disposed = false;

  constructor(options: DaemonConnectionOptions) {
    this.#options = options;
  }

  /** The host as far as it is there already. */
  get connected(): DaemonClient | undefined {
    return this.#connected;
  }

  /** Connects to the host that runs; starts none. @returns undefined where none runs */
  async running(): Promise<DaemonClient | undefined> {
    if (this.#client) {
      return this.client();
    }
    this.#looking ??= this.#connect(undefined)
      .then(
        (client) => {
          this.#client = Promise.resolve(client);
          return client;
        },
        () => undefined,
      )
      .finally(() => (this.#looking = undefined));
    return this.#looking;
  }

  /** @throws TunnelFailure DaemonLost */
  async client(): Promise<DaemonClient> {
    await this.#looking;
    this.#client ??= this.#connect(this.#options.script);
    try {
      return await this.#client;
    } catch (error) {
      this.#client = undefined;
      throw error;
    }
  }

  async #connect(script: string | undefined): Promise<DaemonClient> {
    const { events, log } = this.#options;
    const title = this.#options.title();
    const hello = { windowId: this.#windowId, ...(title === undefined ? {} : { title }) };
    const client = await DaemonClient.connect({ script }, hello, {
      ...events,
      onClosed: () => this.#lost(),
    });
    log(`The daemon is process ${client.daemonPid}.`);
    this.#connected = client;
    return client;
  }

  #lost(): void {
    this.#connected = undefined;
    this.#client = undefined;
    if (!this.#disposed && this.#options.onLost()) {
      this.#options.log('The daemon has gone; starting it again.');
      this.bringBack();
    }
  }

  /** Starts it again, and again until it is there. */
  bringBack(): void {
    this.#comingBack ??= this.#comeBack().finally(() => {
      this.#comingBack = undefined;
    });
  }

  async #comeBack(): Promise<void> {
    for (let delay = firstRetry; !this.#disposed; delay = Math.min(delay * 2, longestRetry)) {
      try {
        await this.client();
        this.#options.onBack();
        return;
      } catch (error) {
        this.#options.log(`The daemon could not be started: ${String(error)}`);
        await sleep(delay);
      }
    }
  }

  /** Leaves; the leases last for the grace of a reload. */
  dispose(): void {
    this.#disposed = true;
    this.#connected?.dispose();
  }
}
