// Detects a connection that is dead but not closed (ServerAliveInterval, ServerAliveCountMax of ssh_config(5)). Any
// received byte counts as a sign of life. After an interval of silence, the server is pinged; after too many unanswered
// pings, the connection is given up. After a sleep or a network change, the server is pinged at once, with a short
// time-out.
import type { Log } from '../../util/log';

export interface LivenessOptions {
  /** Seconds. 0: never ping. */
  readonly interval: number;
  readonly countMax: number;
  /** Milliseconds since any fixed time. */
  readonly now: () => number;
  readonly ping: (onAnswer: () => void) => void;
  readonly log: Log;
  readonly onDead: (silence: Silence) => void;
}

/** A silence that has ended a connection. */
export interface Silence {
  /** Since the last received byte. */
  readonly seconds: number;
  /** The server has not answered any ping. Few servers never do, among them the sample server of libssh. */
  readonly neverAnswered: boolean;
}

export class Liveness implements Disposable {
  readonly #options: LivenessOptions;
  #timer: NodeJS.Timeout | undefined;
  #probe: NodeJS.Timeout | undefined;
  /** During a probe: whether data that arrives now was sent after the event. */
  #isFresh = false;
  #lastByte: number;
  #unanswered = 0;
  #neverAnswered = true;
  #isOver = false;

  constructor(options: LivenessOptions) {
    this.#options = options;
    this.#lastByte = options.now();
    if (options.interval > 0) {
      this.#checkIn(options.interval);
    }
  }

  /** Call it for each piece of data received. */
  readonly onData = (): void => {
    this.#lastByte = this.#options.now();
    this.#unanswered = 0;
    if (this.#isFresh) {
      this.#isFresh = false;
      clearTimeout(this.#probe);
      this.#probe = undefined;
    }
  };

  /** Call it after an event that often breaks connections, such as a sleep. The server must answer within the time-out. */
  probe(timeoutMs: number): void {
    if (this.#isOver || this.#probe) {
      return;
    }
    // The first data may have arrived before the event and only waited to be read: it doesn't count.
    const settlingMs = timeoutMs / 3;
    this.#probe = setTimeout(() => {
      this.#isFresh = true;
      this.#probe = setTimeout(() => this.#giveUp(), timeoutMs - settlingMs);
      this.#ping();
    }, settlingMs);
    this.#ping();
  }

  #ping(): void {
    const { now, ping, log } = this.#options;
    log.trace(`Keep-alive after ${Math.round((now() - this.#lastByte) / 1000)} s of silence`);
    ping(() => (this.#neverAnswered = false));
  }

  /** Counts from the last byte. A fixed period would delay the detection by up to one interval. */
  #checkIn(seconds: number): void {
    this.#timer = setTimeout(() => this.#check(), seconds * 1000);
  }

  #check(): void {
    const { interval, countMax, now } = this.#options;
    const silence = (now() - this.#lastByte) / 1000;
    // Timers sometimes fire a millisecond early.
    if (silence < interval - 0.05) {
      this.#checkIn(interval - silence);
      return;
    }
    if (this.#unanswered >= countMax) {
      this.#checkIn(interval);
      this.#giveUp();
      return;
    }
    this.#unanswered++;
    this.#checkIn(interval);
    this.#ping();
  }

  /** First lets data be read that arrived while this process itself was blocked: timers run before sockets. */
  #giveUp(): void {
    const lastByte = this.#lastByte;
    setImmediate(() => {
      if (!this.#isOver && this.#lastByte === lastByte) {
        this[Symbol.dispose]();
        const seconds = Math.round((this.#options.now() - lastByte) / 1000);
        this.#options.onDead({ seconds, neverAnswered: this.#neverAnswered });
      }
    });
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#probe);
  }
}
