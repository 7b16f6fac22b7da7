// Reads that several callers share.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { shareReads } from '../../../../src/tunnels/util/pacing/sharedReads';

describe('a shared read', () => {
  it('serves all that asked before it began, and none that asked later', async () => {
    const pending: ((value: number) => void)[] = [];
    const read = shareReads(() => new Promise<number>((resolve) => pending.push(resolve)));
    const first = Promise.all([read(), read()]);
    await new Promise(setImmediate);
    assert.equal(pending.length, 1);
    const later = Promise.all([read(), read()]);
    await new Promise(setImmediate);
    assert.equal(pending.length, 1);
    pending[0]?.(1);
    assert.deepEqual(await first, [1, 1]);
    await new Promise(setImmediate);
    pending[1]?.(2);
    assert.deepEqual(await later, [2, 2]);
    assert.equal(pending.length, 2);
  });

  it('that fails does not keep the next one from running', async () => {
    let count = 0;
    const read = shareReads(() => (++count === 1 ? Promise.reject(new Error('no')) : Promise.resolve(count)));
    await assert.rejects(read());
    assert.equal(await read(), 2);
  });
});
