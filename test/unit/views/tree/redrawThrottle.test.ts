// The view is redrawn at most once a second, and no change is lost.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { Pacer, redrawIntervalMs } from '../../../../src/views/tree/redrawThrottle';

describe('redraws of the view', () => {
  let timers: { readonly action: () => void; readonly milliseconds: number }[];
  let redrawn: string[][];
  let pacer: Pacer;

  function elapse(): void {
    const due = timers;
    timers = [];
    due.forEach(({ action }) => action());
  }

  beforeEach(() => {
    timers = [];
    redrawn = [];
    pacer = new Pacer(
      (ids) => redrawn.push([...ids]),
      (action, milliseconds) => {
        const timer = { action, milliseconds };
        timers.push(timer);
        return () => (timers = timers.filter((other) => other !== timer));
      },
    );
  });

  it('gather changes for a second', () => {
    pacer.add('a');
    pacer.add('b');
    pacer.add('a');
    assert.deepEqual(
      timers.map(({ milliseconds }) => milliseconds),
      [redrawIntervalMs],
    );
    assert.deepEqual(redrawn, []);
    elapse();
    assert.deepEqual(redrawn, [['a', 'b']]);
  });
  it('gather changes again after a redraw', () => {
    pacer.add('a');
    elapse();
    assert.equal(timers.length, 0);
    pacer.add('b');
    elapse();
    assert.deepEqual(redrawn, [['a'], ['b']]);
  });
  it('show a change made during a redraw in the next one', () => {
    const ticking = new Pacer(
      (ids) => {
        redrawn.push([...ids]);
        ticking.add('c');
      },
      (action, milliseconds) => {
        timers.push({ action, milliseconds });
        return () => undefined;
      },
    );
    ticking.add('a');
    elapse();
    elapse();
    assert.deepEqual(redrawn, [['a'], ['c']]);
  });
  it('are cancelled when the changes are cleared', () => {
    pacer.add('a');
    pacer.clear();
    assert.equal(timers.length, 0);
    elapse();
    assert.deepEqual(redrawn, []);
  });
});
