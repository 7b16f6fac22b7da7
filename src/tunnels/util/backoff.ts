// How long a tunnel waits before it tries again.
import { mostSeconds } from './timeSpan';

const first = 500;
const shortest = 400;
const jitter = 0.2;

/**
 * Milliseconds to wait after a failed attempt, counted from 1: half a second, doubling up to `maxDelay` seconds, each
 * time up to a fifth more or less so that many tunnels don't dial in step. Never above `maxDelay`, but never below
 * 0.4 s either, however small `maxDelay` is. `random` gives a number from 0 to 1.
 */
export function retryDelay(attempt: number, maxDelay: number, random: () => number): number {
  const longest = Math.max(shortest, Math.min(maxDelay, mostSeconds) * 1000);
  const steady = Math.min(first * 2 ** (Math.max(1, attempt) - 1), longest);
  const spread = steady * (1 - jitter + 2 * jitter * random());
  return Math.round(Math.min(longest, Math.max(shortest, spread)));
}
