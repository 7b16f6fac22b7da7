// The automatic retries of a tunnel, or of its failed forwards: the delay grows with each attempt.
import { retryDelayMs } from '../../util/backoff';

export class RetryTimer {
  /** Seconds. */
  readonly #maxDelay: number;
  #timer: NodeJS.Timeout | undefined;
  #uncountedAttempts = 0;

  /** @param maxDelay in seconds */
  constructor(maxDelay: number) {
    this.#maxDelay = maxDelay;
  }

  /**
   * Schedules the next attempt, in place of one that is scheduled already.
   * @param attempt the number of the failed attempt, from 1
   * @returns milliseconds until then
   */
  schedule(attempt: number, retry: () => void): number {
    this.cancel();
    const delayMs = retryDelayMs(attempt - this.#uncountedAttempts, this.#maxDelay, Math.random);
    this.#timer = setTimeout(retry, delayMs);
    return delayMs;
  }

  cancel(): void {
    clearTimeout(this.#timer);
  }

  /** Leaves the first attempts out of the count, so that the delays are short again. */
  startOverAfter(attempts: number): void {
    this.#uncountedAttempts = attempts;
  }
}
