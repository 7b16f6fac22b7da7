// A window's client of the daemon: speaks the protocol with the daemon that runs, or that it starts.
import type { Socket } from 'node:net';
import type { CancellationToken, MessageConnection } from 'vscode-jsonrpc/node';
import type { X11Program } from '../../config/definition';
import type { Environment } from '../../util/environment';
import { Semaphore } from '../../util/pacing/semaphore';
import { TunnelFailure } from '../../errors/errors';
import { daemonLost } from '../../errors/daemon';
import type { Ask, SavedSecrets } from '../../model/prompt';
import type { TunnelActivity } from '../../model/tunnelActivity';
import * as protocol from '../protocol/protocol';
import type { Lease, LeasedTunnel, LogLine, ResolvedFacts, TunnelReport } from '../protocol/protocol';
import { OlderDaemons } from './olderDaemons';
import { endpointFolders } from '../endpoint/endpointFolder';
import { rpcOver } from '../protocol/rpc';
import { buildVersion } from '../protocol/version';
import type { DaemonLocation } from './connectOrLaunch';
import { connectOrLaunch, startTimeoutMs } from './connectOrLaunch';

/** Grace period to drain messages after the daemon exits. */
const drainGraceMs = 20;

export interface DaemonEvents {
  readonly onReport: (reports: readonly TunnelReport[]) => void;
  readonly onStoppedByUser: (id: string) => void;
  /** @param earlier the start was before this window connected */
  readonly onStartedByUser: (id: string, earlier: boolean) => void;
  /** A newer version has taken over the tunnel: don't start it here until this window is reloaded. */
  readonly onTakenOver: (id: string) => void;
  readonly onLog: (line: LogLine) => void;
  /** undefined: this window stores no secrets. */
  readonly secrets?: SavedSecrets;
  readonly onQuestion: Ask;
  /** The connection is closed. The daemon may have ended, too. */
  readonly onClosed: () => void;
}

export class DaemonClient {
  readonly daemonPid: number;
  /** The version of the daemon's build. */
  readonly daemonVersion: string | undefined;
  readonly #connection: MessageConnection;
  readonly #socket: Socket;
  readonly #olderDaemons: OlderDaemons;
  #tunnels: readonly LeasedTunnel[] = [];
  #pendingLease: Promise<void> = Promise.resolve();
  /** A project may have thousands of tunnels to ask about. */
  readonly #resolving = new Semaphore(4);

  private constructor(
    connection: MessageConnection,
    socket: Socket,
    daemon: protocol.DaemonHello,
    olderDaemons: OlderDaemons,
  ) {
    this.#connection = connection;
    this.#socket = socket;
    this.#olderDaemons = olderDaemons;
    this.daemonPid = daemon.pid;
    this.daemonVersion = daemon.version;
  }

  /**
   * Connects to the running daemon, or starts one.
   * @param window its id stays the same when the window reconnects
   * @throws TunnelFailure DaemonLost
   */
  static async connect(
    location: DaemonLocation,
    window: protocol.WindowHello,
    events: DaemonEvents,
  ): Promise<DaemonClient> {
    const socket = await connectOrLaunch(location);
    const connection = rpcOver(socket);
    listenTo(connection, events);
    connection.listen();
    socket.resume();
    try {
      const daemon = await withinStartTimeout(
        connection.sendRequest(protocol.hello, { ...window, version: buildVersion }),
      );
      const olderDaemons = new OlderDaemons(endpointFolders(location.env).all);
      return new DaemonClient(connection, socket, daemon, olderDaemons);
    } catch (error) {
      socket.destroy();
      throw new TunnelFailure(daemonLost(String(error)), { cause: error });
    }
  }

  /** Leases are sent in the order of the calls, however long each takes. */
  setLease(lease: Lease): Promise<void> {
    const done = this.#pendingLease.then(() => this.#applyLease(lease));
    this.#pendingLease = done.catch(() => undefined);
    return done;
  }

