// What the programs of one rider see of a fault: an open connection, a download, and those that come anew.
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { openEchoConnection, download } from '../../support/faults/trafficChecks';
import type { EchoConnection, Download } from '../../support/faults/trafficChecks';
import type { FaultContender } from './faultContender';

const visitInterval = 100;
const endings = { reset: 'reset', end: 'clean end' } as const;

/** 'none': there was no open connection, or none that can be told how it ended. */
export type Fate = 'goes on' | 'reset' | 'clean end' | 'hangs' | 'none';

/** By performance.now(). */
export interface Moments {
  readonly struckAt: number;
  readonly mendedAt: number;
  /** Seconds after the mending. */
  readonly patience: number;
}

export interface Observation {
  /** Seconds until the open connection was told; undefined: it was not. */
  readonly noticed: number | undefined;
  /** Seconds from the mending until somebody who came anew was served; Infinity: not within the patience. */
  readonly usable: number;
  readonly fate: Fate;
  /** A download that was cut short looked whole to its program. */
  readonly halfTakenForWhole: boolean;
  /** Somebody who came anew was refused: nobody held the port. */
  readonly refused: boolean;
  readonly asked: boolean;
}

export class Observer {
  readonly contender: FaultContender;
  readonly #where: number | string;
  #talk: EchoConnection | undefined;
  #file: Download | undefined;
  #visits: NodeJS.Timeout | undefined;
  readonly #visitors = new Set<Socket>();
  #servedAt: number | undefined;
  #refused = false;

  constructor(contender: FaultContender, remote: boolean) {
    this.contender = contender;
    this.#where = remote ? (contender.remote ?? NaN) : contender.echo;
  }

  /** Waits until the tunnel is up, and begins to use it. */
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

  /** The fault has struck: from now on somebody comes anew again and again, until one is served. */
  visit(): void {
    this.#visits = setInterval(() => this.#visit(), visitInterval);
  }

  async see({ struckAt, mendedAt, patience }: Moments): Promise<Observation> {
    const end = mendedAt + patience * 1000;
    const fate = await this.#learnFate(end);
    while (this.#servedAt === undefined && !this.contender.isOver() && performance.now() < end) {
      await sleep(20);
    }
    // What it has heard last may still be on its way.
    await sleep(500);
    const ended = this.#talk?.isOpen === false ? await this.#talk.endedAt : undefined;
    const code = await Promise.race([this.#file?.code, sleep(500)]);
    return {
      noticed: ended === undefined ? undefined : (ended - struckAt) / 1000,
      usable: this.#servedAt === undefined ? Infinity : Math.max(0, this.#servedAt - mendedAt) / 1000,
      fate,
      halfTakenForWhole: code === 0,
      // Of one that has never been up nobody expects it to listen.
      refused: this.#refused && this.#talk !== undefined,
      asked: this.contender.hasAsked(),
    };
  }

  dispose(): void {
    clearInterval(this.#visits);
    this.#visitors.forEach((socket) => socket.destroy());
    this.#talk?.[Symbol.dispose]();
    this.#file?.[Symbol.dispose]();
  }

  async #learnFate(end: number): Promise<Fate> {
    const talk = this.#talk;
    if (!talk) {
      return 'none';
    }
    const tooLate = new Promise<'hangs'>((resolve) =>
      setTimeout(() => resolve('hangs'), end - performance.now()),
    );
    // A Unix socket knows no reset.
    const ended = talk.end.then((how) => (typeof this.#where === 'string' ? 'none' : endings[how]));
    const answered = talk.say('still there?').then((right) => (right ? 'goes on' : ended));
    return Promise.race([answered, tooLate]);
  }

  #visit(): void {
    const socket = typeof this.#where === 'string' ? connect(this.#where) : connect(this.#where, '127.0.0.1');
    this.#visitors.add(socket);
    socket.on('close', () => this.#visitors.delete(socket));
    socket.on('error', ({ code }: NodeJS.ErrnoException) => {
      this.#refused ||= code === 'ECONNREFUSED' || code === 'ENOENT';
    });
    socket.once('data', () => {
      this.#servedAt ??= performance.now();
      clearInterval(this.#visits);
      socket.destroy();
    });
    socket.write('!');
  }
}
