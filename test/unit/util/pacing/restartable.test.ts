// Work that is done anew whenever what it works on changes.
import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { Restartable } from '../../../../src/tunnels/util/pacing/restartable';
import { atOnce, Slices } from '../../../../src/tunnels/util/pacing/slices';
import type { Steps } from '../../../../src/tunnels/util/pacing/slices';

describe('work that is restarted', () => {
  it('ends the run that is outdated, and does the newest of several requests once', async () => {
    const log: string[] = [];
    let runs = 0;
    const work = new Restartable(
      async (signal) => {
        const run = ++runs;
        log.push(`begins ${run}`);
        await nextTurn();
        signal.throwIfAborted();
        log.push(`ends ${run}`);
      },
      () => log.push('error'),
    );
    work.request();
    await Promise.resolve();
    work.request();
    work.request();
    await work.settled();
    assert.deepEqual(log, ['begins 1', 'begins 2', 'ends 2']);
    work.request();
    await work.settled();
    assert.deepEqual(log.slice(3), ['begins 3', 'ends 3']);
  });

  it('ends although the changes never do', async () => {
    let [ended, aborted] = [0, 0];
    const work = new Restartable(
      async (signal) => {
        for (let turn = 0; turn < 3; turn++) {
          await nextTurn();
        }
        aborted += signal.aborted ? 1 : 0;
        signal.throwIfAborted();
        ended++;
      },
      () => assert.fail('an error'),
    );
    while (ended === 0) {
      work.request();
      await nextTurn();
    }
    assert.ok(aborted > 0, 'no run was ended');
  });

  it('reports a fault, and goes on with the next request', async () => {
    const errors: unknown[] = [];
    let isBroken = true;
    const work = new Restartable(
      () => (isBroken ? Promise.reject(new Error('out of order')) : Promise.resolve()),
      (error) => errors.push(String(error)),
    );
    work.request();
    await work.settled();
    isBroken = false;
    work.request();
    await work.settled();
    assert.deepEqual(errors, ['Error: out of order']);
  });

  it('does nothing after it was disposed of', async () => {
    let runs = 0;
    const work = new Restartable(
      () => Promise.resolve(void runs++),
      () => undefined,
    );
    work.request();
    work.dispose();
    await work.settled();
    assert.equal(runs, 0);
  });
});

describe('work in slices', () => {
  function* count(to: number, milliseconds: number): Steps<number> {
    for (let step = 0; step < to; step++) {
      const end = performance.now() + milliseconds;
      while (performance.now() < end) {
        // Busy.
      }
      yield;
    }
    return to;
  }

  it('gives others a turn in between', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    assert.equal(await new Slices().run(count(20, 4)), 20);
    clearInterval(timer);
    assert.ok(turns >= 5, `${turns} turns`);
    assert.equal(atOnce(count(3, 0)), 3);
  });
});
