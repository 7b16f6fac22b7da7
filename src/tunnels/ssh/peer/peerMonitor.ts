// Monitors the server's side of a connection: its identification line, its messages, and the duration of a rekey.
import type { Client } from 'ssh2';
import { TunnelFailure } from '../../errors/errors';
import { connectionLost } from '../../errors/ssh/connectionLost';
import { onNewKeys } from '../transport/ssh2Internals';
import type { HostConfig } from '../config/hostConfig';
import type { SendBackpressure } from '../transport/sendBackpressure';
import { readDisconnect } from './disconnectMessage';
import type { DisconnectMessage } from './disconnectMessage';
import { Identification } from './identification';
import { connectionFacts, interceptIdentification, filterMessages } from './interceptMessages';
import { message } from './messageNumbers';
import { ProtocolGuard } from './protocolGuard';
import { elapsed } from '../../util/log';
import type { Log } from '../../util/log';
import { printable } from '../../util/untrustedText';

/** How long the server may take to finish a rekey. */
const rekeyTimeoutMs = 30_000;

export interface PeerMonitorOptions {
  readonly host: Pick<HostConfig, 'hostName' | 'port'>;
  readonly gate: SendBackpressure;
  readonly log: Log;
  /** Ends the connection. */
  readonly fail: (error: Error) => void;
  /** Called when the server has sent a disconnect message. */
  readonly onDisconnect: (disconnect: DisconnectMessage) => void;
}

export class PeerMonitor implements Disposable {
  readonly #guard: ProtocolGuard;
  readonly #identification: Identification;
  #rekeyTimer: NodeJS.Timeout | undefined;
  /** When the server began the current key exchange. */
  #exchangeStart = 0;

  /** @param client that has begun to connect, and has received nothing yet */
  constructor(client: Client, { host, gate, log, fail, onDisconnect }: PeerMonitorOptions) {
    const { hostName, port } = host;
    const identification = new Identification({ host: hostName, port });
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
      }
      return complete;
    });
    filterMessages(client, (bytes) => {
      const passes = guard.check(bytes);
      if (bytes[0] === message.kexInit && passes) {
        // During a rekey, ssh2 queues what is sent, without any limit.
        gate.hold();
        this.#exchangeStart = performance.now();
        clearTimeout(this.#rekeyTimer);
        this.#rekeyTimer = setTimeout(() => fail(rekeyTimeout(hostName)), rekeyTimeoutMs);
      } else if (bytes[0] === message.disconnect && passes) {
        onDisconnect(readDisconnect(bytes));
      }
      return passes;
    });
    onNewKeys(client, () => {
      guard.newKeys();
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
    this.#endRekey();
  }
}

function rekeyTimeout(hostName: string): TunnelFailure {
  return new TunnelFailure(
    connectionLost(
      hostName,
      `the server started a rekey and did not finish it within ${rekeyTimeoutMs / 1000} s`,
    ),
  );
}
