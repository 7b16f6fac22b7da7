// What listens on this machine and leads its clients to the server: a local forward (ssh -L), whose clients all go to one
// target, and a dynamic one (ssh -D), where each says where it wants to go.
import type { Socket } from 'node:net';
import type { ClientChannel } from 'ssh2';
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
import { ReceiveWindow } from '../ssh/receiveWindow';
import type { SshSession } from '../ssh/session';

/** How long a client that comes during a reconnect is held: milliseconds. */
const holdTime = 10_000;

/** The server, for one client. */
export interface Server {
  /** Opens a connection from there. @throws TunnelFailure why it could not; it is told beside the forward, too */
  dial(target: TcpAddress): Promise<ClientChannel>;
  /** From now on the two belong together: their bytes, their ends, their resets. */
  join(client: Socket, channel: ClientChannel): void;
  /** Bytes of a channel that is not joined have been passed on to the client. */
  passedOn(channel: ClientChannel, bytes: number): void;
}

/** What becomes of a client, which says nothing before it is resumed. */
export type Serve = (client: Socket, server: Server) => Promise<void>;

type Phase = 'closed' | 'opening' | { readonly failed: TunnelError };

export class ListeningForward implements ForwardRunner {
  readonly #listen: TcpListen;
  readonly #serveClient: Serve;
  readonly #options: ForwardOptions;
  readonly #traffic: Traffic = { bytesIn: 0, bytesOut: 0 };
  readonly #clients = new Set<Socket>();
  readonly #relays = new Set<Relay>();
  /** Channels that are not joined with their client, but answer it all the same: a request of an HTTP proxy. */
  readonly #unjoined = new Map<ClientChannel, Socket>();
  #closing = new AbortController();
  #listener: Listener | undefined;
  #phase: Phase = 'closed';
  #lastError: TunnelError | undefined;
  #preferredPort: number | undefined;

  constructor(where: TcpListen, serve: Serve, options: ForwardOptions) {
    this.#listen = where;
    this.#serveClient = serve;
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
    this.#unjoined.forEach(drop);
  }

  async close(): Promise<void> {
    const listener = this.#listener;
    this.#listener = undefined;
    this.#lastError = undefined;
    this.#closing.abort();
    this.sessionLost();
    this.#clients.forEach(drop);
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
      await this.#serveClient(socket, this.#serverFor(socket, session, closing));
    } catch {
      // Why was told when it happened.
      socket.resetAndDestroy();
    }
  }

  #serverFor(socket: Socket, session: SshSession, closing: AbortSignal): Server {
    const origin = { host: socket.remoteAddress ?? '127.0.0.1', port: socket.remotePort ?? 0 };
    return {
      dial: async (target) => {
        try {
          const channel = await session.openTcp(target, origin);
          this.#unjoined.set(channel, socket);
          channel.once('close', () => this.#unjoined.delete(channel));
          return channel;
        } catch (error) {
          this.#tell(socket, error);
          throw error;
        }
      },
      join: (client, channel) => {
        this.#unjoined.delete(channel);
        const relay = new Relay(client, channel, this.#traffic, session.gate);
        this.#relays.add(relay);
        void relay.done.then(() => this.#relays.delete(relay));
        if (session.ended || closing.aborted) {
          relay.abort();
        } else {
          client.resume();
        }
      },
      passedOn: (channel, bytes) => {
        this.#traffic.bytesIn += bytes;
        ReceiveWindow.of(channel)?.passedOn(bytes);
      },
    };
  }

  #tell(socket: Socket, error: unknown): void {
    this.#lastError = errorOf(error);
    this.#options.log(`A client of port ${socket.localPort ?? 0}: ${this.#lastError.message}`);
    this.#options.onChange();
  }
}

/** A reset is refused, and the socket leaked, while its end is being sent. */
function drop(client: Socket): void {
  if (client.writableEnded) {
    client.destroy();
  } else {
    client.resetAndDestroy();
  }
}

function errorOf(error: unknown): TunnelError {
  return error instanceof TunnelFailure ? error.error : connectionLost('this machine', String(error));
}
