// Time-outs and timers.

/** A time-out that can be paused, for example while a question to the user is open. */
export class Deadline implements Disposable {
  readonly #expired: () => void;
  readonly #now: () => number;
  #timer: NodeJS.Timeout | undefined;
  #startedAt = 0;
  #leftMs: number;
  #isOver = false;

  /** @param timeoutMs Infinity: it never expires */
  constructor(timeoutMs: number, expired: () => void, now: () => number = () => performance.now()) {
    this.#now = now;
    this.#leftMs = timeoutMs;
    this.#expired = expired;
    this.resume();
  }

  /** Milliseconds. */
  get leftMs(): number {
    return Math.max(0, this.#timer ? this.#leftMs - (this.#now() - this.#startedAt) : this.#leftMs);
  }

  /** Starts again with this time. */
  restart(timeoutMs: number): void {
    this.pause();
    this.#leftMs = timeoutMs;
    this.resume();
  }

  pause(): void {
    if (this.#timer) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#leftMs -= this.#now() - this.#startedAt;
    }
  }

  resume(): void {
    if (!this.#timer && !this.#isOver && this.#leftMs < Infinity) {
      this.#startedAt = this.#now();
      this.#timer = setTimeout(this.#expired, Math.max(0, this.#leftMs));
    }
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

/** The longest time of a Node timer in seconds (2^31 - 1 ms). With more, it fires at once. */
export const maxTimerSeconds = 2_147_483;

/** Starts a timer; the returned function cancels it. */
export type Schedule = (action: () => void, delayMs: number) => () => void;

export const scheduleTimeout: Schedule = (action, delayMs) => {
  const timer = setTimeout(action, delayMs);
  return () => clearTimeout(timer);
};
