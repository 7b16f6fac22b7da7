// The state machine of a tunnel: a table of every event in every state.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { TunnelError } from '../../../src/tunnels/errors/errors';
import type { TunnelState } from '../../../src/tunnels/model/state';
import { transition } from '../../../src/tunnels/model/transition';
import type { TunnelEvent } from '../../../src/tunnels/model/transition';

const oldError: TunnelError = { code: 'ConnectionLost', kind: 'dropped', host: 'db' };
const lostSoon: TunnelError = { code: 'ConnectionLost', kind: 'lostSoon', host: 'db' };
const newError: TunnelError = { code: 'ConnectionRefused', address: { host: 'db', port: 22 } };

const states = {
  stopped: { status: 'stopped' },
  idle: { status: 'idle' },
  blocked: { status: 'blocked', need: 'consent', error: oldError },
  connecting: { status: 'connecting', attempt: 3, phase: 'tcp', hop: 1 },
  proxying: { status: 'connecting', attempt: 3, phase: 'tcp', hop: 1, proxyCommand: ['sign in'] },
  asking: { status: 'connecting', attempt: 3, phase: 'auth', hop: 1, asking: true },
  waitingForDevice: {
    status: 'connecting',
    attempt: 3,
    phase: 'auth',
    hop: 1,
    waitsFor: 'device',
    serverText: 'Look at your phone.',
    serverName: 'me@gate:22',
  },
  up: { status: 'up', since: 1000, attempt: 3 },
  held: { status: 'up', since: 1000 },
  unstable: { status: 'connecting', attempt: 3, phase: 'auth', hop: 1, isUnstable: true },
  lostSoon: { status: 'waiting', attempt: 4, retryAt: 2000, error: lostSoon },
  waiting: { status: 'waiting', attempt: 4, retryAt: 2000, error: oldError },
  failed: { status: 'failed', error: oldError },
  stopping: { status: 'stopping' },
} as const satisfies Record<string, TunnelState>;

const events = {
  start: { type: 'start' },
  listen: { type: 'listen' },
  phase: { type: 'phase', phase: 'hostKey', hop: 2 },
  proxyCommand: { type: 'proxyCommand', output: ['sign in', 'waiting'] },
  ask: { type: 'asking', asking: true },
  answered: { type: 'asking', asking: false },
  waits: { type: 'waitsFor', waitsFor: 'device' },
  waitsNoMore: { type: 'waitsFor', waitsFor: undefined },
  serverText: { type: 'serverText', text: 'Hello.', name: 'me@gate:22' },
  up: { type: 'up', at: 5000 },
  held: { type: 'held' },
  failedWithRetry: { type: 'failed', error: newError, retry: { at: 6000 } },
  failedWithoutRetry: { type: 'failed', error: newError, retry: undefined },
  blocked: { type: 'blocked', need: 'password', error: newError },
  hangUp: { type: 'hangUp' },
  retry: { type: 'retry' },
  stop: { type: 'stop' },
  stopped: { type: 'stopped' },
} as const satisfies Record<string, TunnelEvent>;

function connecting(attempt: number, isUnstable?: true): TunnelState {
  return { status: 'connecting', attempt, phase: 'resolve', hop: 0, ...(isUnstable && { isUnstable }) };
}
function waiting(attempt: number): TunnelState {
  return { status: 'waiting', attempt, retryAt: 6000, error: newError };
}
const blocked: TunnelState = { status: 'blocked', need: 'password', error: newError };
const failed: TunnelState = { status: 'failed', error: newError };
const up = { status: 'up', since: 5000, attempt: 3 } as const satisfies TunnelState;
const stopping: TunnelState = { status: 'stopping' };
const hostKey = { status: 'connecting', attempt: 3, phase: 'hostKey', hop: 2 } as const satisfies TunnelState;
const proxying: TunnelState = {
  status: 'connecting',
  attempt: 3,
  phase: 'tcp',
  hop: 1,
  proxyCommand: ['sign in', 'waiting'],
};

const signingIn = {
  status: 'connecting',
  attempt: 3,
  phase: 'auth',
  hop: 1,
  serverText: 'Look at your phone.',
  serverName: 'me@gate:22',
} as const satisfies TunnelState;

