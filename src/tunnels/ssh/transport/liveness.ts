// Notices a link that has died without a word: any received byte counts as life; after an interval of silence the
// server is pinged, and after so many unanswered pings the link is given up (ServerAliveInterval, ServerAliveCountMax
// of ssh_config(5)). After a sleep or a change of the network it is pinged at once, and has little time.

export interface LivenessOptions {
  /** Seconds; 0: never ping. */
  readonly interval: number;
  readonly countMax: number;
  /** Milliseconds, from any beginning. */
  readonly now: () => number;
  readonly ping: () => void;
  /** @param silence seconds since the last byte */
  readonly onDead: (silence: number) => void;
}

export class Liveness implements Disposable {
  readonly #options: LivenessOptions;
  #timer: NodeJS.Timeout | undefined;
  #probe: NodeJS.Timeout | undefined;
  /** While it is probed: whether what comes now has come after what happened. */
  #isFresh = false;
  #lastByte: number;
  #unanswered = 0;
  #over = false;

  constructor(options: LivenessOptions) {
    this.#options = options;
    this.#lastByte = options.now();
    if (options.interval > 0) {
      this.#checkIn(options.interval);
    }
  }

  /** To be called for every piece of data received. */
  readonly sawLife = (): void => {
    this.#lastByte = this.#options.now();
    this.#unanswered = 0;
    if (this.#isFresh) {
      this.#isFresh = false;
      clearTimeout(this.#probe);
      this.#probe = undefined;
    }
  };

  /** Something has happened that few links survive: it has so long to show that it did (milliseconds). */
  probe(limit: number): void {
    if (this.#over || this.#probe) {
      return;
    }
    // What is read at first may have come before that, and only waited to be read: it tells nothing.
    const settling = limit / 3;
    this.#probe = setTimeout(() => {
      this.#isFresh = true;
      this.#probe = setTimeout(() => this.#giveUp(), limit - settling);
      this.#options.ping();
    }, settling);
    this.#options.ping();
  }

  /** Counted from the last byte rather than by a steady beat, which would add up to an interval. */
  #checkIn(seconds: number): void {
    this.#timer = setTimeout(() => this.#check(), seconds * 1000);
  }

  #check(): void {
    const { interval, countMax, now, ping } = this.#options;
    const silence = (now() - this.#lastByte) / 1000;
    // Timers are early by a millisecond now and then.
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
    ping();
  }

  /** But first reads what came while this process stood still itself: timers are served before sockets. */
  #giveUp(): void {
    const lastByte = this.#lastByte;
    setImmediate(() => {
      if (!this.#over && this.#lastByte === lastByte) {
        this[Symbol.dispose]();
        this.#options.onDead(Math.round((this.#options.now() - lastByte) / 1000));
      }
    });
  }

  [Symbol.dispose](): void {
    this.#over = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#probe);
  }
}
