// A remote forward (ssh -R): the server listens, and each connection is relayed to one target of this machine, or,
// without a target, to the one that it requests (ssh -R port, a reverse proxy).
import { setMaxListeners } from 'node:events';
import type { Socket } from 'node:net';
import type { ClientChannel } from 'ssh2';
import { formatAddress } from '../../util/address';
import type { Address, TcpAddress } from '../../util/address';
import { TunnelFailure } from '../../errors/errors';
import type { TunnelError } from '../../errors/errors';
import { targetNotPermittedHere } from '../../errors/forwards/targetNotPermitted';
import type { RemoteForward as Definition } from '../../config/forward';
import type { ForwardState } from '../../model/state';
import type { OpenConnection } from '../../model/tunnelActivity';
import { ReceiveWindow } from '../../ssh/transport/ssh2/receiveWindow';
import { onClosedByServer } from '../../ssh/transport/ssh2/ssh2Internals';
import type { IncomingConnection } from '../../ssh/session/remoteListeners';
import type { SshSession } from '../../ssh/session/session';
import type { SocketGuard } from '../localSocket';
import { dialTarget } from './dialTarget';
import { TargetLookups } from './targetLookups';
import { errorOf, ForwardStatus } from '../forwardStatus';
import type { ForwardOptions, ForwardRunner } from '../forwardRunner';
import { ProxyServer } from '../proxy/proxyServer';
import { ListenerProbe } from './listenerProbe';
import { isPermitted } from './permitRemoteOpen';
import { RemotePortBinding } from './remotePortBinding';
import type { OpenRemoteListener } from './remotePortBinding';
import { elapsed } from '../../util/log';
import type { Share } from '../../util/fairLimit';
import type { Log } from '../../util/log';

export class RemoteForward implements ForwardRunner {
  readonly #definition: Definition;
  readonly #status: ForwardStatus;
  readonly #log: Log;
  readonly #proxy = new ProxyServer();
  readonly #share: Share;
  readonly #lookups: TargetLookups;
  readonly #guard: SocketGuard;
  #closing = new AbortController();
  readonly #binding: RemotePortBinding;
  #opening: { readonly session: SshSession; readonly done: Promise<TunnelError | undefined> } | undefined;
  #open: { readonly listener: OpenRemoteListener; readonly session: SshSession } | undefined;

  constructor(definition: Definition, options: ForwardOptions) {
    this.#definition = definition;
    this.#status = new ForwardStatus(options);
    this.#log = options.log;
    this.#share = options.sockets.share();
    this.#lookups = new TargetLookups(options.lookups.share());
    this.#guard = options.socketGuard;
    this.#binding = new RemotePortBinding(definition, options);
  }

  get state(): ForwardState {
    return this.#status.state;
  }

  connections(most: number): readonly Omit<OpenConnection, 'forward'>[] {
    return this.#status.connections(most);
  }

  async open(session: SshSession | undefined): Promise<TunnelError | undefined> {
    if (this.#open || !session) {
      return undefined;
    }
    if (this.#opening?.session === session) {
      return this.#opening.done;
    }
    this.#cancelOpening();
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
    // Each client listens to it.
    setMaxListeners(0, closing.signal);
    this.#closing = closing;
    this.#status.enter('opening');
    try {
      const probe = new ListenerProbe(closing.signal);
      const onIncoming = (incoming: IncomingConnection): void => {
        void this.#serve(incoming, session, probe, closing.signal);
      };
      const listener = await this.#binding.bind({ session, probe, onIncoming });
      if (closing.signal.aborted) {
        await listener.close();
        return undefined;
      }
      this.#open = { listener, session };
      const { bound, isExposureUnknown } = listener;
      this.#status.enter({ bound: [bound], ...(isExposureUnknown && { isExposureUnknown }) });
      return undefined;
    } catch (error) {
      const failed = errorOf(error);
      if (!closing.signal.aborted) {
        this.#status.enter({ failed });
        this.#binding.onceFree(session, () => void this.open(session));
      }
      return failed;
    }
  }

