// This window's connection to the daemon. Starts the daemon on first need, and restarts it if it exits while a tunnel
// is wanted.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DaemonClient } from '../../tunnels/daemon/client/client';
import type { DaemonEvents } from '../../tunnels/daemon/client/client';
import type { LogThresholds } from '../../tunnels/daemon/protocol/protocol';
import type { Log } from '../../tunnels/util/log';

export interface DaemonConnectionOptions {
  /** The path of the bundled daemon. */
  readonly script: string;
  /** The name of this window; undefined: none. */
  readonly title: () => string | undefined;
  readonly events: Omit<DaemonEvents, 'onClosed'>;
  /** The daemon has exited. @returns whether to restart it */
  readonly onLost: () => boolean;
  /** The daemon has been restarted after onLost() returned true. */
  readonly onBack: () => void;
  readonly log: Log;
  /** What this window wants of the daemon's log. */
  readonly logThresholds: () => LogThresholds;
}

/** Retry delays in milliseconds; each is twice the one before. */
const firstRetryMs = 250;
const maxRetryMs = 30_000;

export class DaemonConnection {
  readonly #options: DaemonConnectionOptions;
  readonly #windowId = randomUUID();
  #client: Promise<DaemonClient> | undefined;
  #finding: Promise<DaemonClient | undefined> | undefined;
  #connected: DaemonClient | undefined;
  #restarting: Promise<void> | undefined;
  #disposed = false;

  constructor(options: DaemonConnectionOptions) {
    this.#options = options;
  }

  /** The client of a connected daemon; undefined: not connected. */
  get connected(): DaemonClient | undefined {
    return this.#connected;
  }

  /** Connects to a running daemon, without starting one. @returns undefined if none runs */
  async running(): Promise<DaemonClient | undefined> {
    if (this.#client) {
      return this.client();
    }
    this.#finding ??= this.#connect(undefined)
      .then(
        (client) => {
          this.#client = Promise.resolve(client);
          return client;
        },
        () => undefined,
      )
      .finally(() => (this.#finding = undefined));
    return this.#finding;
  }

  /** @throws TunnelFailure DaemonLost */
  async client(): Promise<DaemonClient> {
    await this.#finding;
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
    const editorPid = Number(process.env['VSCODE_PID']);
    const hello = {
      windowId: this.#windowId,
      ...(title === undefined ? {} : { title }),
      ...(Number.isInteger(editorPid) && editorPid > 0 ? { editorPid } : {}),
    };
    const client = await DaemonClient.connect({ script }, hello, {
      ...events,
      onClosed: () => this.#lost(),
    });
    log.info(`Connected to the daemon (process ${client.daemonPid}).`);
    this.#connected = client;
    this.sendLogThresholds();
    return client;
  }

  /** The user has chosen other levels. */
  sendLogThresholds(): void {
    void this.#connected?.setLogThresholds(this.#options.logThresholds());
  }

  #lost(): void {
    this.#connected = undefined;
    this.#client = undefined;
    if (!this.#disposed && this.#options.onLost()) {
      this.#options.log.warn('The daemon exited. Restarting it.');
      this.bringBack();
    }
  }

  /** Restarts the daemon, and retries until that succeeds. */
  bringBack(): void {
    this.#restarting ??= this.#restart().finally(() => {
      this.#restarting = undefined;
    });
  }

  async #restart(): Promise<void> {
    for (let delayMs = firstRetryMs; !this.#disposed; delayMs = Math.min(delayMs * 2, maxRetryMs)) {
      try {
        await this.client();
        this.#options.onBack();
        return;
      } catch (error) {
        this.#options.log.error(`Could not start the daemon: ${String(error)}`);
        await sleep(delayMs);
      }
    }
  }

  /** Disconnects. The daemon keeps the leases for a grace period, in case the window only reloads. */
  dispose(): void {
    this.#disposed = true;
    this.#connected?.dispose();
  }
}
