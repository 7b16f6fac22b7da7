// The context values of rows: the actions that are possible on each, as flags for the `when` clauses of package.json.
import { isTunnelDegraded } from '../../tunnels/model/snapshot';
import type { TunnelHolder } from '../../tunnels/errors/forwards/addressInUse';
import type { ForwardSnapshot, TunnelSnapshot } from '../../tunnels/model/snapshot';
import { errorOf } from '../../tunnels/model/state';
import type { Need } from '../../tunnels/model/state';
import { isForPrograms } from '../../tunnels/config/definition';
import { isActive } from '../../tunnels/model/programState';
import type { ProgramSnapshot } from '../../tunnels/model/programState';
import { connectionPattern, mayBeWeb } from '../services/service';

export const contextFlags = [
  'tunnel',
  'forward',
  'program',
  'problem',
  'broken',
  'startable',
  'stoppable',
  'restartable',
  'retryable',
  'answerable',
  'needsTrust',
  'needsConsent',
  'needsPassword',
  'needsPassphrase',
  'needsCode',
  'needsHostKey',
  'consentable',
  'editable',
  'removable',
  'copyable',
  'browsable',
  'connectable',
  'proxy',
  'explainable',
  'movable',
  'takeable',
  'localOnly',
  'running',
  'hasPrograms',
] as const;
export type ContextFlag = (typeof contextFlags)[number];

/** Space-separated, for clauses such as `viewItem =~ /\bstartable\b/`. */
export type ContextValue = string;

function join(flags: readonly ContextFlag[]): ContextValue {
  return flags.join(' ');
}

/** Each has a command of its own that says what it opens. */
const flagOfNeed = {
  trust: 'needsTrust',
  consent: 'needsConsent',
  password: 'needsPassword',
  passphrase: 'needsPassphrase',
  code: 'needsCode',
  hostKey: 'needsHostKey',
} as const satisfies Record<Need, ContextFlag>;

function stateFlags({ state, problems }: TunnelSnapshot): readonly ContextFlag[] {
  switch (state.status) {
    case 'stopped':
      return ['startable'];
    case 'idle':
      return ['startable', 'stoppable'];
    case 'connecting':
      return ['stoppable'];
    case 'up':
      return ['stoppable', 'restartable'];
    case 'waiting':
      return ['stoppable', 'retryable'];
    case 'blocked':
      // Without trust or consent nothing was started, so there is nothing to stop.
      return state.need === 'trust' || state.need === 'consent'
        ? ['answerable', flagOfNeed[state.need]]
        : ['answerable', flagOfNeed[state.need], 'stoppable'];
    case 'failed':
      return problems.length === 0 ? ['startable'] : ['broken'];
    case 'stopping':
      return [];
  }
}

function originFlags({ origin, problems }: TunnelSnapshot): readonly ContextFlag[] {
  if (origin === 'sshConfig') {
    // Edit opens the ssh_config file. Only the user changes it.
    return ['editable'];
  }
  return origin === 'user' || problems.length > 0
    ? ['editable', 'removable']
    : ['editable', 'removable', 'consentable'];
}

/** Whether there is an error or a failed forward to explain. Problems in its settings need no explanation. */
export function isExplainable(tunnel: TunnelSnapshot): boolean {
  return (errorOf(tunnel.state) !== undefined && tunnel.problems.length === 0) || isTunnelDegraded(tunnel);
}

export function tunnelFlags(tunnel: TunnelSnapshot): readonly ContextFlag[] {
  return [
    'tunnel',
    ...stateFlags(tunnel),
    ...originFlags(tunnel),
    // If it is blocked, Answer opens a question that explains it.
    ...(isExplainable(tunnel) && tunnel.state.status !== 'blocked' ? (['explainable'] as const) : []),
    ...(tunnel.programs.some(({ state }) => isActive(state)) ? (['running'] as const) : []),
    ...(tunnel.programs.length > 0 ? (['hasPrograms'] as const) : []),
    ...(tunnel.staysLocal === true ? (['localOnly'] as const) : []),
  ];
}

export function contextValueOf(tunnel: TunnelSnapshot): ContextValue {
  return join(tunnelFlags(tunnel));
}

function isBrowsable({ forward, state }: ForwardSnapshot): boolean {
  return (
    forward.kind === 'local' && state.status === 'listening' && 'port' in forward.listen && mayBeWeb(forward)
  );
}

/** Whether it has a connection string, because its service is known. */
export function isConnectable({ forward, state }: ForwardSnapshot): boolean {
  return forward.kind === 'local' && state.status === 'listening' && connectionPattern(forward) !== undefined;
}

/** Whether another local port would fix its failure. */
export function canUseAnotherPort({ forward, state }: ForwardSnapshot, { origin }: TunnelSnapshot): boolean {
  return (
    origin !== 'sshConfig' &&
    forward.kind !== 'remote' &&
    'port' in forward.listen &&
    state.status === 'failed' &&
    (state.error.code === 'AddressInUse' || state.error.code === 'PortPermissionDenied')
  );
}

/** Whether its port can be changed in the settings. */
function canMove({ forward }: ForwardSnapshot, { origin, problems }: TunnelSnapshot): boolean {
  return origin !== 'sshConfig' && problems.length === 0 && 'port' in forward.listen;
}

