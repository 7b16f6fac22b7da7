// A time-out that is paused while the user answers a prompt. By a fake clock.
import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { Deadline } from '../../../src/tunnels/util/timeOuts';

let clock = 0;
const now = (): number => clock;

function pass(milliseconds: number): void {
  for (let i = 0; i < milliseconds; i++) {
    clock++;
    mock.timers.tick(1);
  }
}

describe('a deadline', () => {
  beforeEach(() => {
    clock = 1000;
    mock.timers.enable({ apis: ['setTimeout', 'setInterval'] });
  });
  afterEach(() => mock.timers.reset());

  function watch(): { deadline: Deadline; expired: () => boolean } {
    let expired = false;
    const deadline = new Deadline(30, () => (expired = true), now);
    return { deadline, expired: () => expired };
  }

  it('expires after its time', () => {
    const { expired } = watch();
    pass(29);
    assert.equal(expired(), false);
    pass(1);
    assert.equal(expired(), true);
  });

  it('does not expire while it is paused, and goes on with the time that was left', () => {
    const { deadline, expired } = watch();
    pass(20);
    deadline.pause();
    pass(1000);
    deadline.resume();
    pass(9);
    assert.equal(expired(), false);
    pass(1);
    assert.equal(expired(), true);
  });

  it('says how much time is left, while it runs and while it is paused', () => {
    const { deadline } = watch();
    assert.equal(deadline.leftMs, 30);
    pass(10);
    assert.equal(deadline.leftMs, 20);
    deadline.pause();
    pass(100);
    assert.equal(deadline.leftMs, 20);
  });

  it('never expires with an infinite time', () => {
    let expired = false;
    const deadline = new Deadline(Infinity, () => (expired = true), now);
    deadline.pause();
    deadline.resume();
    pass(100);
    assert.deepEqual([expired, deadline.leftMs], [false, Infinity]);
  });

  it('does not expire after it is disposed of', () => {
    const { deadline, expired } = watch();
    deadline[Symbol.dispose]();
    pass(100);
    assert.equal(expired(), false);
  });

  it('does not start again when it is resumed after it was disposed of', () => {
    const { deadline, expired } = watch();
    deadline.pause();
    deadline[Symbol.dispose]();
    deadline.resume();
    pass(100);
    assert.equal(expired(), false);
  });
});