  async #applyLease(lease: Lease): Promise<void> {
    this.#tunnels = lease.tunnels;
    // One by one: the tunnels of an older daemon keep running there until it is their turn.
    for (const tunnel of lease.tunnels.filter(({ want }) => want)) {
      if (!this.#olderDaemons.hasYielded(tunnel)) {
        await this.#olderDaemons.release(tunnel);
        await this.#sendLease({ ...lease, tunnels: lease.tunnels.map((each) => this.#onlyIfYielded(each)) });
      }
    }
    await this.#sendLease(lease);
  }

  /** Not wanted yet while an older daemon may have its ports. */
  #onlyIfYielded(tunnel: LeasedTunnel): LeasedTunnel {
    return { ...tunnel, want: tunnel.want && this.#olderDaemons.hasYielded(tunnel) };
  }

  async #sendLease(lease: Lease): Promise<void> {
    await this.#request(() => this.#connection.sendRequest(protocol.setLease, lease));
  }

  /** @throws TunnelFailure the first error */
  async start(id: string): Promise<void> {
    const takeOver = this.#takeOver(id);
    if (takeOver) {
      await takeOver;
    }
    await this.#request(() => this.#connection.sendRequest(protocol.startTunnel, { id }));
  }

  /** @returns undefined if there is nothing to wait for: then a start is sent in the same tick, before a later stop */
  #takeOver(id: string): Promise<void> | undefined {
    const tunnel = this.#tunnels.find((leased) => leased.id === id);
    return tunnel && !this.#olderDaemons.hasYielded(tunnel) ? this.#olderDaemons.release(tunnel) : undefined;
  }

  async stop(id: string): Promise<void> {
    await this.#request(() => this.#connection.sendRequest(protocol.stopTunnel, { id }));
  }

  /** Stops the tunnel that has this forward's port. @param forward its key */
  async stopConflictingTunnel(id: string, forward: string): Promise<void> {
    await this.#request(() => this.#connection.sendRequest(protocol.stopConflictingTunnel, { id, forward }));
  }

  /** @throws TunnelFailure why the program can't show a window, or why the tunnel could not connect */
  async runProgram(id: string, program: X11Program): Promise<void> {
    const takeOver = this.#takeOver(id);
    if (takeOver) {
      await takeOver;
    }
    await this.#request(() => this.#connection.sendRequest(protocol.runProgram, { id, program }));
  }

  async stopProgram(id: string, program: string): Promise<void> {
    await this.#request(() => this.#connection.sendRequest(protocol.stopProgram, { id, program }));
  }

  async retry(id: string): Promise<void> {
    const takeOver = this.#takeOver(id);
    if (takeOver) {
      await takeOver;
    }
    await this.#request(() => this.#connection.sendRequest(protocol.retryTunnel, { id }));
  }

  /** undefined: the tunnel isn't leased, or the daemon is older and doesn't tell. */
  async activity(id: string): Promise<TunnelActivity | undefined> {
    return this.#connection.sendRequest(protocol.tunnelActivity, { id }).catch(() => undefined);
  }

  /** Never rejects: an older daemon sends lines from `info` on to every window. */
  async setLogThresholds(thresholds: protocol.LogThresholds): Promise<void> {
    await this.#connection.sendRequest(protocol.setLogThresholds, thresholds).catch(() => undefined);
  }

  /** @throws TunnelFailure InvalidDefinition, HostNotFound … if the definition can't be resolved */
  resolve(params: Parameters<typeof this.sendResolve>[0]): Promise<ResolvedFacts> {
    return this.#resolving.run(undefined, () => this.#request(() => this.sendResolve(params)));
  }

  /** @returns false when another window still uses the daemon */
  shutdown(): Promise<boolean> {
    return this.#request(() => this.#connection.sendRequest(protocol.shutdown));
  }

  /** Disconnects without releasing the leases: they last for a grace period, so that a window can reload. */
  dispose(): void {
    this.#connection.dispose();
    this.#socket.destroy();
  }

  private sendResolve(
    params: Pick<LeasedTunnel, 'definition' | 'settings' | 'project'> & { readonly env: Environment },
  ): Promise<ResolvedFacts> {
    return this.#connection.sendRequest(protocol.resolveFacts, params);
  }

  async #request<T>(send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (error) {
      const failure = protocol.fromResponseError(error);
      throw failure instanceof TunnelFailure
        ? failure
        : new TunnelFailure(daemonLost(String(failure)), { cause: error });
    }
  }
}

function listenTo(connection: MessageConnection, events: DaemonEvents): void {
  connection.onNotification(protocol.report, events.onReport);
  connection.onNotification(protocol.stoppedByUser, ({ id }) => events.onStoppedByUser(id));
  connection.onNotification(protocol.startedByUser, ({ id, earlier }) => events.onStartedByUser(id, earlier));
  connection.onNotification(protocol.takenOver, ({ id }) => events.onTakenOver(id));
  connection.onNotification(protocol.log, events.onLog);
  connection.onRequest(protocol.ask, async ({ question }, token) => {
    return (await events.onQuestion(question, signalOf(token))) ?? null;
  });
  connection.onRequest(protocol.recallSecret, async ({ question }, token) => {
    return (await events.secrets?.recall(question, signalOf(token))) ?? null;
  });
  connection.onNotification(protocol.judgeSecret, ({ question, right }) =>
    events.secrets?.judged(question, right),
  );
  // An invalid message also closes the connection, and that is handled below.
  connection.onError(() => undefined);
  connection.onClose(() => {
    // Messages that arrived just before are still in the library's queue.
    setTimeout(() => {
      // Pending requests will never be answered. The library rejects them only on dispose.
      connection.dispose();
      events.onClosed();
    }, drainGraceMs);
  });
}

function signalOf(token: CancellationToken): AbortSignal {
  const abort = new AbortController();
  token.onCancellationRequested(() => abort.abort());
  return abort.signal;
}

/** @throws Error on time-out, for example if the daemon is suspended */
function withinStartTimeout<T>(answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('no answer from the daemon')), startTimeoutMs);
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
