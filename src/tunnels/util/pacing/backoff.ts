// Exponential backoff: a timer for automatic retries, whose delay grows with each attempt.
import { maxTimerSeconds } from '../timeOuts';

const firstDelayMs = 500;
const shortestDelayMs = 400;
const jitter = 0.2;

/**
 * Milliseconds to wait after failed attempt number `attempt` (from 1): 0.5 s, doubling up to `maxDelay` seconds, with
 * a jitter of 20 % so that many tunnels don't connect at the same moment. At most `maxDelay`, but at least 0.4 s even
 * if `maxDelay` is smaller. `random` returns a number from 0 to 1.
 */
export function retryDelayMs(attempt: number, maxDelay: number, random: () => number): number {
  const longest = Math.max(shortestDelayMs, Math.min(maxDelay, maxTimerSeconds) * 1000);
  const steady = Math.min(firstDelayMs * 2 ** (Math.max(1, attempt) - 1), longest);
  const spread = steady * (1 - jitter + 2 * jitter * random());
  return Math.round(Math.min(longest, Math.max(shortestDelayMs, spread)));
}

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
