// How long a tunnel waits before the next attempt.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { retryDelayMs } from '../../../../src/tunnels/util/pacing/backoff';

describe('the delay before a retry', () => {
  const cases: readonly [attempt: number, maxDelay: number, random: number, delay: number][] = [
    [1, 30, 0.5, 500],
    [2, 30, 0.5, 1000],
    [3, 30, 0.5, 2000],
    [6, 30, 0.5, 16_000],
    [7, 30, 0.5, 30_000],
    [8, 30, 0.5, 30_000],
    [5000, 30, 0.5, 30_000],
    [1, 30, 0, 400],
    [1, 30, 1, 600],
    [3, 30, 0, 1600],
    [3, 30, 1, 2400],
    [7, 30, 0, 24_000],
    [7, 30, 1, 30_000],
    [0, 30, 0.5, 500],
    [4, 1, 1, 1000],
    [1, 0.5, 1, 500],
    [9, 0, 0, 400],
    [9, 0, 1, 400],
    // The longest time of a timer in Node: with a longer one it fires at once.
    [99, 3e9, 1, 2_147_483_000],
    [9, 0.1, 0.5, 400],
  ];
  for (const [attempt, maxDelay, random, delay] of cases) {
    it(`is ${delay} ms after attempt ${attempt}, with a maximum of ${maxDelay} s and the random number ${random}`, () =>
      assert.equal(
        retryDelayMs(attempt, maxDelay, () => random),
        delay,
      ));
  }

  it('is between 400 ms and the maximum after every attempt', () => {
    for (let attempt = 1; attempt <= 40; attempt++) {
      for (const random of [0, 0.1, 0.9, 0.999999]) {
        const delay = retryDelayMs(attempt, 10, () => random);
        assert.ok(delay >= 400 && delay <= 10_000, `${delay} ms after attempt ${attempt}`);
      }
    }
  });
});
