// What the exit code of a daemon that could not start says.
import assert from 'node:assert/strict';
import { lstatSync } from 'node:fs';
import { describe, it } from 'mocha';
import { exitCodeOf, explainExit } from '../../../../src/tunnels/daemon/endpoint/exitCode';

describe('the exit code of the daemon', () => {
  it('names the system error that ended it', () => {
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
    ['an error without a number', new Error('ours')],
    ['a thrown text', 'text'],
    ['an error whose number does not fit', Object.assign(new Error('x'), { errno: -4055 })],
  ] as const) {
    it(`is 1 for ${name}`, () => {
      assert.equal(exitCodeOf(error), 1);
      assert.equal(explainExit(1), 'The daemon exited with code 1.');
    });
  }
});
