// Redraws come at most once a second, and none is lost.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { Pacer, redrawInterval } from '../../../../src/views/tree/pacer';

describe('Pacer', () => {
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

  it('gathers for a second', () => {
    pacer.add('a');
    pacer.add('b');
    pacer.add('a');
    assert.deepEqual(
      timers.map(({ milliseconds }) => milliseconds),
      [redrawInterval],
    );
    assert.deepEqual(redrawn, []);
    elapse();
    assert.deepEqual(redrawn, [['a', 'b']]);
  });
  it('starts anew afterwards', () => {
    pacer.add('a');
    elapse();
    assert.equal(timers.length, 0);
    pacer.add('b');
    elapse();
    assert.deepEqual(redrawn, [['a'], ['b']]);
  });
  it('keeps what is added during a redraw for the next one', () => {
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
  it('ends its timer when cleared', () => {
    pacer.add('a');
    pacer.clear();
    assert.equal(timers.length, 0);
    elapse();
    assert.deepEqual(redrawn, []);
  });
});
