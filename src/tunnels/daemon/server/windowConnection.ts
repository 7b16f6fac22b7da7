// One window's connection at the host's side: what it asks for is passed on, what it has to know is sent.
import { CancellationTokenSource, ErrorCodes, ResponseError } from 'vscode-jsonrpc/node';
import type { CancellationToken, MessageConnection } from 'vscode-jsonrpc/node';
import type { Socket } from 'node:net';
import type { Question, SecretQuestion } from '../../model/prompt';
import * as incoming from '../protocol/requestSchemas';
import * as protocol from '../protocol/protocol';
import { consentFacts, resolveHops } from '../tunnel/resolveTunnel';
import { rpcOver } from '../protocol/rpc';
import { Malformed } from '../protocol/schema';
import type { Reader } from '../protocol/schema';
import { buildVersion } from '../protocol/version';
import type { WindowPort } from './leases';
import type { Windows } from './leaseManager';

export interface WindowConnectionOptions {
  readonly windows: Windows;
  /** Ends the host. */
  readonly onShutdown: () => void;
  /** The last tunnel has been taken over. */
  readonly onDrained: () => void;
}

export class WindowConnection implements WindowPort {
  readonly #connection: MessageConnection;
  readonly #options: WindowConnectionOptions;
  #windowId = '';

  constructor(socket: Socket, options: WindowConnectionOptions) {
    this.#options = options;
    this.#connection = rpcOver(socket);
    this.#answer();
    this.#connection.onError(() => socket.destroy());
    this.#connection.onClose(() => this.#options.windows.detach(this.#windowId, this));
    this.#connection.listen();
    socket.resume();
  }

  report(reports: readonly protocol.TunnelReport[]): void {
    void this.#connection.sendNotification(protocol.report, reports).catch(() => undefined);
  }

  /** Resolves when all that was said before has been written: one message goes after the other. */
  async flush(): Promise<void> {
    await this.#connection.sendNotification(protocol.report, []).catch(() => undefined);
  }

  stoppedByUser(id: string): void {
    void this.#connection.sendNotification(protocol.stoppedByUser, { id }).catch(() => undefined);
  }

  startedByUser(id: string, earlier: boolean): void {
    void this.#connection.sendNotification(protocol.startedByUser, { id, earlier }).catch(() => undefined);
  }

  handedOver(id: string): void {
    void this.#connection.sendNotification(protocol.handedOver, { id }).catch(() => undefined);
  }

  log(line: protocol.LogLine): void {
    void this.#connection.sendNotification(protocol.log, line).catch(() => undefined);
  }

  ask(id: string, question: Question, signal: AbortSignal): Promise<string | undefined> {
    return this.#request(
      (token) => this.#connection.sendRequest(protocol.ask, { id, question }, token),
      signal,
    );
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
    // A question that is withdrawn is over at once, whether the window says so or not.
    const withdrawn = new Promise<undefined>((resolve) => {
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
        // The window has gone: nobody answered.
        () => undefined,
      )
      .finally(() => cancellation.dispose());
    return Promise.race([answered, withdrawn]);
  }

  #answer(): void {
    const { windows, onShutdown, onDrained } = this.#options;
    const connection = this.#connection;
    connection.onRequest(
      protocol.hello,
      reading(incoming.windowHello, (hello) => {
        if (this.#windowId !== '' || hello.windowId === '') {
          throw new Error('a connection is of one window, which has a name');
        }
        this.#windowId = hello.windowId;
        windows.attach(hello, this);
        return { pid: process.pid, version: buildVersion };
      }),
    );
    connection.onRequest(
      protocol.setLease,
      reading(incoming.lease, (lease) => done(windows.setLease(this.#windowId, lease))),
    );
    connection.onRequest(
      protocol.startTunnel,
      reading(incoming.tunnelParams, ({ id }) => done(windows.start(this.#windowId, id, 'start'))),
    );
    connection.onRequest(
      protocol.retryTunnel,
      reading(incoming.tunnelParams, ({ id }) => done(windows.start(this.#windowId, id, 'retry'))),
    );
    connection.onRequest(
      protocol.stopTunnel,
      reading(incoming.tunnelParams, ({ id }) => done(windows.stop(this.#windowId, id))),
    );
    connection.onRequest(
      protocol.runProgram,
      reading(incoming.runParams, ({ id, program }) => done(windows.runProgram(this.#windowId, id, program))),
    );
    connection.onRequest(
      protocol.stopProgram,
      reading(incoming.programParams, ({ id, program }) =>
        done(windows.stopProgram(this.#windowId, id, program)),
      ),
    );
    connection.onRequest(
      protocol.stopRival,
      reading(incoming.rivalParams, ({ id, forward }) =>
        done(windows.stopRival(this.#windowId, id, forward)),
      ),
    );
    connection.onRequest(
      protocol.resolveFacts,
      reading(incoming.resolveParams, async ({ env, ...spec }) =>
        consentFacts(spec, await resolveHops(spec, env)),
      ),
    );
    connection.onRequest(
      protocol.yieldPlaces,
      reading(incoming.places, async (places) => {
        await windows.yield(places);
        if (windows.isDrained) {
          setImmediate(onDrained);
        }
        return null;
      }),
    );
    connection.onRequest(protocol.shutdown, async () => {
      if (windows.isSharedBeyond(this.#windowId)) {
        return false;
      }
      await windows.stopAll();
      setImmediate(onShutdown);
      return true;
    });
  }
}

/** Does what is asked for where it is what the protocol says; carries a failure back with its code and next step. */
function reading<P, R>(
  read: Reader<P>,
  work: (params: P) => R | Promise<R>,
): (params: unknown) => Promise<R> {
  return async (params) => {
    try {
      return await work(read(params, 'params'));
    } catch (error) {
      throw error instanceof Malformed
        ? new ResponseError(ErrorCodes.InvalidParams, error.message)
        : protocol.toResponseError(error);
    }
  };
}

async function done(work: Promise<void>): Promise<null> {
  await work;
  return null;
}
