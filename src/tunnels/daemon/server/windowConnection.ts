// The daemon's end of one window's connection: carries out the window's requests, and sends it reports and questions.
import { CancellationTokenSource, ErrorCodes, ResponseError } from 'vscode-jsonrpc/node';
import type { CancellationToken, MessageConnection } from 'vscode-jsonrpc/node';
import type { Socket } from 'node:net';
import type { Question, SecretQuestion } from '../../model/prompt';
import * as schemas from '../protocol/requestSchemas';
import * as protocol from '../protocol/protocol';
import { consentFacts } from '../tunnel/consentFacts';
import { resolveHops } from '../tunnel/resolveHops';
import { rpcOver } from '../protocol/rpc';
import { Malformed } from '../protocol/schema';
import type { Reader } from '../protocol/schema';
import { buildVersion } from '../protocol/version';
import type { WindowChannel } from './leases';
import type { LeaseManager } from './leaseManager';
import { isShown } from '../../util/log';
import type { LogLevel } from '../../util/log';

export interface WindowConnectionOptions {
  readonly leaseManager: LeaseManager;
  /** Ends the daemon. */
  readonly onShutdown: () => void;
  /** A newer daemon has taken over the last tunnel. */
  readonly onDrained: () => void;
}

const maxUnsentLines = 1000;
/** Requests that are being carried out. A window has a few. */
const maxRequests = 500;
/** Bytes that a window has not read. A report of a thousand tunnels has about one megabyte. */
const maxUnsentBytes = 64 * 1024 * 1024;

export class WindowConnection implements WindowChannel {
  readonly #connection: MessageConnection;
  readonly #options: WindowConnectionOptions;
  #windowId = '';
  #logThresholds: protocol.LogThresholds = { all: 'info', tunnels: {} };
  #unsentLines = 0;
  #requests = 0;
  readonly #socket: Socket;

  constructor(socket: Socket, options: WindowConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#connection = rpcOver(socket);
    this.#handleRequests();
    this.#connection.onError(() => socket.destroy());
    this.#connection.onClose(() => this.#options.leaseManager.windows.detach(this.#windowId, this));
    this.#connection.listen();
    socket.resume();
  }

  report(reports: readonly protocol.TunnelReport[]): void {
    this.#disconnectIfFlooding();
    void this.#connection.sendNotification(protocol.report, reports).catch(() => undefined);
  }

  /** Resolves when all earlier messages have been written. */
  async flush(): Promise<void> {
    await this.#connection.sendNotification(protocol.report, []).catch(() => undefined);
  }

  stoppedByUser(id: string): void {
    void this.#connection.sendNotification(protocol.stoppedByUser, { id }).catch(() => undefined);
  }

  startedByUser(id: string, earlier: boolean): void {
    void this.#connection.sendNotification(protocol.startedByUser, { id, earlier }).catch(() => undefined);
  }

  takenOver(id: string): void {
    void this.#connection.sendNotification(protocol.takenOver, { id }).catch(() => undefined);
  }

  wantsLog(level: LogLevel, tunnel: string | undefined): boolean {
    const { all, tunnels } = this.#logThresholds;
    const own = tunnel === undefined ? undefined : tunnels[tunnel];
    return isShown(level, all) || (own !== undefined && isShown(level, own));
  }

  log(line: protocol.LogLine): void {
    // A window that doesn't read must not fill our memory.
    if (this.#unsentLines >= maxUnsentLines) {
      return;
    }
    this.#unsentLines++;
    void this.#connection
      .sendNotification(protocol.log, line)
      .catch(() => undefined)
      .finally(() => this.#unsentLines--);
  }

  ask(question: Question, signal: AbortSignal): Promise<string | undefined> {
    return this.#request((token) => this.#connection.sendRequest(protocol.ask, { question }, token), signal);
  }

  recall(question: SecretQuestion, signal: AbortSignal): Promise<string | undefined> {
    return this.#request(
      (token) => this.#connection.sendRequest(protocol.recallSecret, { question }, token),
      signal,
    );
  }

  judged(question: SecretQuestion, right: boolean): void {
    void this.#connection.sendNotification(protocol.judgeSecret, { question, right }).catch(() => undefined);
  }

