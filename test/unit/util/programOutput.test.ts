// A system program that doesn't end must not keep a port from being bound.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { outputOf } from '../../../src/tunnels/util/system/programOutput';

describe('the output of a system program', () => {
  it('is given up when the program ignores SIGTERM and has started others', async function () {
    if (process.platform === 'win32') {
      this.skip();
    }
    const script = "trap '' TERM; sleep 20 & while :; do sleep 0.1; done";
    assert.equal(await outputOf('/bin/sh', ['-c', script], 50), undefined);
  });

  it('is there for a program that ends with an error', async () => {
    assert.equal(await outputOf(process.execPath, ['-e', 'console.log(1);process.exitCode=1']), '1\n');
  });
});
