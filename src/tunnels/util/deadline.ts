// A time-out that stands still while a person is asked something.

export class Deadline implements Disposable {
  readonly #expired: () => void;
  readonly #now: () => number;
  #timer: NodeJS.Timeout | undefined;
  #startedAt = 0;
  /** Milliseconds left. */
  #left: number;
  #isOver = false;

  constructor(milliseconds: number, expired: () => void, now: () => number = () => performance.now()) {
    this.#now = now;
    this.#left = milliseconds;
    this.#expired = expired;
    this.resume();
  }

  pause(): void {
    if (this.#timer) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#left -= this.#now() - this.#startedAt;
    }
  }

  resume(): void {
    if (!this.#timer && !this.#isOver) {
      this.#startedAt = this.#now();
      this.#timer = setTimeout(this.#expired, Math.max(0, this.#left));
    }
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
