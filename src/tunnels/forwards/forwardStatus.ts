// The status of one forward: its phase, clients, byte counters and last failure, and the state that follows from them.
import type { ClientChannel } from 'ssh2';
import type { Socket } from 'node:net';
import { formatAddress } from '../util/address';
import type { BoundAddress, TcpAddress } from '../util/address';
import { elapsed } from '../util/log';
import { errorWords, isRetryable, TunnelFailure } from '../errors/errors';
import type { TunnelError } from '../errors/errors';
import { connectionLost } from '../errors/ssh/connectionLost';
import { english } from '../util/l10n';
import { quote } from '../util/shown';
import type { ForwardState } from '../model/state';
import type { OpenConnection } from '../model/tunnelActivity';
import type { SshSession } from '../ssh/session/session';
import type { ForwardOptions } from './forwardRunner';
import { Relay } from './relay/relay';
import type { Traffic } from './relay/relay';

type Phase = 'closed' | 'opening' | Opened | { readonly failed: TunnelError };

interface Opened {
  readonly bound: readonly BoundAddress[];
  readonly isExposureUnknown?: true;
}

interface OpenClient {
  readonly peer: string | undefined;
  readonly since: number;
  readonly traffic: Traffic;
}

/** The bytes of one connection, which also count for its forward. */
class ConnectionTraffic implements Traffic {
  readonly #total: Traffic;
  #bytesIn = 0;
  #bytesOut = 0;

  constructor(total: Traffic) {
    this.#total = total;
  }

  get bytesIn(): number {
    return this.#bytesIn;
  }

  set bytesIn(bytes: number) {
    this.#total.bytesIn += bytes - this.#bytesIn;
    this.#bytesIn = bytes;
  }

  get bytesOut(): number {
    return this.#bytesOut;
  }

  set bytesOut(bytes: number) {
    this.#total.bytesOut += bytes - this.#bytesOut;
    this.#bytesOut = bytes;
  }
}

export class ForwardStatus {
  readonly traffic: Traffic = { bytesIn: 0, bytesOut: 0 };
  readonly #options: ForwardOptions;
  readonly #relays = new Set<Relay>();
  /** By the stream of each client, from connect to close. The oldest first. */
  readonly #clients = new Map<object, OpenClient>();
  #phase: Phase = 'closed';
  #clientCount = 0;
  #lastError: { readonly error: TunnelError; readonly at: number } | undefined;

  constructor(options: ForwardOptions) {
    this.#options = options;
  }

  get state(): ForwardState {
    if (typeof this.#phase === 'string') {
      return { status: this.#phase };
    }
    if ('failed' in this.#phase) {
      return { status: 'failed', error: this.#phase.failed };
    }
    return {
      status: 'listening',
      ...this.#phase,
      connections: this.#clients.size,
      ...this.traffic,
      ...(this.#lastError ? { lastError: this.#lastError.error, lastErrorAt: this.#lastError.at } : {}),
    };
  }

  enter(phase: Phase): void {
    if (phase === 'opening' && typeof this.#phase !== 'string' && 'failed' in this.#phase) {
      // A retry: the failure is shown until it has succeeded, so that nothing flickers.
      return;
    }
    this.#logPhase(phase);
    this.#phase = phase;
    if (phase === 'closed') {
      this.#lastError = undefined;
      // A channel of a lost session may never close.
      this.#clients.clear();
    }
    this.#options.onChange();
  }

  /** Counts a client until its stream closes. @param origin its address, if the server has told it */
  addClient(client: Socket | ClientChannel, origin?: TcpAddress): void {
    if (!this.#clients.has(client)) {
      this.#logClient(client);
    }
    if (!this.#clients.has(client)) {
      const traffic = new ConnectionTraffic(this.traffic);
      this.#clients.set(client, {
        peer: peerOf(client) ?? (origin && formatAddress(origin)),
        since: Date.now(),
        traffic,
      });
    }
    client.once('close', () => this.#clients.delete(client));
  }

  /** The newest first. @param most how many of them */
  connections(most: number): readonly Omit<OpenConnection, 'forward'>[] {
    return [...this.#clients.values()]
      .slice(-most)
      .reverse()
      .map(({ peer, since, traffic: { bytesIn, bytesOut } }) => ({
        ...(peer === undefined ? {} : { peer }),
        since,
        bytesIn,
        bytesOut,
      }));
  }

  #logClient(client: Socket | ClientChannel): void {
    const { log } = this.#options;
    const count = ++this.#clientCount;
    const start = performance.now();
    log.trace(`connection ${count} opened${addressOf(client)}`);
    client.once('close', () => log.trace(`connection ${count} closed (${elapsed(start)})`));
  }

  #logPhase(phase: Phase): void {
    const { log } = this.#options;
    if (phase === 'closed' && typeof this.#phase !== 'string') {
      log.debug('closed');
    } else if (typeof phase !== 'string' && 'failed' in phase) {
      const { failed } = phase;
      log.write(
        isRetryable(failed) ? 'warning' : 'error',
        `${failed.code}: ${errorWords(failed, english).message}`,
      );
    } else if (typeof phase !== 'string') {
      log.debug(`listening on ${phase.bound.map(formatAddress).join(' and ')}`);
    }
  }

  /** Records the failure of one connection; the forward goes on listening. */
  reportFailure(client: string, error: unknown): void {
    const failed = errorOf(error);
    this.#lastError = { error: failed, at: Date.now() };
    const { message, detail } = errorWords(failed, english);
    const said = detail === undefined || message.includes(quote(detail)) ? '' : ` (${quote(detail)})`;
    this.#options.log.warn(`${client}: ${failed.code}: ${message}${said}`);
    this.#options.onChange();
  }

  /** Relays bytes between the two, until both have ended or the session is lost. */
  join(socket: Socket, channel: ClientChannel, session: SshSession, closing: AbortSignal): void {
    const client = this.#clients.get(socket) ?? this.#clients.get(channel);
    const relay = new Relay(socket, channel, client?.traffic ?? this.traffic, session.gate);
    this.#relays.add(relay);
    void relay.done.then(() => this.#relays.delete(relay));
    if (session.ended || closing.aborted) {
      relay.abort();
    } else {
      socket.resume();
      channel.resume();
    }
  }

  /** Resets all connections. */
  abort(): void {
    for (const relay of this.#relays) {
      relay.abort();
    }
  }
}

function addressOf(client: Socket | ClientChannel): string {
  const peer = peerOf(client);
  return peer === undefined ? '' : ` from ${peer}`;
}

function peerOf(client: Socket | ClientChannel): string | undefined {
  return 'remoteAddress' in client && client.remoteAddress !== undefined && client.remotePort !== undefined
    ? formatAddress({ host: client.remoteAddress, port: client.remotePort })
    : undefined;
}

export function errorOf(error: unknown): TunnelError {
  return error instanceof TunnelFailure ? error.error : connectionLost('the server', String(error));
}
