// One SSH connection over a socket that we opened: its life from the handshake to its end, and its channels.
import { Client } from 'ssh2';
import type { ClientChannel, NegotiatedAlgorithms } from 'ssh2';
import type { Address, TcpAddress } from '../../util/address';
import { TunnelFailure } from '../../errors/errors';
import type { TunnelError } from '../../errors/errors';
import { keepAliveTimeout } from '../../errors/ssh/connectionLost';
import type { Listen } from '../../config/forward';
import type { VerifiedHostKey } from '../../model/hostKey';
import type { HopProtection } from '../../model/protection';
import type { CompressionCounts } from '../../model/snapshot';
import { LargeReads } from '../transport/ssh2/largeReads';
import { CompressionMeter } from '../transport/ssh2/compressionMeter';
import { GracefulClose } from '../transport/gracefulClose';
import { explainEnd, isLoginMessage } from './failures/explainSsh2Error';
import { explainOpenFailure } from './failures/explainForwardFailure';
import { onServerDebug, ping, receivesByGcm, watchOffers } from '../transport/ssh2/ssh2Internals';
import type { CertifiedExchange } from '../transport/keyExchange/certifiedExchange';
import { onNewKeys } from '../transport/keyExchange/keyExchange';
import { startClient } from '../transport/ssh2/startClient';
import type { StartedClient } from '../transport/ssh2/startClient';
import type { Offers } from '../transport/ssh2/ssh2Internals';
import { asError } from '../../util/promises';
import { replaceGcmCipher } from '../transport/ssh2/gcmCipher';
import type { DisconnectMessage } from '../peer/disconnectMessage';
import { Liveness } from '../transport/liveness';
import { ServerMessages } from '../peer/serverMessages';
import { PeerMonitor } from '../peer/peerMonitor';
import { ReceiveWindow } from '../transport/ssh2/receiveWindow';
import type { SessionFacts } from './incomingChannels';
import { forwardsNothing } from './failures/loginWords';
import { openChannel } from './openChannel';
import { RemoteCommands } from './remoteCommands';
import { RemoteListeners } from './remoteListeners';
import type { RemoteListener, IncomingConnection, ServerSide } from './remoteListeners';
import { RoundTrip } from './roundTrip';
import type { HostConfig } from '../config/hostConfig';
import type { SessionParts } from './sessionParts';
import { SendBackpressure } from '../transport/ssh2/sendBackpressure';
import { describeOffers } from '../transport/algorithms';
import { SessionProtection } from './sessionProtection';

const probeTimeoutMs = 3000;

export type ClosedListener = (error: TunnelError) => void;

