// One direction of a connection through a FaultyLink: its bytes on their way, and its end after them.
import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';

/** Bytes. Small, so that a slow link is slow all the time and not fast now and then. */
const piece = 2048;
/** Bytes on their way before the sender has to wait. */
const most = 64 * 1024;

interface Pace {
  readonly bytesPerSecond: number;
  readonly delay: number;
}

interface OnItsWay {
  readonly due: number;
  /** undefined: the end */
  readonly data: Buffer | undefined;
}

export class Wire {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #pace: Pace;
  readonly #queue: OnItsWay[] = [];
  #waiting = 0;
  /** When the wire can take the next byte. */
  #free = 0;
  #timer: NodeJS.Timeout | undefined;
  #held = false;
  #cut = false;

  constructor(from: Socket, to: Socket, pace: Pace) {
    this.#from = from;
    this.#to = to;
    this.#pace = pace;
    from.on('data', (data) => this.#take(data));
    from.on('end', () => this.#add(undefined));
    to.on('drain', () => this.#deliver());
  }

  set held(held: boolean) {
    this.#held = held;
    if (held) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#from.pause();
    } else {
      this.#deliver();
    }
  }

  /** From now on data is lost, and the sender doesn't notice. */
  cut(): void {
    this.#cut = true;
    clearTimeout(this.#timer);
    this.#queue.length = 0;
    this.#from.resume();
  }

  get isCut(): boolean {
    return this.#cut;
  }

  #take(data: Buffer): void {
    for (let at = 0; at < data.length; at += piece) {
      this.#add(data.subarray(at, at + piece));
    }
  }

  #add(data: Buffer | undefined): void {
    if (this.#cut) {
      return;
    }
    const { bytesPerSecond, delay } = this.#pace;
    const { length } = data ?? { length: 0 };
    this.#free = Math.max(performance.now(), this.#free) + (length / bytesPerSecond) * 1000;
    this.#queue.push({ due: this.#free + delay, data });
    this.#waiting += length;
    if (this.#waiting > most) {
      this.#from.pause();
    }
    this.#deliver();
  }

  #deliver(): void {
    if (this.#held || this.#cut || this.#timer) {
      return;
    }
    const now = performance.now();
    for (
      let next = this.#queue[0];
      next && next.due <= now && !this.#to.writableNeedDrain;
      next = this.#queue[0]
    ) {
      this.#queue.shift();
      this.#waiting -= next.data?.length ?? 0;
      if (next.data) {
        this.#to.write(next.data);
      } else {
        this.#to.end();
      }
    }
    const [next] = this.#queue;
    if (next && !this.#to.writableNeedDrain) {
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        this.#deliver();
      }, next.due - now);
    }
    if (this.#waiting <= most) {
      this.#from.resume();
    }
  }
}
