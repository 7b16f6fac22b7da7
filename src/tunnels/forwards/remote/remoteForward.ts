// What the server listens on for this machine (ssh -R): leads those who connect there to one target here, or, without a
// target, wherever each says it wants to go from here (ssh -R port, a proxy turned round).
import type { Socket } from 'node:net';
import type { ClientChannel } from 'ssh2';
import { formatAddress } from '../../util/address';
import type { Address } from '../../util/address';
import type { TunnelError } from '../../errors/errors';
import type { RemoteForward as Definition } from '../../config/forward';
import type { ForwardState } from '../../model/state';
import { ReceiveWindow } from '../../ssh/transport/receiveWindow';
import type { Visitor } from '../../ssh/session/remoteListeners';
import type { SshSession } from '../../ssh/session/session';
import { dialHere } from './dialTarget';
import { errorOf, ForwardBook } from '../forwardStatus';
import type { ForwardOptions, ForwardRunner } from '../createForward';
import { ProxyServer } from '../proxy/proxyServer';
import { ReachProbe } from './loopbackProbe';
import { RemotePlace } from './remotePortBinding';
import type { RemoteOpen } from './remotePortBinding';

export class RemoteForward implements ForwardRunner {
  readonly #definition: Definition;
  readonly #book: ForwardBook;
  readonly #proxy = new ProxyServer();
  #closing = new AbortController();
  readonly #place: RemotePlace;
  #opening: { readonly session: SshSession; readonly done: Promise<TunnelError | undefined> } | undefined;
  #open: { readonly listener: RemoteOpen; readonly session: SshSession } | undefined;

  constructor(definition: Definition, options: ForwardOptions) {
    this.#definition = definition;
    this.#book = new ForwardBook(options);
    this.#place = new RemotePlace(definition, options);
  }

  get state(): ForwardState {
    return this.#book.state;
  }

  async open(session: SshSession | undefined): Promise<TunnelError | undefined> {
    if (this.#open || !session) {
      return undefined;
    }
    if (this.#opening?.session === session) {
      return this.#opening.done;
    }
    this.#giveUp();
    const opening = { session, done: this.#openOver(session) };
    this.#opening = opening;
    return opening.done.finally(() => {
      if (this.#opening === opening) {
        this.#opening = undefined;
      }
    });
  }

  async #openOver(session: SshSession): Promise<TunnelError | undefined> {
    const closing = new AbortController();
    this.#closing = closing;
    this.#book.enter('opening');
    try {
      const probe = new ReachProbe(closing.signal);
      const onVisitor = (visitor: Visitor): void => {
        void this.#welcome(visitor, session, probe, closing.signal);
      };
      const listener = await this.#place.take({ session, probe, onVisitor });
      if (closing.signal.aborted) {
        await listener.close();
        return undefined;
      }
      this.#open = { listener, session };
      const { bound, isReachUnknown } = listener;
      this.#book.enter({ bound: [bound], ...(isReachUnknown && { isReachUnknown }) });
      return undefined;
    } catch (error) {
      const failed = errorOf(error);
      if (!closing.signal.aborted) {
        this.#book.enter({ failed });
        this.#place.wait(session, () => void this.open(session));
      }
      return failed;
    }
  }

  /** What is under way, or waited for. */
  #giveUp(): void {
    this.#closing.abort();
    this.#opening = undefined;
    this.#place.leave();
  }

  sessionLost(): void {
    this.#giveUp();
    this.#open?.listener.lost();
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
    this.#giveUp();
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
    try {
      if (probe.isRunning) {
        await this.#welcomeUnlessProbe(visitor, session, probe, closing);
        return;
      }
      const { target } = this.#definition;
      if (target === undefined) {
        await this.#serveProxy(visitor.accept(), session, closing);
        return;
      }
      const socket = await this.#dial(target, closing);
      this.#join(visitor.accept(), socket, session, closing);
    } catch {
      // Why was told when it happened.
      visitor.refuse();
    }
  }

  /** Whether it is the probe shows when it says something, at the latest when the probe is over. */
  async #welcomeUnlessProbe(
    visitor: Visitor,
    session: SshSession,
    probe: ReachProbe,
    closing: AbortSignal,
  ): Promise<void> {
    const channel = visitor.accept();
    channel.on('error', () => undefined);
    if (await probe.isOurs(channel, visitor.origin)) {
      return;
    }
    const { target } = this.#definition;
    if (closing.aborted) {
      channel.destroy();
    } else if (target === undefined) {
      await this.#serveProxy(channel, session, closing);
    } else {
      await this.#lead(channel, target, session, closing);
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

  async #serveProxy(channel: ClientChannel, session: SshSession, closing: AbortSignal): Promise<void> {
    this.#book.welcome(channel);
    channel.on('error', () => undefined);
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