export class SshSession {
  readonly host: HostConfig;
  readonly gate: SendBackpressure;
  readonly #parts: SessionParts;
  readonly #client = new Client();
  readonly #closedListeners = new Set<ClosedListener>();
  readonly #remote: RemoteListeners;
  readonly #commands: RemoteCommands;
  readonly #protection: SessionProtection;
  readonly #compression = new CompressionMeter();
  readonly #serverMessages: ServerMessages;
  readonly #gracefulClose: GracefulClose;
  #hostKeyExchange: CertifiedExchange | undefined;
  #peerMonitor: PeerMonitor | undefined;
  #liveness: Liveness | undefined;
  readonly #roundTrip = new RoundTrip();
  #offers: Offers | undefined;
  #firstError: Error | undefined;
  #disconnect: DisconnectMessage | undefined;
  #isUp = false;
  #end: TunnelError | undefined;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.host = parts.host;
    this.#protection = new SessionProtection(parts);
    this.#serverMessages = new ServerMessages(parts.log);
    this.#gracefulClose = new GracefulClose(parts.transport);
    const facts: SessionFacts = {
      hostName: parts.host.hostName,
      takeOver: this.#takeOver,
      ended: () => this.#end,
      forwardsNothing: this.#forwardsNothing,
      onExpectedChannel: () => this.#peerMonitor?.refundExpectedChannel(),
    };
    this.#remote = new RemoteListeners(this.#client, facts);
    this.#commands = new RemoteCommands(this.#client, facts);
    this.gate = new SendBackpressure(parts.transport);
    // Before ssh2's own listeners: the reader of a channel must learn of a lost session before ssh2 ends the channels.
    // Otherwise half a download would look complete.
    parts.transport.on('close', () => this.#transportClosed());
    parts.transport.on('error', (error: Error) => this.#recordError(error));
    // ssh2 emits errors even after the close, and an `error` event without a listener would end the process.
    this.#client.on('error', (error) => {
      // ssh2's own have the words of the server.
      error.message = this.#withoutSecrets(error.message);
      this.#recordError(error);
      this.#gracefulClose.begin();
    });
    // A channel of a jump host would stay half open.
    this.#client.on('end', () => this.#gracefulClose.closeNow());
    this.#client.on('banner', (banner) => {
      const text = this.#withoutSecrets(banner);
      this.#serverMessages.say(`Banner of ${parts.who}`, text);
      parts.login.progress.hear(text);
      parts.onBanner(text);
    });
  }

  /** Identifies the server by the route to it: sessions with the same value share the server's ports. */
  get server(): string {
    return this.#parts.server;
  }

  /** The server's host key, and how it was verified. undefined: not yet verified. */
  get hostKey(): VerifiedHostKey | undefined {
    return this.#parts.hostKey();
  }

  /** The negotiated host key algorithm. Empty before. */
  get hostKeyAlgorithm(): string {
    return this.#hostKeyExchange?.algorithm ?? '';
  }

  /** Why the session ended. undefined: it is open. */
  get ended(): TunnelError | undefined {
    return this.#end;
  }

  /** Whether messages of the server are still read. */
  get isOpen(): boolean {
    return !this.#gracefulClose.hasStarted;
  }

  /** What protects it and the sessions to the jump hosts before it, in the order of connecting. */
  get protection(): readonly HopProtection[] {
    return this.#protection.hops;
  }

  /** How much compression has saved. undefined: nothing is compressed. */
  get compression(): CompressionCounts | undefined {
    return this.#compression.counts;
  }

  /**
   * Runs the handshake and the login.
   * @throws TunnelFailure with the first cause
   */
  login(onHandshake: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const failed: ClosedListener = (error) => reject(new TunnelFailure(error, { cause: this.#firstError }));
      this.#closedListeners.add(failed);
      this.#client.once('handshake', onHandshake);
      this.#client.on('handshake', this.#adoptCiphers);
      this.#client.once('ready', () => {
        this.#closedListeners.delete(failed);
        this.#isUp = true;
        this.#compression.adopt(this.#client);
        this.#watchLiveness();
        resolve();
      });
      let started: StartedClient;
      try {
        started = startClient(this.#client, this.#parts);
      } catch (error) {
        this.fail(asError(error));
        return;
      }
      this.#parts.login.run(this.#client).catch((error: unknown) => this.fail(asError(error)));
      const { certified, kexInitForSsh2 } = started;
      this.#hostKeyExchange = certified;
      onNewKeys(this.#client, () => this.#compression.adopt(this.#client));
      watchOffers(this.#client, (offers) => {
        this.#offers = offers;
        this.#parts.log.trace(describeOffers(offers));
      });
      onServerDebug(this.#client, (text) => {
        const message = this.#withoutSecrets(text);
        this.#serverMessages.say(`${this.#parts.who} says`, message, 'debug');
        this.#remote.onDebugMessage(message);
        this.#commands.onDebugMessage(message);
        if (!this.#isUp && !isLoginMessage(message)) {
          this.#parts.login.progress.hear(message);
        }
      });
      this.#peerMonitor = new PeerMonitor(this.#client, {
        ...this.#parts,
        kexInitForSsh2,
        gate: this.gate,
        fail: (error) => this.fail(error),
        onDisconnect: ({ reason, text }) => {
          this.#disconnect ??= { reason, text: this.#withoutSecrets(text) };
          this.#gracefulClose.begin();
        },
        onMessage: (bytes) => {
          this.#parts.login.onMessage(bytes);
          certified.onMessage(bytes);
        },
        onIdentified: this.#parts.onIdentified,
        onHostKeys: this.#parts.onHostKeys,
      });
      const { transport } = this.#parts;
      const window = ReceiveWindow.of(transport);
      transport.on('data', ({ length }: Buffer) => window?.passedOn(length));
    });
  }

  /** Ends the session immediately, with this error as the cause. */
  fail(error: Error): void {
    this.#recordError(error);
    this.#gracefulClose.closeNow();
  }

  /** Calls back once when the session has ended, in the same tick and before its channels are notified. */
  onClosed(listener: ClosedListener): Disposable {
    this.#closedListeners.add(listener);
    return { [Symbol.dispose]: () => this.#closedListeners.delete(listener) };
  }

  /**
   * Opens a connection from the server to a target (direct-tcpip, RFC 4254 §7.2; direct-streamlocal@openssh.com,
   * OpenSSH's PROTOCOL §2.4).
   *
   * The reader of the channel must report to its ReceiveWindow what has been passed on.
   * @param origin the client's address, for the server's log
   * @throws TunnelFailure TargetRefused, TargetNotFound, TargetUnreachable, TargetNotPermitted, ServerLimit,
   * ForwardingDisabled, LoginRefused if the password has expired, or why the session has
   * ended
   */
  async open(target: Address, origin: TcpAddress): Promise<ClientChannel> {
    try {
      const start = performance.now();
      return await openChannel(this.#client, target, origin, (channel) => {
        this.#roundTrip.record(start);
        this.#takeOver(channel);
      });
    } catch (error) {
      const raw = asError(error);
      const cause = this.#end ?? explainOpenFailure(raw, target, this.host.hostName, this.#forwardsNothing());
      throw new TunnelFailure(cause, { cause: raw });
    }
  }

  /** Runs commands on the server. */
  get commands(): RemoteCommands {
    return this.#commands;
  }

  /**
   * Makes the server listen, and calls back for each connection there (RFC 4254 §7.1; OpenSSH's PROTOCOL §2.4).
   * @throws TunnelFailure RemoteListenRefused, ForwardingDisabled, LoginRefused if the password has expired, or why the
   * session has ended
   */
  async listen(where: Listen, onIncoming: (incoming: IncomingConnection) => void): Promise<RemoteListener> {
    const start = performance.now();
    const listener = await this.#remote.listen(where, onIncoming);
    this.#roundTrip.record(start);
    return listener;
  }

  /** Call it after a sleep or a network change: the server has 3 s to show that it is still there. */
  probe(): void {
    this.#liveness?.probe(probeTimeoutMs);
  }

  /** Sends a disconnect message and closes the connection; immediately if the server's messages are no longer read. */
  async close(): Promise<void> {
    if (this.#end) {
      return;
    }
    await new Promise<void>((resolve) => {
      this.onClosed(() => resolve());
      this.#client.end();
      this.#gracefulClose.begin();
    });
  }

  /** Socket files on the server, and what can be found out about who listens there. */
  get serverSide(): ServerSide {
    return this.#remote;
  }

  readonly #forwardsNothing = (): TunnelError | undefined =>
    forwardsNothing(this.#parts.who, this.#parts.login.progress.said);

  readonly #withoutSecrets = (text: string): string => this.#parts.login.progress.withoutSecrets(text);

  readonly #takeOver = (channel: ClientChannel): void => {
    new ReceiveWindow(channel, () => this.#roundTrip.shortest);
    this.gate.limit(channel);
  };

  /** @returns milliseconds, as last measured; undefined: the server has not answered yet */
  measureRoundTrip(): number | undefined {
    if (this.#isUp && !this.#end && this.isOpen) {
      this.#roundTrip.measure((onAnswer) => ping(this.#client, onAnswer));
    }
    return this.#roundTrip.last;
  }

  /** Called at the end of each key exchange, including rekeys. */
  readonly #adoptCiphers = (negotiated: NegotiatedAlgorithms): void => {
    this.#protection.adopt(negotiated);
    replaceGcmCipher(this.#client);
    const reads = LargeReads.of(this.#parts.transport);
    if (reads) {
      reads.reuse = receivesByGcm(this.#client);
    }
  };

  #watchLiveness(): void {
    const liveness = new Liveness({
      ...this.#parts.keepAlive,
      now: () => performance.now(),
      ping: (onAnswer) => ping(this.#client, onAnswer),
      log: this.#parts.log,
      onDead: (silence) => this.fail(new TunnelFailure(keepAliveTimeout(this.host.hostName, silence))),
    });
    this.#liveness = liveness;
    this.#parts.transport.on('data', liveness.onData);
  }

  #recordError(error: Error): void {
    this.#firstError ??= error;
  }

  #transportClosed(): void {
    if (this.#end) {
      return;
    }
    this.#gracefulClose.closed();
    this.#liveness?.[Symbol.dispose]();
    this.#peerMonitor?.[Symbol.dispose]();
    const { host, who, login, isJumpLost } = this.#parts;
    const end = explainEnd({
      host,
      who,
      raw: this.#firstError,
      greeting: this.#peerMonitor?.greeting ?? '',
      identified: this.#peerMonitor?.isIdentified ?? false,
      offers: this.#offers,
      disconnect: this.#disconnect,
      login: this.#isUp ? undefined : { isJumpLost: isJumpLost(), progress: login.progress },
    });
    this.#end = end;
    this.#remote.sessionEnded();
    this.#commands.sessionEnded();
    const listeners = [...this.#closedListeners];
    this.#closedListeners.clear();
    listeners.forEach((listener) => listener(end));
    this.gate.end();
  }
}
