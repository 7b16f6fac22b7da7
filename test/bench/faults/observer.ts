// What one contender's clients see of a fault: an open connection, a download, and new connections.
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { openEchoConnection, download } from '../../support/faults/trafficChecks';
import type { EchoConnection, Download } from '../../support/faults/trafficChecks';
import type { FaultContender, FaultContenderName } from './faultContender';

const connectIntervalMs = 100;
const endings = { reset: 'reset', end: 'clean end' } as const;

/** 'none': there was no open connection, or it can't show how it ended. */
export type Ending = 'goes on' | 'reset' | 'clean end' | 'hangs' | 'none';

/** By performance.now(). */
export interface Moments {
  readonly startedAt: number;
  readonly endedAt: number;
  /** Seconds to wait after the end of the fault. */
  readonly waitSeconds: number;
}

export interface Observation {
  /** Seconds until the open connection was ended; undefined: it wasn't. */
  readonly noticed: number | undefined;
  /** Seconds from the end of the fault until a new connection was served; Infinity: not within the waiting time. */
  readonly usable: number;
  readonly ending: Ending;
  /** An interrupted download looked complete to its program. */
  readonly halfTakenForWhole: boolean;
  /** A new connection was refused: the port wasn't held. */
  readonly refused: boolean;
  readonly asked: boolean;
}

/** What each contender's observer has seen of a fault, one observation for each round. */
export type Observations = ReadonlyMap<FaultContenderName, readonly Observation[]>;

export class Observer {
  readonly contender: FaultContender;
  readonly #where: number | string;
  #talk: EchoConnection | undefined;
  #file: Download | undefined;
  #connecting: NodeJS.Timeout | undefined;
  readonly #newConnections = new Set<Socket>();
  #servedAt: number | undefined;
  #refused = false;

  constructor(contender: FaultContender, remote: boolean) {
    this.contender = contender;
    this.#where = remote ? (contender.remote ?? NaN) : contender.echo;
  }

  /** Waits until the tunnel is up, and starts using it. */
  async begin(seconds: number): Promise<void> {
    for (const end = performance.now() + seconds * 1000; ;) {
      try {
        this.#talk = await openEchoConnection(this.#where);
        break;
      } catch (error) {
        if (performance.now() > end) {
          throw new Error(`${this.contender.name} did not come up`, { cause: error });
        }
        await sleep(50);
      }
    }
    if (this.contender.trickle !== undefined && this.#where !== this.contender.remote) {
      this.#file = await download(this.contender.trickle);
    }
  }

  /** The fault has started: from now on connects again and again, until one connection is served. */
  startConnecting(): void {
    this.#connecting = setInterval(() => this.#tryConnection(), connectIntervalMs);
  }

  async see({ startedAt, endedAt, waitSeconds }: Moments): Promise<Observation> {
    const end = endedAt + waitSeconds * 1000;
    const ending = await this.#watchEnding(end);
    while (this.#servedAt === undefined && !this.contender.isOver() && performance.now() < end) {
      await sleep(20);
    }
    // Its last bytes may still be on their way.
    await sleep(500);
    const ended = this.#talk?.isOpen === false ? await this.#talk.endedAt : undefined;
    const code = await Promise.race([this.#file?.code, sleep(500)]);
    return {
      noticed: ended === undefined ? undefined : (ended - startedAt) / 1000,
      usable: this.#servedAt === undefined ? Infinity : Math.max(0, this.#servedAt - endedAt) / 1000,
      ending,
      halfTakenForWhole: code === 0,
      // A tunnel that has never been up isn't expected to listen.
      refused: this.#refused && this.#talk !== undefined,
      asked: this.contender.hasAsked(),
    };
  }

  dispose(): void {
    clearInterval(this.#connecting);
    this.#newConnections.forEach((socket) => socket.destroy());
    this.#talk?.[Symbol.dispose]();
    this.#file?.[Symbol.dispose]();
  }

  async #watchEnding(end: number): Promise<Ending> {
    const talk = this.#talk;
    if (!talk) {
      return 'none';
    }
    const tooLate = new Promise<'hangs'>((resolve) =>
      setTimeout(() => resolve('hangs'), end - performance.now()),
    );
    // A Unix socket has no reset.
    const ended = talk.end.then((how) => (typeof this.#where === 'string' ? 'none' : endings[how]));
    const answered = talk.say('still there?').then((right) => (right ? 'goes on' : ended));
    return Promise.race([answered, tooLate]);
  }

  #tryConnection(): void {
    const socket = typeof this.#where === 'string' ? connect(this.#where) : connect(this.#where, '127.0.0.1');
    this.#newConnections.add(socket);
    socket.on('close', () => this.#newConnections.delete(socket));
    socket.on('error', ({ code }: NodeJS.ErrnoException) => {
      this.#refused ||= code === 'ECONNREFUSED' || code === 'ENOENT';
    });
    socket.once('data', () => {
      this.#servedAt ??= performance.now();
      clearInterval(this.#connecting);
      socket.destroy();
    });
    socket.write('!');
  }
}
