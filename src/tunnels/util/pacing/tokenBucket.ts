// A token bucket: limits how often an untrusted peer may do something. It refills over time.

export interface TokenBucketSize {
  /** Tokens when full. */
  readonly most: number;
  /** Tokens that are added per second. */
  readonly perSecond: number;
}

export class TokenBucket {
  readonly #size: TokenBucketSize;
  readonly #now: () => number;
  #left: number;
  #since: number;

  /** @param now a clock in milliseconds */
  constructor(size: TokenBucketSize, now: () => number = () => performance.now()) {
    this.#size = size;
    this.#now = now;
    this.#left = size.most;
    this.#since = now();
  }

  /** Takes a token. @returns false if none is left */
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

  /** As `take`, but the time since the last call adds no tokens. */
  takeWhileStalled(): boolean {
    this.#since = this.#now();
    return this.take();
  }

  give(amount: number): void {
    this.#left = Math.min(this.#size.most, this.#left + amount);
  }
}
