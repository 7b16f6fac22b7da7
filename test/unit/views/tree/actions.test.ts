// What can be done with a row in each state, as the flags that package.json looks for.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { ProgramState } from '../../../../src/tunnels/model/programState';
import type { ForwardSnapshot, TunnelSnapshot } from '../../../../src/tunnels/model/snapshot';
import {
  contextFacts,
  contextFlags,
  contextValueOf,
  forwardContextValue,
  problemContextValue,
  programContextValue,
  progressContextValue,
} from '../../../../src/views/tree/actions';
import {
  blocked,
  broken,
  connecting,
  cutOff,
  ended,
  error,
  everyState,
  failed,
  failedForward,
  forward,
  listening,
  local,
  program,
  programFailure,
  running,
  stopped,
  tunnel,
  up,
  waiting,
} from '../snapshots';

describe('contextValueOf', () => {
  const mine = { origin: 'user' } as const;
  const cases: readonly [snapshot: TunnelSnapshot, flags: string][] = [
    [tunnel(stopped, mine), 'tunnel startable editable removable'],
    [tunnel(stopped), 'tunnel startable editable removable consentable'],
    [tunnel(stopped, { origin: 'sshConfig' }), 'tunnel startable editable'],
    [tunnel({ status: 'idle' }, mine), 'tunnel startable stoppable editable removable'],
    [tunnel(connecting(), mine), 'tunnel stoppable editable removable'],
    [tunnel(up, mine), 'tunnel stoppable restartable editable removable'],
    [tunnel(waiting, mine), 'tunnel stoppable retryable editable removable explainable'],
    [tunnel(blocked('consent'), mine), 'tunnel answerable editable removable'],
    [tunnel(blocked('trust'), mine), 'tunnel answerable editable removable'],
    [tunnel(blocked('password'), mine), 'tunnel answerable stoppable editable removable'],
    [tunnel(failed, mine), 'tunnel startable editable removable explainable'],
    [
      tunnel(up, { ...mine, forwards: [failedForward] }),
      'tunnel stoppable restartable editable removable explainable',
    ],
    [tunnel({ status: 'stopping' }, mine), 'tunnel editable removable'],
    [broken, 'tunnel broken editable removable'],
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
    ['failed', failedForward, 'forward movable editable explainable'],
    ['listening', forward(local('D'), listening()), 'forward copyable connectable editable'],
    [
      'at a port that anything may have',
      forward(local('D', { target: { host: 'web', port: 3000 } }), listening()),
      'forward copyable browsable editable',
    ],
    [
      'for browsers',
      forward(local('D', { protocol: 'https' }), listening()),
      'forward copyable browsable connectable editable',
    ],
    [
      'for databases',
      forward(local('D', { protocol: 'postgresql' }), listening()),
      'forward copyable connectable editable',
    ],
    [
      'a socket',
      forward(local('D', { listen: { path: '/s' } }), listening()),
      'forward copyable connectable editable',
    ],
    [
      'refused at its target',
      forward(local('D', { protocol: 'smtp' }), listening({ lastError: error() })),
      'forward copyable connectable editable explainable',
    ],
    ['on the server', forward({ ...local('D'), kind: 'remote' }, listening()), 'forward editable'],
  ];
  for (const [what, snapshot, flags] of cases) {
    it(`is "${flags}" when ${what}`, () => assert.equal(forwardContextValue(snapshot, tunnel(up)), flags));
  }
});

describe('programContextValue', () => {
  const states: readonly [state: ProgramState, flags: string][] = [
    [{ status: 'ready' }, 'program startable editable'],
    [{ status: 'starting' }, 'program stoppable editable'],
    [running(), 'program stoppable editable'],
    [{ status: 'stopping' }, 'program editable'],
    [ended(), 'program startable editable'],
    [programFailure, 'program startable editable explainable'],
    [cutOff, 'program startable editable'],
  ];
  for (const [state, flags] of states) {
    it(`is "${flags}" when ${state.status}`, () =>
      assert.equal(programContextValue(program(state), tunnel(up)), flags));
  }
  it('one that was run by hand stands in no setting', () =>
    assert.equal(programContextValue(program(running(), {}, true), tunnel(up)), 'program stoppable'));
  it('one of a workspace without trust can not be run', () =>
    assert.equal(programContextValue(program(), tunnel(blocked('trust'))), 'program editable'));
  it('a tunnel tells that one of them runs', () => {
    const flags = (state: ProgramState): string => contextValueOf(tunnel(up, { programs: [program(state)] }));
    assert.match(flags(running()), /\brunning\b/);
    assert.doesNotMatch(flags(ended()), /\brunning\b/);
  });
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
  it('leaves the hosts of ssh_config out of account, but for stopping them', () => {
    const [idle, running] = [tunnel(stopped, { origin: 'sshConfig' }), tunnel(up, { origin: 'sshConfig' })];
    assert.deepEqual(contextFacts([idle, running]), {
      hasTunnels: false,
      canStartAny: false,
      canStopAny: true,
      needsConsent: false,
    });
  });
  it('has nothing to start of a tunnel that is there for its programs', () => {
    const forPrograms = tunnel(stopped, { programs: [program()] });
    assert.equal(contextFacts([forPrograms]).canStartAny, false);
    assert.equal(contextFacts([forPrograms, tunnel(stopped)]).canStartAny, true);
  });
  it('offers no start when all are up', () => assert.equal(contextFacts([tunnel(up)]).canStartAny, false));
});