  /** Stops opening, or waiting for the port. */
  #cancelOpening(): void {
    this.#closing.abort();
    this.#opening = undefined;
    this.#binding.stopWaiting();
  }

  sessionLost(): void {
    this.#cancelOpening();
    this.#open?.listener.lost();
    this.#open = undefined;
    this.#status.abort();
    if (this.#status.state.status !== 'failed') {
      this.#status.enter('closed');
    }
  }

  /** A failed forward keeps its error. */
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
    this.#cancelOpening();
    this.#status.abort();
    await open?.listener.close();
    this.#status.enter('closed');
  }

  /** Serves one incoming connection from connect to close. Never rejects. */
  async #serve(
    incoming: IncomingConnection,
    session: SshSession,
    probe: ListenerProbe,
    closing: AbortSignal,
  ): Promise<void> {
    try {
      if (probe.isRunning) {
        await this.#serveUnlessProbe(incoming, session, probe, closing);
        return;
      }
      const { target } = this.#definition;
      if (target === undefined) {
        await this.#serveProxy(this.#add(incoming), session, closing);
        return;
      }
      const socket = await this.#dial(target, session, closing);
      this.#join(this.#add(incoming), socket, session, closing);
    } catch {
      // The error was reported where it happened.
      incoming.refuse();
    }
  }

  /** Accepts a connection before its target is dialled, because only its first bytes show whether it is the probe. */
  async #serveUnlessProbe(
    incoming: IncomingConnection,
    session: SshSession,
    probe: ListenerProbe,
    closing: AbortSignal,
  ): Promise<void> {
    const channel = incoming.accept();
    channel.on('error', () => undefined);
    if (await probe.isOurs(channel, incoming.origin)) {
      return;
    }
    this.#status.addClient(channel, incoming.origin);
    const { target } = this.#definition;
    if (closing.aborted) {
      channel.destroy();
    } else if (target === undefined) {
      await this.#serveProxy(channel, session, closing);
    } else {
      await this.#connectToTarget(channel, target, session, closing);
    }
  }

  /** For a connection that was accepted before the target was dialled. Never rejects. */
  async #connectToTarget(
    channel: ClientChannel,
    target: Address,
    session: SshSession,
    closing: AbortSignal,
  ): Promise<void> {
    try {
      this.#join(channel, await this.#dial(target, session, closing), session, closing);
    } catch {
      channel.destroy();
    }
  }

  #add(incoming: IncomingConnection): ClientChannel {
    const channel = incoming.accept();
    this.#status.addClient(channel, incoming.origin);
    return channel;
  }

  async #serveProxy(channel: ClientChannel, session: SshSession, closing: AbortSignal): Promise<void> {
    channel.on('error', () => undefined);
    const gone = new AbortController();
    onClosedByServer(channel, () => gone.abort());
    const abort = (): void => void channel.destroy();
    closing.addEventListener('abort', abort, { once: true });
    channel.once('close', () => closing.removeEventListener('abort', abort));
    await this.#proxy.serve(channel, {
      gone: gone.signal,
      dial: (to, isUnwanted) => this.#dialRequested(to, session, closing, isUnwanted),
      join: (client: ClientChannel, far: Socket) => {
        this.#join(client, far, session, closing);
      },
      passedOn: (_far, bytes) => {
        this.#status.traffic.bytesOut += bytes;
      },
      taken: (bytes) => {
        this.#status.traffic.bytesIn += bytes;
        ReceiveWindow.of(channel)?.passedOn(bytes);
      },
    });
  }

  /** Dials what a client of the proxy requests. @throws TunnelFailure also TargetNotPermitted */
  async #dialRequested(
    target: TcpAddress,
    session: SshSession,
    ...signals: readonly AbortSignal[]
  ): Promise<Socket> {
    const { alias, permitRemoteOpen } = session.host;
    if (!isPermitted(target, permitRemoteOpen)) {
      const refused = new TunnelFailure(targetNotPermittedHere(target, alias));
      this.#status.reportFailure(this.#clientName, refused);
      throw refused;
    }
    return this.#dial(target, session, ...signals);
  }

  async #dial(target: Address, { host }: SshSession, ...signals: readonly AbortSignal[]): Promise<Socket> {
    const release = this.#share.take();
    if (!release) {
      this.#log.warn(`${this.#clientName}: refused, too many are connected`);
      throw new Error('too many connections');
    }
    try {
      const start = performance.now();
      const socket = await dialTarget(
        target,
        {
          addressFamily: host.addressFamily,
          guard: this.#guard,
          lookups: this.#lookups,
          share: this.#share,
        },
        ...signals,
      );
      socket.once('close', release);
      this.#log.trace(`connected to ${formatAddress(target)} (${elapsed(start)})`);
      return socket;
    } catch (error) {
      release();
      if (!signals.some((signal) => signal.aborted)) {
        this.#status.reportFailure(this.#clientName, error);
      }
      throw error;
    }
  }

  get #clientName(): string {
    const bound = this.#open?.listener.bound;
    return `Client of ${bound ? formatAddress(bound) : 'the listener'} on the server`;
  }

  #join(channel: ClientChannel, socket: Socket, session: SshSession, closing: AbortSignal): void {
    this.#status.addClient(channel);
    this.#status.join(socket, channel, session, closing);
  }
}
