// A supply that a stranger may use up only so fast: it fills up again with time.

export interface AllowanceSize {
  /** When it is full. */
  readonly most: number;
  readonly perSecond: number;
}

export class Allowance {
  readonly #size: AllowanceSize;
  readonly #now: () => number;
  #left: number;
  #since: number;

  /** @param now milliseconds, from any beginning */
  constructor(size: AllowanceSize, now: () => number = () => performance.now()) {
    this.#size = size;
    this.#now = now;
    this.#left = size.most;
    this.#since = now();
  }

  /** @returns false where nothing is left */
  take(): boolean {
    const now = this.#now();
    this.give(((now - this.#since) / 1000) * this.#size.perSecond);
    this.#since = now;
    if (this.#left < 1) {
      return false;
    }
    this.#left--;
    return true;
  }

  /** As `take`, but the time that has passed brings nothing. */
  takeWhileStalled(): boolean {
    this.#since = this.#now();
    return this.take();
  }

  give(amount: number): void {
    this.#left = Math.min(this.#size.most, this.#left + amount);
  }
}
