// What the server listens on for this machine (ssh -R): leads those who connect there to one target here, or, without a
// target, wherever each says it wants to go from here (ssh -R port, a proxy turned round).
import type { Socket } from 'node:net';
import type { ClientChannel } from 'ssh2';
import { formatAddress, isLoopback } from '../model/address';
import type { Address, BoundAddress } from '../model/address';
import { TunnelFailure } from '../model/errors';
import type { TunnelError } from '../model/errors';
import { remoteListenHeld, remoteListenTaken } from '../model/failures/remoteListening';
import { isWideBind } from '../model/forward';
import type { Listen, RemoteForward as Definition, TcpListen } from '../model/forward';
import type { ForwardState } from '../model/state';
import { ReceiveWindow } from '../ssh/receiveWindow';
import type { RemoteListener, Visitor } from '../ssh/remoteListeners';
import type { SshSession } from '../ssh/session';
import { dialHere } from './dialHere';
import { errorOf, ForwardBook } from './forwardBook';
import type { ForwardOptions, ForwardRunner } from './forwardRunner';
import { ProxyServer } from './proxy/proxyServer';
import { ReachProbe } from './reachProbe';
import { whoListens } from './remoteHolder';
import type { Holder } from './remoteHolder';

/** How often a port that the server chose is asked for again, before it may choose another. */
const patience = 4;

type OnVisitor = (visitor: Visitor) => void;

export class RemoteForward implements ForwardRunner {
  readonly #definition: Definition;
  readonly #book: ForwardBook;
  readonly #proxy = new ProxyServer();
  #closing = new AbortController();
  #open: { readonly listener: RemoteListener; readonly session: SshSession } | undefined;
  /** The server has listened for us before: what is in the way may be left over from that. */
  #held = false;
  /** Where the server was asked to choose: what it chose, and how often it has refused that since. */
  #chosen: { readonly port: number; refusals: number } | undefined;

  constructor(definition: Definition, options: ForwardOptions) {
    this.#definition = definition;
    this.#book = new ForwardBook(options);
    const { preferredPort } = options;
    // What it was in an earlier session is asked for once.
    this.#chosen = preferredPort === undefined ? undefined : { port: preferredPort, refusals: patience - 1 };
  }

  get state(): ForwardState {
    return this.#book.state;
  }

