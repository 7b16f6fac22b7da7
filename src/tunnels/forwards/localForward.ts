// A local forward (ssh -L): listens on this machine; the SSH server dials the target for each client.
import type { Socket } from 'node:net';
import type { TcpAddress } from '../model/address';
import { TunnelFailure } from '../model/errors';
import type { TunnelError } from '../model/errors';
import { connectionLost } from '../model/failures/reaching';
import type { TcpListen } from '../model/forward';
import type { ForwardState } from '../model/state';
import type { ForwardOptions, ForwardRunner } from './forwardRunner';
import { listen } from './listen';
import type { Listener } from './listen';
import { Relay } from './relay';
import type { Traffic } from './relay';

/** How long a client that comes during a reconnect is held: milliseconds. */
const holdTime = 10_000;

type Phase = 'closed' | 'opening' | { readonly failed: TunnelError };

export class LocalForward implements ForwardRunner {
  readonly #listen: TcpListen;
  readonly #target: TcpAddress;
  readonly #options: ForwardOptions;
  readonly #traffic: Traffic = { bytesIn: 0, bytesOut: 0 };
  readonly #clients = new Set<Socket>();
  readonly #relays = new Set<Relay>();
  #closing = new AbortController();
  #listener: Listener | undefined;
  #phase: Phase = 'closed';
  #lastError: TunnelError | undefined;
  #preferredPort: number | undefined;

  constructor(where: TcpListen, target: TcpAddress, options: ForwardOptions) {
    this.#listen = where;
    this.#target = target;
    this.#options = options;
    this.#preferredPort = options.preferredPort;
  }

  get state(): ForwardState {
    if (this.#listener) {
      return {
        status: 'listening',
        bound: this.#listener.bound,
        connections: this.#clients.size,
        ...this.#traffic,
        ...(this.#lastError ? { lastError: this.#lastError } : {}),
      };
    }
    return typeof this.#phase === 'string'
      ? { status: this.#phase }
      : { status: 'failed', error: this.#phase.failed };
  }

  async open(): Promise<TunnelError | undefined> {
    if (this.#listener) {
      return undefined;
    }
    const closing = new AbortController();
    this.#closing = closing;
    this.#enter('opening');
    try {
      const listener = await listen(this.#listen, this.#preferredPort, (socket) => {
        void this.#serve(socket, closing.signal);
      });
      if (closing.signal.aborted) {
        await listener.close();
        return undefined;
      }
      this.#listener = listener;
      this.#preferredPort = listener.bound[0]?.port;
      this.#enter('closed');
      return undefined;
    } catch (error) {
      const failed = errorOf(error);
      if (!closing.signal.aborted) {
        this.#enter({ failed });
      }
      return failed;
    }
  }

  sessionLost(): void {
    for (const relay of this.#relays) {
      relay.abort();
    }
  }

  async close(): Promise<void> {
    const listener = this.#listener;
    this.#listener = undefined;
    this.#lastError = undefined;
    this.#closing.abort();
    this.sessionLost();
    for (const client of this.#clients) {
      // A reset is refused, and the socket leaked, while its end is being sent.
      if (client.writableEnded) {
        client.destroy();
      } else {
        client.resetAndDestroy();
      }
    }
    await listener?.close();
    this.#enter('closed');
  }

  #enter(phase: Phase): void {
    this.#phase = phase;
    this.#options.onChange();
  }

  /** One client, from its arrival to its end. Never rejects. */
  async #serve(socket: Socket, closing: AbortSignal): Promise<void> {
    // A client may reset the connection while the target is still being dialled.
    socket.on('error', () => undefined);
    // Not when its channel has closed, too: a server may still have much to deliver to a target that does not read.
    socket.once('close', () => this.#clients.delete(socket));
    this.#clients.add(socket);
    try {
      const session = await this.#options.sessions.wait(holdTime, closing);
      if (!session) {
        socket.destroySoon();
        return;
      }
      const origin = { host: socket.remoteAddress ?? '127.0.0.1', port: socket.remotePort ?? 0 };
      const channel = await session.openTcp(this.#target, origin);
      const relay = new Relay(socket, channel, this.#traffic, session.gate);
      this.#relays.add(relay);
      if (session.ended || closing.aborted) {
        relay.abort();
      } else {
        socket.resume();
      }
      await relay.done;
      this.#relays.delete(relay);
    } catch (error) {
      this.#lastError = errorOf(error);
      this.#options.log(`A client of port ${socket.localPort ?? 0}: ${this.#lastError.message}`);
      socket.resetAndDestroy();
      this.#options.onChange();
    }
  }
}

function errorOf(error: unknown): TunnelError {
  return error instanceof TunnelFailure ? error.error : connectionLost('this machine', String(error));
}
