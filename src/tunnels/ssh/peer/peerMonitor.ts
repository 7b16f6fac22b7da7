// Monitors the server's side of a connection: its identification line, its messages, and the duration of a rekey. Starts
// the rekeys that are due.
import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';
import { TunnelFailure } from '../../errors/errors';
import { connectionLost } from '../../errors/ssh/connectionLost';
import { RekeyLimits } from '../transport/ssh2/rekeyLimits';
import { onNewKeys, startRekey } from '../transport/keyExchange/keyExchange';
import { beforeWrite, onHostKeysProved } from '../transport/ssh2/ssh2Internals';
import type { HostKeyList } from '../transport/ssh2/ssh2Internals';
import type { HostConfig } from '../config/hostConfig';
import type { SendBackpressure } from '../transport/ssh2/sendBackpressure';
import { readDisconnect } from './disconnectMessage';
import type { DisconnectMessage } from './disconnectMessage';
import { Identification } from './identification';
import { connectionFacts, interceptIdentification, filterMessages } from './interceptMessages';
import { Fields, message } from './messageNumbers';
import { ProtocolGuard } from './protocolGuard';
import { elapsed } from '../../util/log';
import type { Log } from '../../util/log';
import { printable } from '../../util/untrustedText';

/** How long the server may take to finish a rekey; and before, to send anything after we have started one. */
const rekeyTimeoutMs = 30_000;

export interface PeerMonitorOptions {
  readonly host: Pick<HostConfig, 'alias' | 'hostName' | 'port' | 'rekeyLimit'>;
  readonly transport: Duplex;
  readonly gate: SendBackpressure;
  readonly log: Log;
  /** Ends the connection. */
  readonly fail: (error: Error) => void;
  /** What ssh2 has to see instead of a message SSH_MSG_KEXINIT: connectClient() returns it. */
  readonly kexInitForSsh2: (message: Buffer) => Buffer;
  /** Called with each message, before ssh2 handles it. */
  readonly onMessage: (bytes: Buffer) => void;
  /** Called when the server has identified itself as an SSH server. */
  readonly onIdentified: () => void;
  /** Called when the server has sent a disconnect message. */
  readonly onDisconnect: (disconnect: DisconnectMessage) => void;
  /** Called when the server has listed its host keys and answered for them. */
  readonly onHostKeys: (keys: HostKeyList) => void;
}

export class PeerMonitor implements Disposable {
  readonly #guard: ProtocolGuard;
  readonly #identification: Identification;
  readonly #rekeys: RekeyLimits;
  #rekeyTimer: NodeJS.Timeout | undefined;
  /** We have started a rekey, and the server has not answered yet. */
  #awaitsAnswer = false;
  /** When the current key exchange began. */
  #exchangeStart = 0;
  /** With those of types that ssh2 doesn't know. */
  #listedHostKeys: readonly Buffer[] = [];

  /** @param client that has begun to connect, and has received nothing yet */
  constructor(client: Client, options: PeerMonitorOptions) {
    const { host, transport, gate, log, fail, kexInitForSsh2, onMessage, onIdentified, onDisconnect } =
      options;
    const { onHostKeys } = options;
    const { alias, hostName, port, rekeyLimit } = host;
    const identification = new Identification({ name: alias, host: hostName, port });
    this.#identification = identification;
    const guard = new ProtocolGuard({
      hostName,
      connection: connectionFacts(client),
      isStalled: () => gate.closed,
    });
    this.#guard = guard;
    interceptIdentification(client, (data) => {
      const complete = identification.add(data);
      if (complete) {
        log.debug(`Server version: ${printable(complete.toString('latin1', 0, complete.indexOf('\n')))}`);
        onIdentified();
      }
      return complete;
    });
    const beginExchange = (): void => {
      // During a rekey, ssh2 queues what is sent, without any limit.
      gate.hold();
      this.#exchangeStart = performance.now();
      clearTimeout(this.#rekeyTimer);
      this.#rekeyTimer = setTimeout(() => fail(rekeyTimeout(hostName, this.#awaitsAnswer)), rekeyTimeoutMs);
    };
    this.#rekeys = new RekeyLimits({
      limit: rekeyLimit,
      onDue: () => gate.hold(),
      rekey: () => {
        if (startRekey(client)) {
          log.debug('Renewing the keys');
          this.#awaitsAnswer = true;
          guard.expectRekey();
          beginExchange();
        }
      },
    });
    beforeWrite(client, (bytes) => this.#rekeys.sent(bytes));
    transport.on('data', (data: Buffer) => this.#rekeys.received(data.length));
    client.once('ready', () => this.#rekeys.loggedIn());
    filterMessages(client, (bytes) => {
      const passes = guard.check(bytes);
      onMessage(bytes);
      if (bytes[0] === message.kexInit && passes) {
        this.#awaitsAnswer = false;
        beginExchange();
      } else if (this.#awaitsAnswer) {
        // What it sent before it saw our request may take long to arrive.
        this.#rekeyTimer?.refresh();
      }
      if (bytes[0] === message.disconnect && passes) {
        onDisconnect(readDisconnect(bytes));
      } else if (bytes[0] === message.globalRequest && passes) {
        this.#listedHostKeys = readHostKeyList(bytes) ?? this.#listedHostKeys;
      }
      return passes ? (bytes[0] === message.kexInit ? kexInitForSsh2(bytes) : bytes) : undefined;
    });
    onHostKeysProved(client, (proved) => onHostKeys({ listed: this.#listedHostKeys, proved }));
    onNewKeys(client, (negotiated) => {
      guard.newKeys();
      this.#rekeys.newKeys(negotiated);
      log.debug(`Key exchange finished (${elapsed(this.#exchangeStart)})`);
      this.#endRekey();
      // After the queued messages have been sent.
      queueMicrotask(() => gate.release());
    });
  }

  /** Whether the server has identified itself as an SSH server. */
  get isIdentified(): boolean {
    return this.#identification.isDone;
  }

  get greeting(): string {
    return this.#identification.greeting;
  }

  /** Call it when a channel that the server opened was expected: it doesn't count as overhead. */
  refundExpectedChannel(): void {
    this.#guard.refundExpectedChannel();
  }

  #endRekey(): void {
    clearTimeout(this.#rekeyTimer);
    this.#rekeyTimer = undefined;
  }

  [Symbol.dispose](): void {
    this.#rekeys[Symbol.dispose]();
    this.#endRekey();
  }
}

/** @returns undefined if it isn't `hostkeys-00@openssh.com` (OpenSSH's PROTOCOL §2.5) */
function readHostKeyList(request: Buffer): readonly Buffer[] | undefined {
  const fields = new Fields(request);
  if (fields.string()?.toString('latin1') !== 'hostkeys-00@openssh.com') {
    return undefined;
  }
  fields.byte(); // whether a reply is wanted
  const keys: Buffer[] = [];
  for (let key = fields.string(); key; key = fields.string()) {
    keys.push(Buffer.from(key));
  }
  return keys;
}

function rekeyTimeout(hostName: string, isUnanswered: boolean): TunnelFailure {
  const what = isUnanswered
    ? 'the server did not answer our request for new keys'
    : 'the server started a rekey and did not finish it';
  return new TunnelFailure(connectionLost(hostName, `${what} within ${rekeyTimeoutMs / 1000} s`));
}
