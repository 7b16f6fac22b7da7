// A window's end of the tunnel host: finds the one that runs or starts one, proves itself, and speaks the protocol.
import { connect as connectSocket } from 'node:net';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CancellationToken, MessageConnection } from 'vscode-jsonrpc/node';
import { TunnelFailure } from '../model/errors';
import { tunnelHostLost } from '../model/failures/permission';
import type { Question, SecretKeeper } from '../model/question';
import { greetHost } from './handshake';
import { launchTunnelHost } from './launch';
import * as protocol from './protocol';
import type { Lease, LogLine, ResolvedFacts, TunnelReport } from './protocol';
import { ensurePrivateFolder, readRendezvous, rendezvousFolder } from './rendezvous';
import { rpcOver } from './rpc';

/** How long a new host may take until it answers: milliseconds. */
const startTimeout = 10_000;
const pollInterval = 40;

export interface HostEvents {
  readonly onReport: (reports: readonly TunnelReport[]) => void;
  readonly onStoppedByUser: (id: string) => void;
  readonly onLog: (line: LogLine) => void;
  /** undefined: this window keeps none. */
  readonly secrets?: SecretKeeper;
  /** @returns undefined when it was cancelled */
  readonly onQuestion: (id: string, question: Question, signal: AbortSignal) => Promise<string | undefined>;
  /** The connection is gone, and with it perhaps the host. */
  readonly onClosed: () => void;
}

export interface HostLocation {
  /** The bundled host to start when none runs; undefined: start none. */
  readonly script: string | undefined;
  /** Where to look for it, and what it is started with; ours unless told otherwise. */
  readonly env?: NodeJS.ProcessEnv;
}

export class TunnelHostClient {
  readonly hostPid: number;
  readonly #connection: MessageConnection;
  readonly #socket: Socket;

  private constructor(connection: MessageConnection, socket: Socket, hostPid: number) {
    this.#connection = connection;
    this.#socket = socket;
    this.hostPid = hostPid;
  }

  /**
   * Connects to the host that runs, or starts one.
   * @param who its id stays the same for a window that reconnects
   * @throws TunnelFailure TunnelHostLost
   */
  static async connect(
    location: HostLocation,
    who: protocol.WindowHello,
    events: HostEvents,
  ): Promise<TunnelHostClient> {
    const socket = await reachHost(location);
    const connection = rpcOver(socket);
    listenTo(connection, events);
    connection.listen();
    socket.resume();
    try {
      const { pid } = await connection.sendRequest(protocol.hello, who);
      return new TunnelHostClient(connection, socket, pid);
    } catch (error) {
      socket.destroy();
      throw new TunnelFailure(tunnelHostLost(String(error)), { cause: error });
    }
  }

  async setLease(lease: Lease): Promise<void> {
    await this.#request(() => this.#connection.sendRequest(protocol.setLease, lease));
  }

  /** @throws TunnelFailure the first error */
  async start(id: string): Promise<void> {
    await this.#request(() => this.#connection.sendRequest(protocol.startTunnel, { id }));
  }

  async stop(id: string): Promise<void> {
    await this.#request(() => this.#connection.sendRequest(protocol.stopTunnel, { id }));
  }

  async retry(id: string): Promise<void> {
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
    params: Pick<protocol.LeasedTunnel, 'definition' | 'settings'> & { readonly env: protocol.Environment },
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
        : new TunnelFailure(tunnelHostLost(String(failure)), { cause: error });
    }
  }
}

function listenTo(connection: MessageConnection, events: HostEvents): void {
  connection.onNotification(protocol.report, events.onReport);
  connection.onNotification(protocol.stoppedByUser, ({ id }) => events.onStoppedByUser(id));
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
    // What is still to be answered never will be; the library leaves it waiting.
    connection.dispose();
    events.onClosed();
  });
}

function signalOf(token: CancellationToken): AbortSignal {
  const abort = new AbortController();
  token.onCancellationRequested(() => abort.abort());
  return abort.signal;
}

async function reachHost({ script, env = process.env }: HostLocation): Promise<Socket> {
  const folder = rendezvousFolder(env);
  const running = await tryReach(folder);
  if (running) {
    return running;
  }
  if (script === undefined) {
    throw new TunnelFailure(tunnelHostLost('none runs'));
  }
  // It has nobody to tell that it can't.
  await ensurePrivateFolder(folder).catch((error: unknown) => {
    throw new TunnelFailure(tunnelHostLost(String(error)), { cause: error });
  });
  launchTunnelHost(script, env);
  const end = performance.now() + startTimeout;
  while (performance.now() < end) {
    await sleep(pollInterval);
    const socket = await tryReach(folder);
    if (socket) {
      return socket;
    }
  }
  throw new TunnelFailure(tunnelHostLost(`it did not answer within ${startTimeout / 1000} s`));
}

/** @returns undefined when nobody answers there, or nobody who knows the secret */
export async function tryReach(folder: string): Promise<Socket | undefined> {
  const rendezvous = await readRendezvous(folder);
  if (!rendezvous) {
    return undefined;
  }
  const socket = connectSocket(rendezvous.endpoint);
  try {
    await new Promise((resolve, reject) => {
      socket.once('connect', resolve).once('error', reject);
    });
    await greetHost(socket, rendezvous.secret);
    return socket;
  } catch {
    socket.on('error', () => undefined).destroy();
    return undefined;
  }
}
