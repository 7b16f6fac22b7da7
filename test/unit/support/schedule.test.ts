// The order in which the stages of `npm test` run.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { runJobs } from '../../support/schedule.mjs';

interface Step {
  readonly name: string;
  readonly load: number;
  readonly ready?: Promise<unknown>;
}

/** Runs jobs that end on request, and lists those that run. */
function jobs(...steps: readonly Step[]) {
  const running = new Map<string, () => void>();
  const list = steps.map(({ name, load, ready }) => ({
    load,
    ...(ready === undefined ? {} : { ready }),
    run: async () => {
      await new Promise<void>((resolve) => running.set(name, resolve));
      running.delete(name);
    },
  }));
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return {
    done: runJobs(list, 2),
    async running(): Promise<string> {
      await settle();
      return [...running.keys()].join(' ');
    },
    end: (name: string) => running.get(name)?.(),
  };
}

describe('the order of jobs', () => {
  it('starts as many as the processors carry, the first of the list first', async () => {
    const all = jobs({ name: 'a', load: 1 }, { name: 'b', load: 1 }, { name: 'c', load: 1 });
    assert.equal(await all.running(), 'a b');
    all.end('a');
    assert.equal(await all.running(), 'b c');
    all.end('b');
    all.end('c');
    await all.done;
  });

  it('lets a small one pass a large one that does not fit', async () => {
    const all = jobs({ name: 'a', load: 1.5 }, { name: 'large', load: 1 }, { name: 'small', load: 0.5 });
    assert.equal(await all.running(), 'a small');
    all.end('a');
    assert.equal(await all.running(), 'small large');
    all.end('small');
    all.end('large');
    await all.done;
  });

  it('starts one that only waits beside all others', async () => {
    const all = jobs({ name: 'a', load: 2 }, { name: 'slow', load: 0 });
    assert.equal(await all.running(), 'a slow');
    all.end('a');
    all.end('slow');
    await all.done;
  });

  it('runs one that is larger than the machine when it is alone', async () => {
    const all = jobs({ name: 'a', load: 1 }, { name: 'large', load: 5 });
    assert.equal(await all.running(), 'a');
    all.end('a');
    assert.equal(await all.running(), 'large');
    all.end('large');
    await all.done;
  });

  it('passes over one that is not ready, and starts it when it is, or when that has failed', async () => {
    let ready = (): void => undefined;
    const installed = new Promise<void>((resolve) => (ready = resolve));
    const all = jobs(
      { name: 'editor', load: 1, ready: installed },
      { name: 'broken', load: 0, ready: Promise.reject(new Error('no room on the disk')) },
      { name: 'b', load: 1 },
    );
    assert.equal(await all.running(), 'b broken');
    ready();
    assert.equal(await all.running(), 'b broken editor');
    ['b', 'broken', 'editor'].forEach(all.end);
    await all.done;
  });
});
