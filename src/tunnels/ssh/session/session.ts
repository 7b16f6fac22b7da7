// One SSH connection over a socket that is ours: its life from the handshake to its end, and the channels on it.
import { Client } from 'ssh2';
import type { ClientChannel, ConnectConfig, ParsedKey } from 'ssh2';
import type { Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import { isSocketPath } from '../../util/address';
import type { Address, TcpAddress } from '../../util/address';
import { TunnelFailure } from '../../errors/errors';
import type { TunnelError } from '../../errors/errors';
import { keepAliveTimeout } from '../../errors/connect';
import type { Listen } from '../../config/forward';
import type { CompressionCounts } from '../../model/snapshot';
import { BigReads } from '../transport/bigReads';
import { CompressionMeter } from '../transport/compressionMeter';
import { Cork } from '../transport/cork';
import { Departure } from '../transport/gracefulClose';
import { explainEnd, explainOpenFailure } from './explainSsh2Error';
import {
  beforeWrite,
  offerWindow,
  onNewKeys,
  onServerDebug,
  ping,
  receivesByGcm,
  watchOffers,
} from '../transport/ssh2Internals';
import type { Offers } from '../transport/ssh2Internals';
import { makeCipherLean } from '../transport/leanCipher';
import { Liveness } from '../transport/liveness';
import { ServerVoice } from '../peer/serverMessages';
import { Supervision } from '../peer/peerMonitor';
import { ReceiveWindow, offeredWindow } from '../transport/receiveWindow';
import { RemoteCommands } from './remoteCommands';
import { RemoteListeners, removeSocket } from './remoteListeners';
import type { RemoteListener, Visitor } from './remoteListeners';
import type { ResolvedHost } from '../config/resolvedHost';
import { SendGate } from '../transport/sendGate';

/** A socket to the server, or a channel of the jump host before it. */
export type Transport = Socket | Duplex;

export interface SessionParts {
  readonly host: ResolvedHost;
  readonly who: string;
  readonly server: string;
  readonly transport: Transport;
  readonly config: ConnectConfig;
  readonly login: SessionLogin;
  /** Whether a person is being asked something. */
  readonly isAsking: () => boolean;
  readonly keepAlive: { readonly interval: number; readonly countMax: number };
  readonly log: (line: string) => void;
  /** The server has named its host keys, and proved that it holds them. */
  readonly onHostKeys: (keys: readonly Buffer[]) => void;
}

export interface SessionLogin {
  /** What it tried, for the error. */
  readonly tried: readonly string[];
  /** Logs in through a client that has begun to connect; what it throws ends the session. */
  run(client: Client): Promise<void>;
}

/** Milliseconds. */
const probeLimit = 3000;

export type Closed = (error: TunnelError) => void;

export class SshSession {
  readonly host: ResolvedHost;
  readonly gate: SendGate;
  readonly #parts: SessionParts;
  readonly #client = new Client();
  readonly #closedListeners = new Set<Closed>();
  readonly #remote: RemoteListeners;
  readonly #commands: RemoteCommands;
  readonly #compression = new CompressionMeter();
  readonly #voice: ServerVoice;
  readonly #departure: Departure;
  #supervision: Supervision | undefined;
  #liveness: Liveness | undefined;
  /** Milliseconds: the shortest time that the server has taken to answer. */
  #roundTrip = Infinity;
  #offers: Offers | undefined;
  #firstError: Error | undefined;
  #end: TunnelError | undefined;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.host = parts.host;
    this.#voice = new ServerVoice(parts.log);
    this.#departure = new Departure(parts.transport);
    this.#remote = new RemoteListeners(this.#client, {
      hostName: parts.host.hostName,
      roundTrip: () => this.#roundTrip,
      ended: () => this.#end,
      onExpected: () => this.#supervision?.wasAskedFor(),
    });
    this.#commands = new RemoteCommands(this.#client, {
      hostName: parts.host.hostName,
      roundTrip: () => this.#roundTrip,
      ended: () => this.#end,
      onExpected: () => this.#supervision?.wasAskedFor(),
    });
    this.gate = new SendGate(parts.transport);
    // Before ssh2's own listeners: who reads from a channel must hear of a lost session before ssh2 ends the
    // channels, or a half download would look like a whole one.
    parts.transport.on('close', () => this.#closed());
    parts.transport.on('error', (error: Error) => this.#heard(error));
    // ssh2 reports errors even after the close, and `error` without a listener would end the process.
    this.#client.on('error', (error) => {
      this.#heard(error);
      this.#departure.leave();
    });
    // A jump host's channel stays half open by itself.
    this.#client.on('end', () => this.#departure.drop());
    this.#client.on('hostkeys', (keys: readonly ParsedKey[]) =>
      parts.onHostKeys(keys.map((key) => key.getPublicSSH())),
    );
    this.#client.on('banner', (text) => this.#voice.say(`Banner of ${parts.who}`, text));
  }

  /** Which server it is, as far as the way there tells: sessions that have this in common share the server's ports. */
  get server(): string {
    return this.#parts.server;
  }

  /** Why it ended; undefined while it lives. */
  get ended(): TunnelError | undefined {
    return this.#end;
  }

  /** Whether it still listens to what the server says. */
  get isOpen(): boolean {
    return !this.#departure.hasBegun;
  }

  /** What compression has saved; undefined: nothing is compressed. */
  get compression(): CompressionCounts | undefined {
    return this.#compression.counts;
  }

  /**
   * Runs the handshake and the login.
   * @throws TunnelFailure with the first cause
   */
  login(onHandshake: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const failed: Closed = (error) => reject(new TunnelFailure(error, { cause: this.#firstError }));
      this.#closedListeners.add(failed);
      this.#client.once('handshake', onHandshake);
      this.#client.on('handshake', this.#adoptCiphers);
      this.#client.once('ready', () => {
        this.#closedListeners.delete(failed);
        this.#compression.adopt(this.#client);
        this.#watchLiveness();
        resolve();
      });
      try {
        this.#client.connect(this.#parts.config);
      } catch (error) {
        this.fail(error instanceof Error ? error : new Error(String(error)));
        return;
      }
      this.#parts.login.run(this.#client).catch((error: unknown) => {
        this.fail(error instanceof Error ? error : new Error(String(error)));
      });
      beforeWrite(this.#client, new Cork(this.#parts.transport).hold);
      offerWindow(this.#client, offeredWindow);
      onNewKeys(this.#client, () => this.#compression.adopt(this.#client));
      watchOffers(this.#client, (offers) => (this.#offers = offers));
      onServerDebug(this.#client, (message) => {
        this.#voice.say(`${this.#parts.who} says`, message);
        this.#remote.serverSaid(message);
        this.#commands.serverSaid(message);
      });
      this.#supervision = new Supervision(this.#client, {
        host: this.host,
        gate: this.gate,
        fail: (error) => this.fail(error),
        onGoodbye: () => this.#departure.leave(),
      });
      const window = ReceiveWindow.of(this.#parts.transport);
      if (window) {
        this.#parts.transport.on('data', ({ length }: Buffer) => window.passedOn(length));
      }
    });
  }

  /** Ends it with this cause, at once. */
  fail(error: Error): void {
    this.#heard(error);
    this.#departure.drop();
  }

  /** Calls back once when it has ended, in the same tick, before any channel of it hears of it. */
  onClosed(listener: Closed): Disposable {
    this.#closedListeners.add(listener);
    return { [Symbol.dispose]: () => this.#closedListeners.delete(listener) };
  }

  /**
   * Opens a connection from the server to a target (direct-tcpip, RFC 4254 §7.2; direct-streamlocal@openssh.com,
   * OpenSSH's PROTOCOL §2.4).
   *
   * Whoever reads the channel tells its ReceiveWindow what has been passed on.
   * @param origin who asked, as the server's log shows it
   * @throws TunnelFailure TargetRefused, TargetNotFound, TargetUnreachable, TargetNotPermitted, ForwardingDisabled,
   * ConnectionLost
   */
  async open(target: Address, origin: TcpAddress): Promise<ClientChannel> {
    try {
      const start = performance.now();
      return await openChannel(this.#client, target, origin, (channel) => {
        this.#tookTrip(start);
        new ReceiveWindow(channel, () => this.#roundTrip);
      });
    } catch (error) {
      const raw = error instanceof Error ? error : new Error(String(error));
      const cause = this.#end ?? explainOpenFailure(raw, target, this.host.hostName);
      throw new TunnelFailure(cause, { cause: raw });
    }
  }

  /** Runs commands on the server. */
  get commands(): RemoteCommands {
    return this.#commands;
  }

  /**
   * Asks the server to listen, and hears of those who connect there (RFC 4254 §7.1; OpenSSH's PROTOCOL §2.4).
   * @throws TunnelFailure RemoteListenRefused, ForwardingDisabled, ConnectionLost
   */
  async listen(where: Listen, onVisitor: (visitor: Visitor) => void): Promise<RemoteListener> {
    const start = performance.now();
    const listener = await this.#remote.listen(where, onVisitor);
    this.#tookTrip(start);
    return listener;
  }

  /** The machine has slept, or its network has changed: the server has 3 s to show that it is still there. */
  probe(): void {
    this.#liveness?.probe(probeLimit);
  }

  /** Says goodbye to the server and closes the connection; at once where it is not listened to. */
  async close(): Promise<void> {
    if (this.#end) {
      return;
    }
    await new Promise<void>((resolve) => {
      this.onClosed(() => resolve());
      this.#client.end();
      this.#departure.leave();
    });
  }

  /** Removes a socket that the server has listened on for us. @throws Error where that can't be */
  removeSocket(path: string): Promise<void> {
    return removeSocket(this.#client, path);
  }

  #tookTrip(start: number): void {
    this.#roundTrip = Math.min(this.#roundTrip, performance.now() - start);
  }

  /** At the end of each key exchange: the first, and those that renew the keys. */
  readonly #adoptCiphers = (): void => {
    makeCipherLean(this.#client);
    const reads = BigReads.of(this.#parts.transport);
    if (reads) {
      reads.reuse = receivesByGcm(this.#client);
    }
  };

  #watchLiveness(): void {
    const liveness = new Liveness({
      ...this.#parts.keepAlive,
      now: () => performance.now(),
      ping: () => ping(this.#client),
      onDead: (silence) => this.fail(new TunnelFailure(keepAliveTimeout(this.host.hostName, silence))),
    });
    this.#liveness = liveness;
    this.#parts.transport.on('data', liveness.sawLife);
  }

  #heard(error: Error): void {
    this.#firstError ??= error;
  }

  #closed(): void {
    if (this.#end) {
      return;
    }
    this.#departure.end();
    this.#liveness?.[Symbol.dispose]();
    this.#supervision?.[Symbol.dispose]();
    const { host, who, login, isAsking } = this.#parts;
    const end = explainEnd({
      host,
      who,
      raw: this.#firstError,
      greeting: this.#supervision?.greeting ?? '',
      identified: this.#supervision?.isIdentified ?? false,
      asking: isAsking(),
      offers: this.#offers,
      tried: login.tried,
    });
    this.#end = end;
    this.#remote.sessionEnded();
    this.#commands.sessionEnded();
    const listeners = [...this.#closedListeners];
    this.#closedListeners.clear();
    for (const listener of listeners) {
      listener(end);
    }
  }
}

/** The channel has its ReceiveWindow made in the tick in which it comes, or ssh2 goes on minding its own. @throws Error */
export function openChannel(
  client: Client,
  target: Address,
  origin: TcpAddress,
  onOpen: (channel: ClientChannel) => void,
): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    const opened = (error: Error | undefined, channel: ClientChannel): void => {
      if (error) {
        reject(error);
      } else {
        onOpen(channel);
        resolve(channel);
      }
    };
    // ssh2 throws where the connection has gone.
    if (isSocketPath(target)) {
      client.openssh_forwardOutStreamLocal(target.path, opened);
    } else {
      client.forwardOut(origin.host, origin.port, target.host, target.port, opened);
    }
  });
}
