// A window's end of the daemon: finds the one that runs or starts one, proves itself, and speaks the protocol.
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CancellationToken, MessageConnection } from 'vscode-jsonrpc/node';
import type { X11Program } from '../../config/definition';
import type { Environment } from '../../util/environment';
import { TunnelFailure } from '../../errors/errors';
import { daemonLost } from '../../errors/consent';
import type { Question, SecretKeeper } from '../../model/prompt';
import { launchDaemon } from './launch';
import * as protocol from '../protocol/protocol';
import type { Lease, LeasedTunnel, LogLine, ResolvedFacts, TunnelReport } from '../protocol/protocol';
import { OlderDaemons } from './olderDaemons';
import { tryConnect, tryConnectNewest } from './connectToDaemon';
import { ensurePrivateFolder, endpointFolder } from './endpointFile';
import { rpcOver } from '../protocol/rpc';
import { buildVersion } from '../protocol/version';

/** How long a new host may take until it answers: milliseconds. */
const startTimeout = 15_000;
const pollInterval = 40;
/** How long what a host has said before it ended may take to be heard: milliseconds. */
const lastWords = 20;

export interface DaemonEvents {
  readonly onReport: (reports: readonly TunnelReport[]) => void;
  readonly onStoppedByUser: (id: string) => void;
  /** @param earlier before this window came */
  readonly onStartedByUser: (id: string, earlier: boolean) => void;
  /** A newer version has taken it over: until this window is reloaded, it is not to be started here. */
  readonly onHandedOver: (id: string) => void;
  readonly onLog: (line: LogLine) => void;
  /** undefined: this window keeps none. */
  readonly secrets?: SecretKeeper;
  /** @returns undefined when it was cancelled */
  readonly onQuestion: (id: string, question: Question, signal: AbortSignal) => Promise<string | undefined>;
  /** The connection is gone, and with it perhaps the host. */
  readonly onClosed: () => void;
}

export interface DaemonLocation {
  /** The bundled host to start when none runs; undefined: start none. */
  readonly script: string | undefined;
  /** Where to look for it, and what it is started with; ours unless told otherwise. */
  readonly env?: NodeJS.ProcessEnv;
}

export class DaemonClient {
  readonly daemonPid: number;
  /** Of the build that the host is of. */
  readonly daemonVersion: string | undefined;
  readonly #connection: MessageConnection;
  readonly #socket: Socket;
  readonly #olderDaemons: OlderDaemons;
  #tunnels: readonly LeasedTunnel[] = [];
  #leasing: Promise<void> = Promise.resolve();

  private constructor(
    connection: MessageConnection,
    socket: Socket,
    host: protocol.DaemonHello,
    olderDaemons: OlderDaemons,
  ) {
    this.#connection = connection;
    this.#socket = socket;
    this.#olderDaemons = olderDaemons;
    this.daemonPid = host.pid;
    this.daemonVersion = host.version;
  }

  /**
   * Connects to the host that runs, or starts one.
   * @param who its id stays the same for a window that reconnects
   * @throws TunnelFailure DaemonLost
   */
  static async connect(
    location: DaemonLocation,
    who: protocol.WindowHello,
    events: DaemonEvents,
  ): Promise<DaemonClient> {
    const socket = await connectToDaemon(location);
    const connection = rpcOver(socket);
    listenTo(connection, events);
    connection.listen();
    socket.resume();
    try {
      const host = await inTime(connection.sendRequest(protocol.hello, { ...who, version: buildVersion }));
      const olderDaemons = new OlderDaemons(endpointFolder(location.env));
      return new DaemonClient(connection, socket, host, olderDaemons);
    } catch (error) {
      socket.destroy();
      throw new TunnelFailure(daemonLost(String(error)), { cause: error });
    }
  }

  /** In the order in which they are asked for, whatever each of them takes. */
  setLease(lease: Lease): Promise<void> {
    const done = this.#leasing.then(() => this.#takeLease(lease));
    this.#leasing = done.catch(() => undefined);
    return done;
  }

