// What a host that could not start tells by its exit code.
import assert from 'node:assert/strict';
import { lstatSync } from 'node:fs';
import { describe, it } from 'mocha';
import { exitCodeOf, explainExit } from '../../../../src/tunnels/daemon/client/exitCode';

describe('the exit code of a daemon', () => {
  it("carries the system's error", () => {
    try {
      lstatSync('/nowhere/at/all');
      assert.fail('it is there');
    } catch (error) {
      const code = exitCodeOf(error);
      assert.ok(code > 1 && code < 256);
      assert.equal(explainExit(code), 'ENOENT: no such file or directory');
    }
  });

  for (const [name, error] of [
    ['of ours', new Error('ours')],
    ['that is none', 'text'],
    ['with a number that does not fit', Object.assign(new Error('x'), { errno: -4055 })],
  ] as const) {
    it(`says no more than that of an error ${name}`, () => {
      assert.equal(exitCodeOf(error), 1);
      assert.equal(explainExit(1), 'it ended with code 1');
    });
  }
});