  async open(session: SshSession | undefined): Promise<TunnelError | undefined> {
    if (this.#open || !session) {
      return undefined;
    }
    this.#closing.abort();
    const closing = new AbortController();
    this.#closing = closing;
    this.#book.enter('opening');
    try {
      const probe = new ReachProbe();
      const listener = await this.#listen(session, (visitor) => {
        void this.#welcome(visitor, session, probe, closing.signal);
      });
      const bound = await this.#reach(listener.bound, session, probe);
      if (closing.signal.aborted) {
        await listener.close();
        return undefined;
      }
      this.#open = { listener, session };
      this.#held = true;
      this.#book.enter({ bound: [bound] });
      return undefined;
    } catch (error) {
      const failed = errorOf(error);
      if (!closing.signal.aborted) {
        this.#book.enter({ failed });
      }
      return failed;
    }
  }

  /** Keeps the port that the server chose, for as long as it may only be our own old session that holds it. */
  async #listen(session: SshSession, onVisitor: OnVisitor): Promise<RemoteListener> {
    const { listen } = this.#definition;
    if ('path' in listen || listen.port > 0) {
      return this.#insist(session, listen, onVisitor);
    }
    const chosen = this.#chosen;
    if (chosen) {
      try {
        return await this.#insist(session, { ...listen, port: chosen.port }, onVisitor);
      } catch (error) {
        if (++chosen.refusals < patience || session.ended) {
          throw error;
        }
      }
    }
    const listener = await session.listen(listen, onVisitor);
    if ('port' in listener.bound) {
      this.#chosen = { port: listener.bound.port, refusals: 0 };
    }
    return listener;
  }

  /** Looks who is in the way, and clears away what is only our own. */
  async #insist(session: SshSession, listen: Listen, onVisitor: OnVisitor): Promise<RemoteListener> {
    try {
      return await session.listen(listen, onVisitor);
    } catch (error) {
      if (!(error instanceof TunnelFailure) || error.code !== 'RemoteListenRefused' || session.ended) {
        throw error;
      }
      const holder = await whoListens(session, 'path' in listen ? listen : nearAddress(listen));
      if ('path' in listen && holder === 'nobody' && this.#held) {
        await session.removeSocket(listen.path);
        return session.listen(listen, onVisitor);
      }
      throw this.#explain(holder, listen, session.host.hostName) ?? error;
    }
  }

  #explain(holder: Holder, listen: Listen, host: string): TunnelFailure | undefined {
    if (holder === 'silent' && this.#held) {
      return new TunnelFailure(remoteListenHeld(listen, host));
    }
    return holder === 'silent' || holder === 'talkative'
      ? new TunnelFailure(remoteListenTaken(listen, host))
      : undefined;
  }

  /** A server may keep to its loopback what was asked for wider, and says nothing (sshd_config(5), GatewayPorts). */
  async #reach(bound: BoundAddress, session: SshSession, probe: ReachProbe): Promise<BoundAddress> {
    const { listen } = this.#definition;
    if ('path' in bound || !isWideBind(listen)) {
      return bound;
    }
    const elsewhere = farAddress(listen as TcpListen);
    const isReached = await probe.run(session, { ...bound, host: elsewhere });
    return isReached === false ? { ...bound, host: 'localhost' } : bound;
  }

  sessionLost(): void {
    this.#closing.abort();
    this.#open = undefined;
    this.#book.abort();
    if (this.#book.state.status !== 'failed') {
      this.#book.enter('closed');
    }
  }

  /** What failed goes on saying why. */
  leave(): Promise<void> {
    if (this.#open) {
      return this.close();
    }
    this.sessionLost();
    return Promise.resolve();
  }

  async close(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    this.#closing.abort();
    this.#book.abort();
    const closed = (await open?.listener.close()) ?? false;
    if (closed && open && 'path' in open.listener.bound) {
      // Where the server has no SFTP, it stays.
      await open.session.removeSocket(open.listener.bound.path).catch(() => undefined);
    }
    this.#book.enter('closed');
  }

  /** One visitor, from its arrival to its end. Never rejects. */
  async #welcome(
    visitor: Visitor,
    session: SshSession,
    probe: ReachProbe,
    closing: AbortSignal,
  ): Promise<void> {
    const { target } = this.#definition;
    try {
      if (target === undefined) {
        await this.#serveProxy(visitor.accept(), session, probe, closing);
        return;
      }
      if (probe.isRunning) {
        const channel = visitor.accept();
        if (!(await probe.isOurs(channel))) {
          await this.#lead(channel, target, session, closing);
        }
        return;
      }
      const socket = await this.#dial(target, closing);
      this.#join(visitor.accept(), socket, session, closing);
    } catch {
      // Why was told when it happened.
      visitor.refuse();
    }
  }

  /** For a visitor that had to be taken before the target was reached. Never rejects. */
  async #lead(
    channel: ClientChannel,
    target: Address,
    session: SshSession,
    closing: AbortSignal,
  ): Promise<void> {
    try {
      this.#join(channel, await this.#dial(target, closing), session, closing);
    } catch {
      channel.destroy();
    }
  }

  async #serveProxy(
    channel: ClientChannel,
    session: SshSession,
    probe: ReachProbe,
    closing: AbortSignal,
  ): Promise<void> {
    this.#book.welcome(channel);
    channel.on('error', () => undefined);
    if (probe.isRunning && (await probe.isOurs(channel))) {
      return;
    }
    const abort = (): void => void channel.destroy();
    closing.addEventListener('abort', abort, { once: true });
    channel.once('close', () => closing.removeEventListener('abort', abort));
    await this.#proxy.serve(channel, {
      dial: (to) => this.#dial(to, closing),
      join: (client: ClientChannel, far: Socket) => {
        this.#join(client, far, session, closing);
      },
      passedOn: (_far, bytes) => {
        this.#book.traffic.bytesOut += bytes;
      },
      taken: (bytes) => {
        this.#book.traffic.bytesIn += bytes;
        ReceiveWindow.of(channel)?.passedOn(bytes);
      },
    });
  }

  async #dial(target: Address, closing: AbortSignal): Promise<Socket> {
    try {
      return await dialHere(target, closing);
    } catch (error) {
      if (!closing.aborted) {
        const bound = this.#open?.listener.bound;
        this.#book.tell(`A client of ${bound ? formatAddress(bound) : 'the server'} on the server`, error);
      }
      throw error;
    }
  }

  #join(channel: ClientChannel, socket: Socket, session: SshSession, closing: AbortSignal): void {
    this.#book.welcome(channel);
    this.#book.join(socket, channel, session, closing);
  }
}

/** Where a listener of the server's is reached from the server itself. */
function nearAddress({ bind, port }: TcpListen): Address {
  const isAny = bind === undefined || ['localhost', '*', '', '0.0.0.0'].includes(bind);
  return { host: isAny ? '127.0.0.1' : bind === '::' ? '::1' : bind, port };
}

/** An address of the server that its loopback listener does not answer at; on Linux all of 127.0.0.0/8 is loopback. */
function farAddress({ bind }: TcpListen): string {
  const isEvery = bind === undefined || ['*', '', '0.0.0.0', '::'].includes(bind) || isLoopback(bind);
  return isEvery ? '127.0.0.2' : bind;
}
