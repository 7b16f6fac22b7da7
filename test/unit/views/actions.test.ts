// What can be done with a row in each state, as the flags that package.json looks for.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { ForwardSnapshot, TunnelSnapshot } from '../../../src/tunnels/model/snapshot';
import {
  contextFacts,
  contextFlags,
  contextValueOf,
  forwardContextValue,
  problemContextValue,
  progressContextValue,
} from '../../../src/views/actions';
import {
  blocked,
  broken,
  connecting,
  everyState,
  failed,
  failedForward,
  forward,
  listening,
  local,
  stopped,
  tunnel,
  up,
  waiting,
} from './snapshots';

describe('contextValueOf', () => {
  const mine = { origin: 'user' } as const;
  const cases: readonly [snapshot: TunnelSnapshot, flags: string][] = [
    [tunnel(stopped, mine), 'tunnel startable editable'],
    [tunnel(stopped), 'tunnel startable editable consentable'],
    [tunnel(stopped, { origin: 'sshConfig' }), 'tunnel startable'],
    [tunnel({ status: 'idle' }, mine), 'tunnel stoppable editable'],
    [tunnel(connecting(), mine), 'tunnel stoppable editable'],
    [tunnel(up, mine), 'tunnel stoppable restartable editable'],
    [tunnel(waiting, mine), 'tunnel stoppable retryable editable'],
    [tunnel(blocked('consent'), mine), 'tunnel answerable editable'],
    [tunnel(blocked('trust'), mine), 'tunnel answerable editable'],
    [tunnel(blocked('password'), mine), 'tunnel answerable stoppable editable'],
    [tunnel(failed, mine), 'tunnel startable editable'],
    [tunnel({ status: 'stopping' }, mine), 'tunnel editable'],
    [broken, 'tunnel broken editable'],
  ];
  for (const [snapshot, flags] of cases) {
    it(`is "${flags}" when ${snapshot.state.status}, from ${snapshot.origin}`, () =>
      assert.equal(contextValueOf(snapshot), flags));
  }

  it('is made of known flags in every state', () => {
    const known: readonly string[] = contextFlags;
    for (const flag of everyState.flatMap((snapshot) => contextValueOf(snapshot).split(' '))) {
      assert.ok(known.includes(flag), flag);
    }
  });
});

describe('forwardContextValue', () => {
  const cases: readonly [what: string, snapshot: ForwardSnapshot, flags: string][] = [
    ['closed', forward(), 'forward editable'],
    ['failed', failedForward, 'forward editable'],
    ['listening', forward(local('D'), listening()), 'forward copyable browsable editable'],
    [
      'for browsers',
      forward(local('D', { protocol: 'https' }), listening()),
      'forward copyable browsable editable',
    ],
    [
      'for databases',
      forward(local('D', { protocol: 'postgresql' }), listening()),
      'forward copyable editable',
    ],
    ['a socket', forward(local('D', { listen: { path: '/s' } }), listening()), 'forward copyable editable'],
    ['on the server', forward({ ...local('D'), kind: 'remote' }, listening()), 'forward editable'],
  ];
  for (const [what, snapshot, flags] of cases) {
    it(`is "${flags}" when ${what}`, () => assert.equal(forwardContextValue(snapshot, tunnel(up)), flags));
  }
});

describe('the other rows', () => {
  it('a problem can be edited', () => assert.equal(problemContextValue(broken), 'problem editable'));
  it('a countdown can be cut short', () =>
    assert.equal(progressContextValue(tunnel(waiting)), 'progress stoppable retryable'));
});

describe('contextFacts', () => {
  it('knows nothing of nothing', () =>
    assert.deepEqual(contextFacts([]), {
      hasTunnels: false,
      canStartAny: false,
      canStopAny: false,
      needsConsent: false,
    }));
  it('finds what any tunnel can do', () =>
    assert.deepEqual(contextFacts(everyState), {
      hasTunnels: true,
      canStartAny: true,
      canStopAny: true,
      needsConsent: true,
    }));
  it('offers no start when all are up', () => assert.equal(contextFacts([tunnel(up)]).canStartAny, false));
});
