// Snapshots of tunnels in every state, for the tests of the views.
import { addressInUse } from '../../../src/tunnels/errors/forwards/addressInUse';
import { connectionRefused } from '../../../src/tunnels/errors/ssh/connect';
import { consentNeeded } from '../../../src/tunnels/errors/consent';
import { invalidDefinition } from '../../../src/tunnels/errors/definition';
import { noDisplay } from '../../../src/tunnels/errors/forwards/x11';
import type { TunnelError } from '../../../src/tunnels/errors/errors';
import { programLostConnection } from '../../../src/tunnels/errors/ssh/connectionLost';
import type { Forward, LocalForward } from '../../../src/tunnels/config/forward';
import type { X11Program } from '../../../src/tunnels/config/definition';
import type { ProgramSnapshot, ProgramState } from '../../../src/tunnels/model/programState';
import type { ForwardSnapshot, TunnelSnapshot } from '../../../src/tunnels/model/snapshot';
import type {
  ConnectingState,
  ForwardState,
  LoginWait,
  Need,
  TunnelState,
} from '../../../src/tunnels/model/state';

export const now = Date.UTC(2025, 4, 6, 12, 0, 0);

/** An error with these words, which only a parser's error can have. */
export function error(message: string, nextStep = 'Do something about it.'): TunnelError {
  return invalidDefinition({ text: message }, { text: nextStep });
}

export const refused = connectionRefused({ host: 'staging', port: 22 });

export function local(label: string, extra: Partial<LocalForward> = {}): LocalForward {
  return {
    kind: 'local',
    listen: { bind: undefined, port: 5432 },
    target: { host: 'db.internal', port: 5432 },
    label,
    ifPortBusy: 'fail',
    ...extra,
  };
}

type Listening = Extract<ForwardState, { status: 'listening' }>;

export function listening(extra: Partial<Listening> = {}): Listening {
  const bound = [
    { host: '127.0.0.1', port: 5432 },
    { host: '::1', port: 5432 },
  ];
  return { status: 'listening', bound, connections: 0, bytesIn: 0, bytesOut: 0, ...extra };
}

export function forward(
  of: Forward = local('Database'),
  state: ForwardState = { status: 'closed' },
): ForwardSnapshot {
  return { forward: of, state };
}

export function program(
  state: ProgramState = { status: 'ready' },
  of: Partial<X11Program> = {},
  isAdHoc = false,
): ProgramSnapshot {
  const clock = { name: 'Clock', command: 'xclock', trusted: false, ...of };
  return { program: clock, state, ...(isAdHoc && { isAdHoc }) };
}

type Ended = Extract<ProgramState, { status: 'ended' }>;

export function running(windows = 1): Extract<ProgramState, { status: 'running' }> {
  return { status: 'running', since: now - 60_000, windows };
}

export function ended(exit: Ended['exit'] = { code: 0 }, extra: Partial<Ended> = {}): Ended {
  return { status: 'ended', at: now - 180_000, exit, hadWindow: true, ...extra };
}

export const programFailure: Extract<ProgramState, { status: 'failed' }> = {
  status: 'failed',
  at: now,
  error: noDisplay('linux'),
};
export const cutOff: ProgramState = {
  status: 'failed',
  at: now,
  isCutOff: true,
  error: programLostConnection('Clock', 'staging'),
};

export const everyProgramState: readonly ProgramState[] = [
  { status: 'ready' },
  { status: 'starting' },
  running(),
  { ...running(2), isDetached: true, said: 'Warning: no fonts\n' },
  { status: 'stopping' },
  ended(),
  ended({ code: 1 }, { said: "Error: Can't open display\n", hadWindow: false }),
  ended({ signal: 'SEGV' }),
  ended({}),
  programFailure,
  cutOff,
];

export const wide = forward(
  local('Preview', { listen: { bind: '0.0.0.0', port: 3000 } }),
  listening({ bound: [{ host: '0.0.0.0', port: 3000 }] }),
);
export const failedForward = forward(local('Broken'), {
  status: 'failed',
  error: addressInUse({ host: '127.0.0.1', port: 5432 }),
});

export function tunnel(state: TunnelState, extra: Partial<TunnelSnapshot> = {}): TunnelSnapshot {
  const name = extra.name ?? 'staging';
  const origin = extra.origin ?? 'workspace';
  const forwards = extra.forwards ?? [];
  const programs = extra.programs ?? [];
  return {
    id: `${origin}:${name}`,
    name,
    origin,
    entry: {
      definition: {
        destination: { host: 'staging.example.org', user: 'me' },
        forwards: forwards.map((snapshot) => snapshot.forward),
        x11Programs: programs.map(({ program }) => program),
        options: {},
        reconnect: true,
      },
      autoStart: true,
      runIn: undefined,
      statusBar: false,
    },
    problems: [],
    state,
    forwards,
    programs,
    ...extra,
  };
}

export const stopped: TunnelState = { status: 'stopped' };
export const up: TunnelState = { status: 'up', since: now - 60_000 };
export const failed: TunnelState = { status: 'failed', error: refused };
/** The connections before it were lost soon after the login. */
export const upAgain: TunnelState = { ...up, attempt: 4, isUnstable: true };
export const waiting: TunnelState = {
  status: 'waiting',
  attempt: 2,
  retryAt: now + 3200,
  error: refused,
};

export function blocked(need: Need): TunnelState {
  return { status: 'blocked', need, error: consentNeeded('staging', 'new') };
}

export function connecting(
  extra: Partial<Extract<ConnectingState, { waitsFor?: undefined }>> = {},
): ConnectingState {
  return { status: 'connecting', attempt: 1, phase: 'tcp', hop: 0, ...extra };
}

export function waitingFor(waitsFor: LoginWait, serverText?: string): ConnectingState {
  const text = serverText === undefined ? {} : { serverText };
  return { status: 'connecting', attempt: 1, phase: 'auth', hop: 0, waitsFor, ...text };
}

/** A tunnel with an invalid definition. */
export const broken: TunnelSnapshot = {
  ...tunnel({ status: 'failed', error: error('It has 2 problems.') }, { name: 'broken' }),
  entry: undefined,
  problems: [
    {
      path: ['sshTunnels.tunnels', 'broken', 'localForward', 0, 'target'],
      message: { text: 'There is no port.' },
    },
    { path: ['sshTunnels.tunnels', 'broken'], message: { text: 'It needs "host".' } },
  ],
};

export const everyState: readonly TunnelSnapshot[] = [
  tunnel(stopped),
  tunnel({ status: 'idle' }),
  ...(['trust', 'consent', 'password', 'passphrase', 'code', 'hostKey'] as const).map((need) =>
    tunnel(blocked(need)),
  ),
  tunnel(connecting()),
  tunnel(connecting({ attempt: 3, phase: 'auth' })),
  tunnel(connecting({ asking: true })),
  tunnel(connecting({ proxyCommand: ['42%', 'https://login.example.org'] })),
  tunnel(waitingFor('device', 'https://login.example.org/a/1')),
  tunnel(waitingFor('agent')),
  tunnel(up, { forwards: [forward(local('Database'), listening()), wide] }),
  tunnel(up, { forwards: [forward(local('Database'), listening()), failedForward] }),
  tunnel(upAgain),
  tunnel(waiting),
  tunnel(failed),
  tunnel({ status: 'stopping' }),
  tunnel(stopped, { programs: [program()] }),
  tunnel(up, { programs: everyProgramState.map((state, n) => program(state, { name: `Clock ${n}` })) }),
  broken,
];