  async #takeLease(lease: Lease): Promise<void> {
    this.#tunnels = lease.tunnels;
    // One by one: what an older host still has goes on there until its turn comes.
    for (const tunnel of lease.tunnels.filter(({ want }) => want)) {
      if (!this.#olderDaemons.hasYielded(tunnel)) {
        await this.#olderDaemons.release(tunnel);
        await this.#sendLease({ ...lease, tunnels: lease.tunnels.map((each) => this.#inTurn(each)) });
      }
    }
    await this.#sendLease(lease);
  }

  #inTurn(tunnel: LeasedTunnel): LeasedTunnel {
    return { ...tunnel, want: tunnel.want && this.#olderDaemons.hasYielded(tunnel) };
  }

  async #sendLease(lease: Lease): Promise<void> {
    await this.#request(() => this.#connection.sendRequest(protocol.setLease, lease));
  }

  /** @throws TunnelFailure the first error */
  async start(id: string): Promise<void> {
    const takingOver = this.#takeOver(id);
    if (takingOver) {
      await takingOver;
    }
    await this.#request(() => this.#connection.sendRequest(protocol.startTunnel, { id }));
  }

  /** @returns undefined where there is nothing to wait for: a start is sent in the same tick, before a later stop */
  #takeOver(id: string): Promise<void> | undefined {
    const tunnel = this.#tunnels.find((leased) => leased.id === id);
    return tunnel && !this.#olderDaemons.hasYielded(tunnel) ? this.#olderDaemons.release(tunnel) : undefined;
  }

  async stop(id: string): Promise<void> {
    await this.#request(() => this.#connection.sendRequest(protocol.stopTunnel, { id }));
  }

  /** @param forward its key; the tunnel that is in its way is stopped */
  async stopRival(id: string, forward: string): Promise<void> {
    await this.#request(() => this.#connection.sendRequest(protocol.stopRival, { id, forward }));
  }

  /** @throws TunnelFailure why it can't show its window, or why the tunnel did not come up */
  async runProgram(id: string, program: X11Program): Promise<void> {
    const takingOver = this.#takeOver(id);
    if (takingOver) {
      await takingOver;
    }
    await this.#request(() => this.#connection.sendRequest(protocol.runProgram, { id, program }));
  }

  async stopProgram(id: string, program: string): Promise<void> {
    await this.#request(() => this.#connection.sendRequest(protocol.stopProgram, { id, program }));
  }

  async retry(id: string): Promise<void> {
    const takingOver = this.#takeOver(id);
    if (takingOver) {
      await takingOver;
    }
    await this.#request(() => this.#connection.sendRequest(protocol.retryTunnel, { id }));
  }

  /** @throws TunnelFailure InvalidDefinition, HostNotFound … where the definition can't be resolved */
  resolve(params: Parameters<typeof this.sendResolve>[0]): Promise<ResolvedFacts> {
    return this.#request(() => this.sendResolve(params));
  }

  /** @returns false when another window still uses the host */
  shutdown(): Promise<boolean> {
    return this.#request(() => this.#connection.sendRequest(protocol.shutdown));
  }

  /** Leaves without releasing the leases: they last for the grace that a reloading window needs. */
  dispose(): void {
    this.#connection.dispose();
    this.#socket.destroy();
  }

  private sendResolve(
    params: Pick<LeasedTunnel, 'definition' | 'settings'> & { readonly env: Environment },
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
  connection.onNotification(protocol.handedOver, ({ id }) => events.onHandedOver(id));
  connection.onNotification(protocol.log, events.onLog);
  connection.onRequest(protocol.ask, async ({ id, question }, token) => {
    return (await events.onQuestion(id, question, signalOf(token))) ?? null;
  });
  connection.onRequest(protocol.recallSecret, async ({ question }, token) => {
    return (await events.secrets?.recall(question, signalOf(token))) ?? null;
  });
  connection.onNotification(protocol.judgeSecret, ({ question, right }) =>
    events.secrets?.judged(question, right),
  );
  // A broken message ends the connection; its close is what counts.
  connection.onError(() => undefined);
  connection.onClose(() => {
    // What came just before the end is still in the library's queue.
    setTimeout(() => {
      // What is still to be answered never will be; the library leaves it waiting.
      connection.dispose();
      events.onClosed();
    }, lastWords);
  });
}

function signalOf(token: CancellationToken): AbortSignal {
  const abort = new AbortController();
  token.onCancellationRequested(() => abort.abort());
  return abort.signal;
}

/** @throws Error when it takes too long: a host that is suspended, say */
function inTime<T>(answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('it does not answer')), startTimeout);
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

async function connectToDaemon({ script, env = process.env }: DaemonLocation): Promise<Socket> {
  const folder = endpointFolder(env);
  const running = await tryConnect(folder);
  if (running) {
    return running;
  }
  if (script === undefined) {
    throw new TunnelFailure(daemonLost('none runs'));
  }
  // It has nobody to tell that it can't.
  await ensurePrivateFolder(folder).catch((error: unknown) => {
    throw error instanceof TunnelFailure
      ? error
      : new TunnelFailure(daemonLost(String(error)), { cause: error });
  });
  let failed: string | undefined;
  launchDaemon(script, env, (reason) => {
    failed ??= reason;
  });
  const end = performance.now() + startTimeout;
  while (performance.now() < end) {
    await sleep(pollInterval);
    const socket = await tryConnectNewest(folder);
    if (socket) {
      return socket;
    }
    if (failed !== undefined) {
      throw new TunnelFailure(daemonLost(failed));
    }
  }
  throw new TunnelFailure(daemonLost(`it did not answer within ${startTimeout / 1000} s`));
}
