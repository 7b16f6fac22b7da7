// The context values of rows: flags for what can be done in each state, which the menus of package.json test.
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
} from '../../../../src/views/tree/contextValues';
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

describe('the context value of a tunnel', () => {
  const mine = { origin: 'user' } as const;
  const cases: readonly [snapshot: TunnelSnapshot, flags: string][] = [
    [tunnel(stopped, mine), 'tunnel startable editable removable'],
    [tunnel(stopped), 'tunnel startable editable removable consentable'],
    [tunnel(stopped, { origin: 'sshConfig' }), 'tunnel startable editable'],
    [tunnel({ status: 'idle' }, mine), 'tunnel startable stoppable editable removable'],
    [tunnel(connecting(), mine), 'tunnel stoppable editable removable'],
    [tunnel(up, mine), 'tunnel stoppable restartable editable removable'],
    [tunnel(waiting, mine), 'tunnel stoppable retryable editable removable explainable'],
    [tunnel(blocked('consent'), mine), 'tunnel answerable needsConsent editable removable'],
    [tunnel(blocked('trust'), mine), 'tunnel answerable needsTrust editable removable'],
    [tunnel(blocked('password'), mine), 'tunnel answerable needsPassword stoppable editable removable'],
    [tunnel(failed, mine), 'tunnel startable editable removable explainable'],
    [
      tunnel(up, { ...mine, forwards: [failedForward] }),
      'tunnel stoppable restartable editable removable explainable',
    ],
    [tunnel({ status: 'stopping' }, mine), 'tunnel editable removable'],
    [broken, 'tunnel broken editable removable'],
  ];
  for (const [snapshot, flags] of cases) {
    const { state, origin } = snapshot;
    const status = state.status === 'blocked' ? `blocked for ${state.need}` : state.status;
    const degraded = snapshot.forwards.includes(failedForward) ? ' with a failed forward' : '';
    it(`is "${flags}" when ${status}${degraded}, from ${origin}`, () =>
      assert.equal(contextValueOf(snapshot), flags));
  }

  it('has only known flags in every state', () => {
    const known: readonly string[] = contextFlags;
    for (const flag of everyState.flatMap((snapshot) => contextValueOf(snapshot).split(' '))) {
      assert.ok(known.includes(flag), flag);
    }
  });
});

describe('the context value of a forward', () => {
  const cases: readonly [what: string, snapshot: ForwardSnapshot, flags: string][] = [
    ['closed', forward(), 'forward movable editable'],
    ['failed', failedForward, 'forward movable editable explainable'],
    ['listening', forward(local('D'), listening()), 'forward copyable connectable movable editable'],
    [
      'listening, to a port of no known service',
      forward(local('D', { target: { host: 'web', port: 3000 } }), listening()),
      'forward copyable browsable movable editable',
    ],
    [
      'listening, with the protocol https',
      forward(local('D', { protocol: 'https' }), listening()),
      'forward copyable browsable connectable movable editable',
    ],
    [
      'listening, with the protocol postgresql',
      forward(local('D', { protocol: 'postgresql' }), listening()),
      'forward copyable connectable movable editable',
    ],
    [
      'listening on a socket path',
      forward(local('D', { listen: { path: '/s' } }), listening()),
      'forward copyable connectable editable',
    ],
    [
      'listening, with a refused target',
      forward(local('D', { protocol: 'smtp' }), listening({ lastError: error('It went wrong.') })),
      'forward copyable connectable movable editable explainable',
    ],
    [
      'listening on the server',
      forward({ ...local('D'), kind: 'remote' }, listening()),
      'forward movable editable',
    ],
  ];
  for (const [what, snapshot, flags] of cases) {
    it(`is "${flags}" when ${what}`, () => assert.equal(forwardContextValue(snapshot, tunnel(up)), flags));
  }
});

describe('the context value of a program', () => {
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
    const status = 'isCutOff' in state ? 'ended with the connection' : state.status;
    it(`is "${flags}" when ${status}`, () =>
      assert.equal(programContextValue(program(state), tunnel(up)), flags));
  }
  it('is not "editable" for a program that is not in the settings', () =>
    assert.equal(programContextValue(program(running(), {}, true), tunnel(up)), 'program stoppable'));
  it('is not "startable" in a workspace that is not trusted', () =>
    assert.equal(programContextValue(program(), tunnel(blocked('trust'))), 'program editable'));
  it('adds "running" to that of its tunnel while it runs', () => {
    const flags = (state: ProgramState): string => contextValueOf(tunnel(up, { programs: [program(state)] }));
    assert.match(flags(running()), /\brunning\b/);
    assert.doesNotMatch(flags(ended()), /\brunning\b/);
  });
});

describe('the context value of a row', () => {
  it('is "problem editable" for a problem', () =>
    assert.equal(problemContextValue(broken), 'problem editable'));
});

describe('the context keys', () => {
  const trueOnes = (tunnels: readonly TunnelSnapshot[]): string[] =>
    Object.entries(contextFacts(tunnels)).flatMap(([name, is]) => (is ? [name] : []));

  it('are all false without tunnels', () => assert.deepEqual(trueOnes([]), []));
  it('are true for what any tunnel can do', () =>
    assert.deepEqual(trueOnes(everyState), [
      'hasTunnels',
      'hasRows',
      'canStartAny',
      'canStart',
      'canStopAny',
      'canRetry',
      'needsAnswer',
      'needsConsent',
      'canExplain',
      'canCopy',
      'canConnect',
      'isProgramRunning',
    ]));
  it('leave hosts of ssh_config out of those for all tunnels', () => {
    const [idle, running] = [tunnel(stopped, { origin: 'sshConfig' }), tunnel(up, { origin: 'sshConfig' })];
    assert.deepEqual(trueOnes([idle, running]), ['hasRows', 'hasHosts', 'canStart', 'canStopAny']);
  });
  it('do not offer to start a tunnel that has only programs', () => {
    const forPrograms = tunnel(stopped, { programs: [program()] });
    assert.equal(contextFacts([forPrograms]).canStartAny, false);
    assert.equal(contextFacts([forPrograms, tunnel(stopped)]).canStartAny, true);
  });
  it('do not offer to start tunnels when all are up', () =>
    assert.equal(contextFacts([tunnel(up)]).canStartAny, false));
});
