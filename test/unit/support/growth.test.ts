// The helper that tells linear work from quadratic.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { assertLinear } from '../../support/growth';

describe('the growth of work', () => {
  let sum = 0;
  const loop = (times: number): void => {
    for (let i = 0; i < times; i++) {
      sum = (sum + i) % 1009;
    }
  };

  it('is linear where every step costs the same', () => {
    assertLinear(40_000, (size) => size, loop);
  });

  it('is linear where nothing depends on the input', () => {
    assertLinear(
      40_000,
      (size) => size,
      () => loop(1000),
    );
  });

  it('is not linear where every step goes through all steps before it', () => {
    const quadratic = (size: number): void => {
      for (let i = 0; i < size; i++) {
        loop(i);
      }
    };
    assert.throws(
      () => assertLinear(10_000, (size) => size, quadratic),
      /^Error: sixteen times the input takes \d+\.\d times as long$/,
    );
  });

  it('is not linear where a pattern tries every end for every beginning', () => {
    assert.throws(() =>
      assertLinear(
        10_000,
        (size) => 'a'.repeat(size),
        (text) => /a+b/.test(text),
      ),
    );
  });
});
