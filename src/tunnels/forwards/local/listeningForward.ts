// A forward that listens on this machine: a local one (ssh -L) connects all clients to one target, a dynamic one
// (ssh -D) connects each to the target it requests.
import type { Socket } from 'node:net';
import type { ClientChannel } from 'ssh2';
import { formatAddress } from '../../util/address';
import type { Address } from '../../util/address';
import type { TunnelError } from '../../errors/errors';
import { formatListen } from '../../config/forward';
import type { Forward } from '../../config/forward';
import type { ForwardState } from '../../model/state';
import type { OpenConnection } from '../../model/tunnelActivity';
import { ReceiveWindow } from '../../ssh/transport/ssh2/receiveWindow';
import type { SshSession } from '../../ssh/session/session';
import { errorOf, ForwardStatus } from '../forwardStatus';
import type { AskForPort, ForwardOptions, ForwardRunner } from '../forwardRunner';
import type { Listener } from './listen';
import { PortBinding } from './portBinding';
import { drop, reset, watchForReset } from '../relay/resetDetector';
import type { Share } from '../../util/fairLimit';
import { elapsed } from '../../util/log';

/** How long a client waits for the session during a reconnect. */
const sessionTimeoutMs = 10_000;

/** What one client can do on the server. */
export interface Server {
  /** Connects from the server to a target. @throws TunnelFailure why it failed; the forward shows that, too */
  dial(target: Address): Promise<ClientChannel>;
  /** Relays between the two from now on: bytes, ends and resets. */
  join(client: Socket, channel: ClientChannel): void;
  /** Bytes of a channel that is not joined were delivered to the client. */
  passedOn(channel: ClientChannel, bytes: number): void;
}

/** Serves one client. Its socket is paused at first. */
export type Serve = (client: Socket, server: Server) => Promise<void>;

export class ListeningForward implements ForwardRunner {
  readonly #forward: Forward;
  readonly #serveClient: Serve;
  readonly #options: ForwardOptions;
  readonly #status: ForwardStatus;
  readonly #binding: PortBinding;
  readonly #clients = new Set<Socket>();
  readonly #share: Share;
  /** Channels that serve a client without being joined with it, as for an HTTP proxy request. */
  readonly #unjoinedChannels = new Map<ClientChannel, Socket>();
  #closing = new AbortController();
  #listener: Listener | undefined;
  #opening: Promise<TunnelError | undefined> | undefined;

  constructor(forward: Forward, serve: Serve, options: ForwardOptions) {
    this.#forward = forward;
    this.#serveClient = serve;
    this.#options = options;
    this.#share = options.sockets.share();
    this.#status = new ForwardStatus(options);
    this.#binding = new PortBinding(forward, options);
  }

  get state(): ForwardState {
    return this.#status.state;
  }

  connections(most: number): readonly Omit<OpenConnection, 'forward'>[] {
    return this.#status.connections(most);
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
    this.#status.enter('opening');
    try {
      const listener = await this.#binding.bind((socket) => void this.#serve(socket, closing.signal), ask);
      if (closing.signal.aborted) {
        await listener.close();
        return undefined;
      }
      this.#listener = listener;
      this.#status.enter({ bound: listener.bound });
      return undefined;
    } catch (error) {
      const failed = errorOf(error);
      if (!closing.signal.aborted) {
        this.#status.enter({ failed });
        this.#binding.onceFree(() => void this.open());
      }
      return failed;
    }
  }

  sessionLost(): void {
    this.#status.abort();
    this.#unjoinedChannels.forEach(drop);
  }

  leave(): Promise<void> {
    this.sessionLost();
    return Promise.resolve();
  }

  async close(): Promise<void> {
    const listener = this.#listener;
    this.#listener = undefined;
    this.#closing.abort();
    this.#binding.stopWaiting();
    this.sessionLost();
    this.#clients.forEach(drop);
    await listener?.close();
    await this.#opening;
    this.#status.enter('closed');
  }

  /** Serves one client from connect to close. Never rejects. */
  async #serve(socket: Socket, closing: AbortSignal): Promise<void> {
    // A client may reset the connection while we still connect to the target.
    socket.on('error', () => undefined);
    const giveBack = this.#share.take();
    if (!giveBack) {
      this.#options.log.warn(`Client of ${this.#listenAddress}: disconnected, too many are connected`);
      reset(socket);
      return;
    }
    // A server connects on, for minutes perhaps, when the client has gone: that counts, too.
    const opening = new Set<object>();
    const release = (): void => {
      if (socket.destroyed && opening.size === 0) {
        giveBack();
      }
    };
    socket.once('close', release);
    watchForReset(socket);
    // Don't wait for the channel to close, too: the server may still be sending data to a target that reads slowly.
    socket.once('close', () => this.#clients.delete(socket));
    this.#clients.add(socket);
    this.#status.addClient(socket);
    try {
      const session = await this.#options.sessions.wait(sessionTimeoutMs, closing);
      if (!session) {
        socket.destroySoon();
        return;
      }
      const server = this.#serverFor(socket, session, closing);
      await this.#serveClient(socket, {
        ...server,
        dial: async (target) => {
          const dialled = {};
          opening.add(dialled);
          try {
            return await server.dial(target);
          } finally {
            opening.delete(dialled);
            release();
          }
        },
      });
    } catch {
      // The error was reported where it happened.
      reset(socket);
    }
  }

  #serverFor(socket: Socket, session: SshSession, closing: AbortSignal): Server {
    const origin = { host: socket.remoteAddress ?? '127.0.0.1', port: socket.remotePort ?? 0 };
    return {
      dial: async (target) => {
        try {
          const start = performance.now();
          const channel = await session.open(target, origin);
          this.#options.log.trace(`the server connected to ${formatAddress(target)} (${elapsed(start)})`);
          this.#unjoinedChannels.set(channel, socket);
          channel.once('close', () => this.#unjoinedChannels.delete(channel));
          return channel;
        } catch (error) {
          this.#status.reportFailure(`Client of ${this.#listenAddress}`, error);
          throw error;
        }
      },
      join: (client, channel) => {
        this.#unjoinedChannels.delete(channel);
        this.#status.join(client, channel, session, closing);
      },
      passedOn: (channel, bytes) => {
        this.#status.traffic.bytesIn += bytes;
        ReceiveWindow.of(channel)?.passedOn(bytes);
      },
    };
  }

  get #listenAddress(): string {
    const [bound] = this.#listener?.bound ?? [];
    return bound ? formatAddress(bound) : formatListen(this.#forward.listen);
  }
}
