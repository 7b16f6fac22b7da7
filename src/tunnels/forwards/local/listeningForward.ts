// What listens on this machine and leads its clients to the server: a local forward (ssh -L), whose clients all go to one
// target, and a dynamic one (ssh -D), where each says where it wants to go.
import type { Socket } from 'node:net';
import type { ClientChannel } from 'ssh2';
import { formatAddress } from '../../util/address';
import type { Address } from '../../util/address';
import type { TunnelError } from '../../errors/errors';
import { formatListen } from '../../config/forward';
import type { Forward } from '../../config/forward';
import type { ForwardState } from '../../model/state';
import { ReceiveWindow } from '../../ssh/transport/receiveWindow';
import type { SshSession } from '../../ssh/session/session';
import { errorOf, ForwardBook } from '../forwardStatus';
import type { ForwardOptions, ForwardRunner } from '../createForward';
import type { Listener } from './listen';
import { Place } from './portBinding';
import type { AskForPort } from './portBinding';
import { drop, reset } from '../relay/resetDetector';

/** How long a client that comes during a reconnect is held: milliseconds. */
const holdTime = 10_000;

/** The server, for one client. */
export interface Server {
  /** Opens a connection from there. @throws TunnelFailure why it could not; it is told beside the forward, too */
  dial(target: Address): Promise<ClientChannel>;
  /** From now on the two belong together: their bytes, their ends, their resets. */
  join(client: Socket, channel: ClientChannel): void;
  /** Bytes of a channel that is not joined have been passed on to the client. */
  passedOn(channel: ClientChannel, bytes: number): void;
}

/** What becomes of a client, which says nothing before it is resumed. */
export type Serve = (client: Socket, server: Server) => Promise<void>;

export class ListeningForward implements ForwardRunner {
  readonly #forward: Forward;
  readonly #serveClient: Serve;
  readonly #options: ForwardOptions;
  readonly #book: ForwardBook;
  readonly #place: Place;
  readonly #clients = new Set<Socket>();
  /** Channels that are not joined with their client, but answer it all the same: a request of an HTTP proxy. */
  readonly #unjoined = new Map<ClientChannel, Socket>();
  #closing = new AbortController();
  #listener: Listener | undefined;
  #opening: Promise<TunnelError | undefined> | undefined;

  constructor(forward: Forward, serve: Serve, options: ForwardOptions) {
    this.#forward = forward;
    this.#serveClient = serve;
    this.#options = options;
    this.#book = new ForwardBook(options);
    this.#place = new Place(forward, options);
  }

  get state(): ForwardState {
    return this.#book.state;
  }

  open(_session?: SshSession, ask?: AskForPort): Promise<TunnelError | undefined> {
    this.#opening ??= this.#open(ask).finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #open(ask: AskForPort | undefined): Promise<TunnelError | undefined> {
    if (this.#listener) {
      return undefined;
    }
    const closing = new AbortController();
    this.#closing = closing;
    this.#book.enter('opening');
    try {
      const listener = await this.#place.take((socket) => void this.#serve(socket, closing.signal), ask);
      if (closing.signal.aborted) {
        await listener.close();
        return undefined;
      }
      this.#listener = listener;
      this.#book.enter({ bound: listener.bound });
      return undefined;
    } catch (error) {
      const failed = errorOf(error);
      if (!closing.signal.aborted) {
        this.#book.enter({ failed });
        this.#place.wait(() => void this.open());
      }
      return failed;
    }
  }

  sessionLost(): void {
    this.#book.abort();
    this.#unjoined.forEach(drop);
  }

  leave(): Promise<void> {
    this.sessionLost();
    return Promise.resolve();
  }

  async close(): Promise<void> {
    const listener = this.#listener;
    this.#listener = undefined;
    this.#closing.abort();
    this.#place.leave();
    this.sessionLost();
    this.#clients.forEach(drop);
    await listener?.close();
    await this.#opening;
    this.#book.enter('closed');
  }

  /** One client, from its arrival to its end. Never rejects. */
  async #serve(socket: Socket, closing: AbortSignal): Promise<void> {
    // A client may reset the connection while the target is still being dialled.
    socket.on('error', () => undefined);
    // Not when its channel has closed, too: a server may still have much to deliver to a target that does not read.
    socket.once('close', () => this.#clients.delete(socket));
    this.#clients.add(socket);
    this.#book.welcome(socket);
    try {
      const session = await this.#options.sessions.wait(holdTime, closing);
      if (!session) {
        socket.destroySoon();
        return;
      }
      await this.#serveClient(socket, this.#serverFor(socket, session, closing));
    } catch {
      // Why was told when it happened.
      reset(socket);
    }
  }

  #serverFor(socket: Socket, session: SshSession, closing: AbortSignal): Server {
    const origin = { host: socket.remoteAddress ?? '127.0.0.1', port: socket.remotePort ?? 0 };
    return {
      dial: async (target) => {
        try {
          const channel = await session.open(target, origin);
          this.#unjoined.set(channel, socket);
          channel.once('close', () => this.#unjoined.delete(channel));
          return channel;
        } catch (error) {
          this.#book.tell(`A client of ${this.#where}`, error);
          throw error;
        }
      },
      join: (client, channel) => {
        this.#unjoined.delete(channel);
        this.#book.join(client, channel, session, closing);
      },
      passedOn: (channel, bytes) => {
        this.#book.traffic.bytesIn += bytes;
        ReceiveWindow.of(channel)?.passedOn(bytes);
      },
    };
  }

  get #where(): string {
    const [bound] = this.#listener?.bound ?? [];
    return bound ? formatAddress(bound) : formatListen(this.#forward.listen);
  }
}
