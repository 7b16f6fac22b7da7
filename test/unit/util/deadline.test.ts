// A time-out that stands still while a person thinks. By a fake clock.
import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { Deadline } from '../../../src/tunnels/util/deadline';

let clock = 0;
const now = (): number => clock;

function pass(milliseconds: number): void {
  for (let i = 0; i < milliseconds; i++) {
    clock++;
    mock.timers.tick(1);
  }
}

describe('by a fake clock', () => {
  beforeEach(() => {
    clock = 1000;
    mock.timers.enable({ apis: ['setTimeout', 'setInterval'] });
  });
  afterEach(() => mock.timers.reset());

  describe('a deadline', () => {
    function watch(): { deadline: Deadline; expired: () => boolean } {
      let expired = false;
      const deadline = new Deadline(30, () => (expired = true), now);
      return { deadline, expired: () => expired };
    }

    it('expires when its time has come', () => {
      const { expired } = watch();
      pass(29);
      assert.equal(expired(), false);
      pass(1);
      assert.equal(expired(), true);
    });

    it('does not expire while it is held, and goes on with what was left', () => {
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

    it('is silent once disposed of', () => {
      const { deadline, expired } = watch();
      deadline[Symbol.dispose]();
      pass(100);
      assert.equal(expired(), false);
    });

    it('is not begun again once disposed of, when a question ends after all', () => {
      const { deadline, expired } = watch();
      deadline.pause();
      deadline[Symbol.dispose]();
      deadline.resume();
      pass(100);
      assert.equal(expired(), false);
    });
  });
});
