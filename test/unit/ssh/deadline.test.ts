// A time-out that stands still while a person thinks; and the notice of a dead link. By a fake clock.
import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { Deadline } from '../../../src/tunnels/ssh/deadline';
import { Liveness } from '../../../src/tunnels/ssh/liveness';

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
  });

  describe('liveness', () => {
    function watch(countMax: number): { liveness: Liveness; seen: () => readonly number[] } {
      let pings = 0;
      let dead = 0;
      const liveness = new Liveness({
        interval: 1,
        countMax,
        now,
        ping: () => pings++,
        onDead: () => dead++,
      });
      return { liveness, seen: () => [pings, dead] };
    }

    it('pings a silent link, and gives it up after so many pings', () => {
      const { seen } = watch(2);
      pass(2999);
      assert.deepEqual(seen(), [2, 0]);
      pass(1);
      assert.deepEqual(seen(), [2, 1]);
      pass(5000);
      assert.deepEqual(seen(), [2, 1]);
    });

    it('takes any received byte for life', () => {
      const { liveness, seen } = watch(1);
      for (let i = 0; i < 20; i++) {
        pass(900);
        liveness.sawLife();
      }
      assert.deepEqual(seen(), [0, 0]);
    });

    it('begins to count anew after a sign of life', () => {
      const { liveness, seen } = watch(1);
      pass(1500);
      assert.deepEqual(seen(), [1, 0]);
      liveness.sawLife();
      pass(1400);
      assert.deepEqual(seen(), [1, 0]);
      pass(2000);
      assert.deepEqual(seen(), [2, 1]);
    });
  });
});