/** The tunnel of this extension that already listens where a failed local or dynamic forward should. */
export function holderOf({ forward, state }: ForwardSnapshot): TunnelHolder | undefined {
  return forward.kind !== 'remote' &&
    state.status === 'failed' &&
    state.error.code === 'AddressInUse' &&
    state.error.holder.kind === 'tunnel'
    ? state.error.holder
    : undefined;
}

/** A forward can be edited if its tunnel can. */
export function forwardContextValue(forward: ForwardSnapshot, tunnel: TunnelSnapshot): ContextValue {
  return join(forwardFlags(forward, tunnel));
}

function forwardFlags(forward: ForwardSnapshot, tunnel: TunnelSnapshot): readonly ContextFlag[] {
  const flags: ContextFlag[] = ['forward'];
  if (forward.state.status === 'listening' && forward.forward.kind !== 'remote') {
    flags.push('copyable');
  }
  if (isBrowsable(forward)) {
    flags.push('browsable');
  }
  if (isConnectable(forward)) {
    flags.push('connectable');
  }
  if (forward.forward.kind === 'dynamic' && tunnel.problems.length === 0) {
    flags.push('proxy');
  }
  if (holderOf(forward)) {
    flags.push('takeable');
  }
  if (canMove(forward, tunnel)) {
    flags.push('movable');
  }
  const editable = originFlags(tunnel).filter((flag) => flag === 'editable');
  const { state } = forward;
  const hasError =
    state.status === 'failed' || (state.status === 'listening' && state.lastError !== undefined);
  return [...flags, ...editable, ...(hasError ? (['explainable'] as const) : [])];
}

/** Whether its failure can be explained. If the connection was lost, the tunnel explains that. */
export function isProgramExplainable({ state }: ProgramSnapshot): boolean {
  return state.status === 'failed' && state.isCutOff !== true;
}

/** Whether it can be started now. */
export function isRunnable({ state }: ProgramSnapshot): boolean {
  return !isActive(state);
}

/** Whether it can be stopped now. */
export function isStoppable({ state }: ProgramSnapshot): boolean {
  return state.status === 'starting' || state.status === 'running';
}

/** A program from the settings can be edited if its tunnel can. */
export function programContextValue(program: ProgramSnapshot, tunnel: TunnelSnapshot): ContextValue {
  const { state } = tunnel;
  const isUntrusted = state.status === 'blocked' && state.need === 'trust';
  const editable = program.isAdHoc ? [] : originFlags(tunnel).filter((flag) => flag === 'editable');
  return join([
    'program',
    ...(isRunnable(program) && !isUntrusted ? (['startable'] as const) : []),
    ...(isStoppable(program) ? (['stoppable'] as const) : []),
    ...editable,
    ...(isProgramExplainable(program) ? (['explainable'] as const) : []),
  ]);
}

export function problemContextValue(tunnel: TunnelSnapshot): ContextValue {
  return join(['problem', ...originFlags(tunnel).filter((flag) => flag === 'editable')]);
}

/** Whether Start All starts it: not if it has only X11 programs. */
export function hasForwardsToOpen({ entry }: Pick<TunnelSnapshot, 'entry'>): boolean {
  return entry === undefined || !isForPrograms(entry.definition);
}

/** What is possible for any tunnel, for the buttons above the tree and the palette. Start All leaves out hosts of ssh_config. */
export interface ContextFacts {
  readonly hasTunnels: boolean;
  readonly hasRows: boolean;
  readonly hasHosts: boolean;
  readonly canStartAny: boolean;
  readonly canStart: boolean;
  readonly canStopAny: boolean;
  readonly canRetry: boolean;
  readonly needsAnswer: boolean;
  readonly needsConsent: boolean;
  readonly canExplain: boolean;
  readonly canCopy: boolean;
  readonly canBrowse: boolean;
  readonly canConnect: boolean;
  readonly hasProxy: boolean;
  readonly isProgramRunning: boolean;
}

export function contextFacts(tunnels: readonly TunnelSnapshot[]): ContextFacts {
  // One pass: this runs at each change of a state.
  const ofTunnels = new Set<ContextFlag>();
  const ofForwards = new Set<ContextFlag>();
  let hasTunnels = false;
  let canStartAny = false;
  for (const tunnel of tunnels) {
    const flags = tunnelFlags(tunnel);
    flags.forEach((flag) => ofTunnels.add(flag));
    for (const forward of tunnel.forwards) {
      forwardFlags(forward, tunnel).forEach((flag) => ofForwards.add(flag));
    }
    if (tunnel.origin !== 'sshConfig') {
      hasTunnels = true;
      canStartAny ||= hasForwardsToOpen(tunnel) && flags.includes('startable');
    }
  }
  return {
    hasTunnels,
    hasRows: tunnels.length > 0,
    hasHosts: tunnels.some(({ origin }) => origin === 'sshConfig'),
    canStartAny,
    canStart: ofTunnels.has('startable') || ofTunnels.has('answerable') || ofTunnels.has('retryable'),
    canStopAny: ofTunnels.has('stoppable'),
    canRetry: ofTunnels.has('retryable'),
    needsAnswer: ofTunnels.has('answerable'),
    needsConsent: ofTunnels.has('needsConsent'),
    canExplain: ofTunnels.has('explainable') || ofForwards.has('explainable'),
    canCopy: ofForwards.has('copyable'),
    canBrowse: ofForwards.has('browsable'),
    canConnect: ofForwards.has('connectable'),
    hasProxy: ofForwards.has('proxy'),
    isProgramRunning: ofTunnels.has('running'),
  };
}