  #request(
    send: (token: CancellationToken) => Promise<string | null>,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const cancellation = new CancellationTokenSource();
    // A cancelled question ends at once, whether or not the window confirms it.
    const cancelled = new Promise<undefined>((resolve) => {
      signal.addEventListener(
        'abort',
        () => {
          cancellation.cancel();
          resolve(undefined);
        },
        { once: true },
      );
    });
    const answered = send(cancellation.token)
      .then(
        (answer) => answer ?? undefined,
        // The window has disconnected: no answer.
        () => undefined,
      )
      .finally(() => cancellation.dispose());
    return Promise.race([answered, cancelled]);
  }

  /** A window that sends without end, or never reads, must not fill our memory. Ours does neither. */
  #disconnectIfFlooding(): void {
    if (this.#requests > maxRequests || this.#socket.writableLength > maxUnsentBytes) {
      this.#socket.destroy();
    }
  }

  /** Carries out a request if it matches its schema. A failure is sent back with its code and next step. */
  #validated<P, R>(
    read: Reader<P>,
    carryOut: (params: P) => R | Promise<R>,
  ): (params: unknown) => Promise<R> {
    return async (params) => {
      this.#requests++;
      this.#disconnectIfFlooding();
      try {
        return await carryOut(read(params, 'params'));
      } catch (error) {
        throw error instanceof Malformed
          ? new ResponseError(ErrorCodes.InvalidParams, error.message)
          : protocol.toResponseError(error);
      } finally {
        this.#requests--;
      }
    };
  }

  #handleRequests(): void {
    const { leaseManager, onShutdown, onDrained } = this.#options;
    const { userRequests } = leaseManager;
    const connection = this.#connection;
    connection.onRequest(
      protocol.hello,
      this.#validated(schemas.windowHello, (hello) => {
        if (this.#windowId !== '' || hello.windowId === '') {
          throw new Error('hello needs a window id, and can be sent only once');
        }
        this.#windowId = hello.windowId;
        leaseManager.windows.attach(hello, this);
        return { pid: process.pid, version: buildVersion };
      }),
    );
    connection.onRequest(
      protocol.setLease,
      this.#validated(schemas.lease, (lease) => answerNull(leaseManager.setLease(this.#windowId, lease))),
    );
    connection.onRequest(
      protocol.startTunnel,
      this.#validated(schemas.tunnelParams, ({ id }) =>
        answerNull(userRequests.start(this.#windowId, id, 'start')),
      ),
    );
    connection.onRequest(
      protocol.retryTunnel,
      this.#validated(schemas.tunnelParams, ({ id }) =>
        answerNull(userRequests.start(this.#windowId, id, 'retry')),
      ),
    );
    connection.onRequest(
      protocol.stopTunnel,
      this.#validated(schemas.tunnelParams, ({ id }) => answerNull(userRequests.stop(this.#windowId, id))),
    );
    connection.onRequest(
      protocol.runProgram,
      this.#validated(schemas.runParams, ({ id, program }) =>
        answerNull(userRequests.runProgram(this.#windowId, id, program)),
      ),
    );
    connection.onRequest(
      protocol.stopProgram,
      this.#validated(schemas.programParams, ({ id, program }) =>
        answerNull(userRequests.stopProgram(this.#windowId, id, program)),
      ),
    );
    connection.onRequest(
      protocol.stopConflictingTunnel,
      this.#validated(schemas.forwardParams, ({ id, forward }) =>
        answerNull(userRequests.stopConflictingTunnel(this.#windowId, id, forward)),
      ),
    );
    connection.onRequest(
      protocol.tunnelActivity,
      this.#validated(
        schemas.tunnelParams,
        ({ id }) => leaseManager.windows.lease(this.#windowId, id).shared.tunnel.activity,
      ),
    );
    connection.onRequest(
      protocol.resolveFacts,
      this.#validated(schemas.resolveParams, async ({ env, ...spec }) =>
        consentFacts(spec, await resolveHops(spec, env)),
      ),
    );
    connection.onRequest(
      protocol.setLogThresholds,
      this.#validated(schemas.logThresholds, (thresholds) => {
        this.#logThresholds = thresholds;
        return null;
      }),
    );
    connection.onRequest(
      protocol.yieldAddresses,
      this.#validated(schemas.listenAddresses, async (addresses) => {
        await leaseManager.drain(addresses);
        if (leaseManager.isDrained) {
          setImmediate(onDrained);
        }
        return null;
      }),
    );
    connection.onRequest(protocol.shutdown, async () => {
      if (leaseManager.windows.isSharedBeyond(this.#windowId)) {
        return false;
      }
      await leaseManager.tunnels.stopAll();
      setImmediate(onShutdown);
      return true;
    });
  }
}

async function answerNull(request: Promise<void>): Promise<null> {
  await request;
  return null;
}
