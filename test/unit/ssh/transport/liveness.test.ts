// When a silent session is pinged, and when it is ended. By a mocked clock.
import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { Liveness } from '../../../../src/tunnels/ssh/transport/liveness';
import { logTo } from '../../../../src/tunnels/util/log';

describe('keep-alive', () => {
  let events: string[];
  let liveness: Liveness;
  let answer: () => void;
  let hasAnswered: boolean | undefined;
  /** In small steps: of timers that are started on the way, the mock counts from the end of a step. */
  const seconds = async (count: number): Promise<void> => {
    for (let step = 0; step < count * 10 - 0.5; step++) {
      mock.timers.tick(100);
      await new Promise(setImmediate);
    }
  };

  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout', 'Date'] });
    events = [];
    hasAnswered = undefined;
  });
  afterEach(() => {
    liveness[Symbol.dispose]();
    mock.timers.reset();
  });

  function start(interval: number, countMax = 3): void {
    liveness = new Liveness({
      interval,
      countMax,
      now: () => Date.now(),
      log: logTo(() => undefined),
      ping: (onAnswer) => {
        events.push('ping');
        answer = onAnswer;
      },
      onDead: ({ seconds: silence, neverAnswered }) => {
        events.push(`dead after ${silence} s`);
        hasAnswered = !neverAnswered;
      },
    });
  }

  it('pings a silent session, and ends it after the allowed number of unanswered pings', async () => {
    start(15);
    await seconds(45);
    assert.deepEqual(events, ['ping', 'ping', 'ping']);
    await seconds(15);
    assert.deepEqual(events.slice(3), ['dead after 60 s']);
    await seconds(100);
    assert.equal(events.length, 4);
  });

  it('reports whether the server has ever answered a ping', async () => {
    start(15);
    await seconds(16);
    // Other data is a sign of life, but no answer.
    liveness.onData();
    await seconds(60);
    assert.equal(hasAnswered, false);

    start(15);
    await seconds(16);
    answer();
    liveness.onData();
    await seconds(60);
    assert.equal(hasAnswered, true);
  });

  it('counts from the last received byte', async () => {
    start(15);
    await seconds(16);
    liveness.onData();
    await seconds(44.9);
    assert.deepEqual(events, ['ping', 'ping', 'ping']);
    await seconds(0.2);
    assert.equal(events.length, 4);
    await seconds(15);
    assert.deepEqual(events.slice(4), ['dead after 60 s']);
  });

  it('reads what arrived while the process stood still before it ends a session', async () => {
    start(15, 1);
    await seconds(29.9);
    mock.timers.tick(100);
    liveness.onData();
    await seconds(14);
    assert.deepEqual(events, ['ping']);
    await seconds(100);
    assert.deepEqual(events, ['ping', 'ping', 'dead after 30 s']);
  });

  it('does not end a session that sends something in every interval', async () => {
    start(15, 1);
    for (let i = 0; i < 20; i++) {
      await seconds(14);
      liveness.onData();
    }
    assert.ok(!events.some((event) => event.startsWith('dead')), events.join());
  });

  it('takes any byte as the answer to a ping', async () => {
    start(15, 1);
    await seconds(16);
    liveness.onData();
    await seconds(28);
    assert.deepEqual(events, ['ping', 'ping']);
  });

  it('sends no pings with an interval of 0', async () => {
    start(0);
    await seconds(10_000);
    assert.deepEqual(events, []);
  });

  for (const interval of [15, 0]) {
    it(`ends a session that is silent for 3 s after a sleep, with an interval of ${interval} s`, async () => {
      start(interval);
      await seconds(1);
      liveness.probe(3000);
      liveness.probe(3000);
      assert.deepEqual(events, ['ping']);
      await seconds(3);
      assert.deepEqual(events, ['ping', 'ping', 'dead after 4 s']);
    });
  }

  it('does not end a session that answers after a sleep', async () => {
    start(0);
    liveness.probe(3000);
    await seconds(2.9);
    liveness.onData();
    await seconds(100);
    assert.deepEqual(events, ['ping', 'ping']);
    liveness.probe(3000);
    assert.deepEqual(events, ['ping', 'ping', 'ping']);
  });

  it('does not take bytes from before the sleep as an answer after it', async () => {
    start(15);
    liveness.probe(3000);
    await seconds(0.2);
    liveness.onData();
    await seconds(2.8);
    assert.deepEqual(events, ['ping', 'ping', 'dead after 3 s']);
  });

  it('sends no pings after it is disposed of', async () => {
    start(15);
    liveness.probe(3000);
    liveness[Symbol.dispose]();
    liveness.probe(3000);
    await seconds(1000);
    assert.deepEqual(events, ['ping']);
  });
});
