// Watches over a connection on behalf of its session: its first line, its messages, and how long new keys take.
import type { Client } from 'ssh2';
import { TunnelFailure } from '../../errors/errors';
import { connectionLost } from '../../errors/connect';
import { onNewKeys } from '../transport/ssh2Internals';
import type { ResolvedHost } from '../config/resolvedHost';
import type { SendGate } from '../transport/sendGate';
import { Identification } from './identification';
import { factsOf, identifyFirst, judgeMessages } from './interceptMessages';
import { message } from './messageNumbers';
import { PeerGuard } from './protocolGuard';

/** In which a server has to finish what it began, a key exchange: milliseconds. */
const rekeyTime = 30_000;

export interface SupervisionParts {
  readonly host: Pick<ResolvedHost, 'hostName' | 'port'>;
  readonly gate: SendGate;
  /** Ends the connection. */
  readonly fail: (error: Error) => void;
  /** The server has said goodbye, and has nothing more to say. */
  readonly onDisconnect: () => void;
}

export class Supervision implements Disposable {
  readonly #guard: PeerGuard;
  readonly #identification: Identification;
  #rekeyTimer: NodeJS.Timeout | undefined;

  /** @param client that has begun to connect, and has received nothing yet */
  constructor(client: Client, { host, gate, fail, onDisconnect }: SupervisionParts) {
    const { hostName, port } = host;
    const identification = new Identification({ host: hostName, port });
    this.#identification = identification;
    const guard = new PeerGuard({
      hostName,
      connection: factsOf(client),
      isStalled: () => gate.closed,
    });
    this.#guard = guard;
    identifyFirst(client, (data) => identification.add(data));
    judgeMessages(client, (bytes) => {
      const passes = guard.judge(bytes);
      if (bytes[0] === message.kexInit && passes) {
        // What is sent waits in ssh2 until there are new keys, where nothing bounds it.
        gate.hold();
        clearTimeout(this.#rekeyTimer);
        this.#rekeyTimer = setTimeout(() => fail(tooSlow(hostName)), rekeyTime);
      } else if (bytes[0] === message.disconnect && passes) {
        onDisconnect();
      }
      return passes;
    });
    onNewKeys(client, () => {
      guard.newKeys();
      this.#endRekey();
      // Once what has waited is sent.
      queueMicrotask(() => gate.release());
    });
  }

  /** Whether it said that it is an SSH server; and what it said before that. */
  get isIdentified(): boolean {
    return this.#identification.isDone;
  }

  get greeting(): string {
    return this.#identification.greeting;
  }

  /** A channel that the server has opened was asked for. */
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

function tooSlow(hostName: string): TunnelFailure {
  return new TunnelFailure(
    connectionLost(hostName, `it began to renew its keys, and was not done after ${rekeyTime / 1000} s`),
  );
}