/** The next state. An event that is not listed leaves the state unchanged. */
const table: Readonly<Record<string, Readonly<Record<string, TunnelState>>>> = {
  stopped: { start: connecting(1), listen: { status: 'idle' }, blocked },
  idle: { start: connecting(1), blocked, stop: stopping },
  blocked: { start: connecting(1), retry: connecting(1), stop: stopping },
  connecting: {
    phase: hostKey,
    proxyCommand: proxying,
    ask: { status: 'connecting', attempt: 3, phase: 'tcp', hop: 1, asking: true },
    serverText: {
      status: 'connecting',
      attempt: 3,
      phase: 'tcp',
      hop: 1,
      serverText: 'Hello.',
      serverName: 'me@gate:22',
    },
    up,
    failedWithRetry: waiting(3),
    failedWithoutRetry: failed,
    blocked,
    stop: stopping,
  },
  proxying: {
    phase: hostKey,
    proxyCommand: proxying,
    ask: { status: 'connecting', attempt: 3, phase: 'tcp', hop: 1, asking: true },
    serverText: { ...states.proxying, serverText: 'Hello.', serverName: 'me@gate:22' },
    up,
    failedWithRetry: waiting(3),
    failedWithoutRetry: failed,
    blocked,
    stop: stopping,
  },
  asking: {
    phase: hostKey,
    answered: { status: 'connecting', attempt: 3, phase: 'auth', hop: 1 },
    waits: { status: 'connecting', attempt: 3, phase: 'auth', hop: 1, waitsFor: 'device' },
    serverText: {
      status: 'connecting',
      attempt: 3,
      phase: 'auth',
      hop: 1,
      asking: true,
      serverText: 'Hello.',
      serverName: 'me@gate:22',
    },
    up,
    failedWithRetry: waiting(3),
    failedWithoutRetry: failed,
    blocked,
    stop: stopping,
  },
  waitingForDevice: {
    phase: hostKey,
    ask: { ...signingIn, asking: true },
    waitsNoMore: signingIn,
    serverText: {
      ...signingIn,
      phase: 'auth',
      waitsFor: 'device',
      serverText: 'Hello.',
      serverName: 'me@gate:22',
    },
    up,
    failedWithRetry: waiting(3),
    failedWithoutRetry: failed,
    blocked,
    stop: stopping,
  },
  up: {
    held: { status: 'up', since: 1000 },
    hangUp: { status: 'idle' },
    failedWithRetry: waiting(3),
    failedWithoutRetry: failed,
    blocked,
    stop: stopping,
  },
  held: {
    hangUp: { status: 'idle' },
    failedWithRetry: waiting(1),
    failedWithoutRetry: failed,
    blocked,
    stop: stopping,
  },
  unstable: {
    phase: { ...hostKey, isUnstable: true },
    ask: { status: 'connecting', attempt: 3, phase: 'auth', hop: 1, asking: true, isUnstable: true },
    waits: { status: 'connecting', attempt: 3, phase: 'auth', hop: 1, waitsFor: 'device', isUnstable: true },
    serverText: { ...states.unstable, serverText: 'Hello.', serverName: 'me@gate:22' },
    up: { ...up, isUnstable: true },
    failedWithRetry: waiting(3),
    failedWithoutRetry: failed,
    blocked,
    stop: stopping,
  },
  lostSoon: {
    start: connecting(4, true),
    blocked,
    retry: connecting(5, true),
    stop: stopping,
  },
  waiting: { start: connecting(4), blocked, retry: connecting(5), stop: stopping },
  failed: { start: connecting(1), retry: connecting(1), stop: stopping },
  stopping: { stopped: { status: 'stopped' } },
} satisfies Record<keyof typeof states, Partial<Record<keyof typeof events, TunnelState>>>;

describe('the state machine of a tunnel', () => {
  for (const [stateName, state] of Object.entries(states)) {
    for (const [eventName, event] of Object.entries(events)) {
      const expected = table[stateName]?.[eventName];
      const title =
        expected === undefined
          ? `stays in "${stateName}"`
          : `goes from "${stateName}" to "${expected.status}"`;
      it(`${title} on the event "${eventName}"`, () => {
        const before = structuredClone(state);
        const next = transition(state, event);
        if (expected === undefined) {
          assert.equal(next, state, 'another object');
        } else {
          assert.deepEqual(next, expected);
        }
        assert.deepEqual(state, before, 'the old state was changed');
      });
    }
  }

  it('counts attempts until a connection has held, and from 1 afterwards', () => {
    const fail: TunnelEvent = { type: 'failed', error: newError, retry: { at: 1 } };
    const attempts: readonly TunnelEvent[] = [
      { type: 'start' },
      fail,
      { type: 'retry' },
      fail,
      { type: 'retry' },
      { type: 'up', at: 2 },
      fail,
      { type: 'retry' },
      { type: 'up', at: 3 },
      { type: 'held' },
      fail,
      { type: 'retry' },
    ];
    const seen: (number | undefined)[] = [];
    let state: TunnelState = states.stopped;
    for (const event of attempts) {
      state = transition(state, event);
      seen.push('attempt' in state ? state.attempt : undefined);
    }
    assert.deepEqual(seen, [1, 1, 2, 2, 3, 3, 3, 4, 4, undefined, 1, 2]);
  });

  it('stays in "stopping" after a stop until it is stopped, whatever event comes late', () => {
    let state = transition(transition(states.stopped, { type: 'start' }), { type: 'stop' });
    for (const event of [events.up, events.failedWithRetry, events.blocked, events.start, events.retry]) {
      state = transition(state, event);
      assert.deepEqual(state, { status: 'stopping' });
    }
    assert.deepEqual(transition(state, { type: 'stopped' }), { status: 'stopped' });
  });
});
