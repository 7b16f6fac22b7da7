// What can be done with a row now, as flags of its contextValue that `when` clauses of package.json look for.
import { isTunnelDegraded } from '../../tunnels/model/snapshot';
import type { TunnelHolder } from '../../tunnels/errors/portHolder';
import type { ForwardSnapshot, TunnelSnapshot } from '../../tunnels/model/snapshot';
import { errorOf } from '../../tunnels/model/state';
import { isForPrograms } from '../../tunnels/config/definition';
import { isActive } from '../../tunnels/model/programState';
import type { ProgramSnapshot } from '../../tunnels/model/programState';
import { connectionPattern, mayBeWeb } from '../services/service';

export const contextFlags = [
  'tunnel',
  'forward',
  'program',
  'problem',
  'progress',
  'broken',
  'startable',
  'stoppable',
  'restartable',
  'retryable',
  'answerable',
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
  'running',
] as const;
export type ContextFlag = (typeof contextFlags)[number];

/** Space-separated, for clauses such as `viewItem =~ /\bstartable\b/`. */
export type ContextValue = string;

function join(flags: readonly ContextFlag[]): ContextValue {
  return flags.join(' ');
}

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
      // Without trust or consent nothing has been started that could be stopped.
      return state.need === 'trust' || state.need === 'consent'
        ? ['answerable']
        : ['answerable', 'stoppable'];
    case 'failed':
      return problems.length === 0 ? ['startable'] : ['broken'];
    case 'stopping':
      return [];
  }
}

function originFlags({ origin, problems }: TunnelSnapshot): readonly ContextFlag[] {
  if (origin === 'sshConfig') {
    // It stands in a file of OpenSSH's, which is opened, and changed by its owner alone.
    return ['editable'];
  }
  return origin === 'user' || problems.length > 0
    ? ['editable', 'removable']
    : ['editable', 'removable', 'consentable'];
}

/** Whether there is an error to explain, or a failed forward; a problem of its settings says all there is to say. */
export function isExplainable(tunnel: TunnelSnapshot): boolean {
  return (errorOf(tunnel.state) !== undefined && tunnel.problems.length === 0) || isTunnelDegraded(tunnel);
}

export function tunnelFlags(tunnel: TunnelSnapshot): readonly ContextFlag[] {
  return [
    'tunnel',
    ...stateFlags(tunnel),
    ...originFlags(tunnel),
    // What is blocked has a question to answer, which says the same.
    ...(isExplainable(tunnel) && tunnel.state.status !== 'blocked' ? (['explainable'] as const) : []),
    ...(tunnel.programs.some(({ state }) => isActive(state)) ? (['running'] as const) : []),
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

/** Whether its service is known, and so its connection string. */
export function isConnectable({ forward, state }: ForwardSnapshot): boolean {
  return forward.kind === 'local' && state.status === 'listening' && connectionPattern(forward) !== undefined;
}

/** Whether another port of this machine would help. */
export function isMovable({ forward, state }: ForwardSnapshot, { origin }: TunnelSnapshot): boolean {
  return (
    origin !== 'sshConfig' &&
    forward.kind !== 'remote' &&
    'port' in forward.listen &&
    state.status === 'failed' &&
    (state.error.code === 'AddressInUse' || state.error.code === 'PortPermissionDenied')
  );
}

/** The tunnel of ours that has the place which a forward of this machine wants. */
export function holderOf({ forward, state }: ForwardSnapshot): TunnelHolder | undefined {
  const holder = state.status === 'failed' ? state.error.facts?.holder : undefined;
  return forward.kind !== 'remote' && typeof holder === 'object' && 'tunnel' in holder ? holder : undefined;
}

/** A forward shares what can be done with its setting with its tunnel. */
export function forwardContextValue(forward: ForwardSnapshot, tunnel: TunnelSnapshot): ContextValue {
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
  if (isMovable(forward, tunnel)) {
    flags.push('movable');
  }
  const editable = originFlags(tunnel).filter((flag) => flag === 'editable');
  const { state } = forward;
  const hasError =
    state.status === 'failed' || (state.status === 'listening' && state.lastError !== undefined);
  return join([...flags, ...editable, ...(hasError ? (['explainable'] as const) : [])]);
}

/** Whether there is more to say about its failure; that of the connection, with which it ended, is the tunnel's. */
export function isProgramExplainable({ state }: ProgramSnapshot): boolean {
  return state.status === 'failed' && state.isCutOff !== true;
}

/** Whether it can be run now. */
export function isRunnable({ state }: ProgramSnapshot): boolean {
  return !isActive(state);
}

/** Whether it can be told to end now. */
export function isEndable({ state }: ProgramSnapshot): boolean {
  return state.status === 'starting' || state.status === 'running';
}

/** A program shares what can be done with its setting with its tunnel, where it stands in one. */
export function programContextValue(program: ProgramSnapshot, tunnel: TunnelSnapshot): ContextValue {
  const { state } = tunnel;
  const isUntrusted = state.status === 'blocked' && state.need === 'trust';
  const editable = program.isAdHoc ? [] : originFlags(tunnel).filter((flag) => flag === 'editable');
  return join([
    'program',
    ...(isRunnable(program) && !isUntrusted ? (['startable'] as const) : []),
    ...(isEndable(program) ? (['stoppable'] as const) : []),
    ...editable,
    ...(isProgramExplainable(program) ? (['explainable'] as const) : []),
  ]);
}

export function problemContextValue(tunnel: TunnelSnapshot): ContextValue {
  return join(['problem', ...originFlags(tunnel).filter((flag) => flag === 'editable')]);
}

export function progressContextValue(tunnel: TunnelSnapshot): ContextValue {
  return join(['progress', ...stateFlags(tunnel)]);
}

/** One that has something to bring up: a start of all is for these. */
export function opensSomething({ entry }: Pick<TunnelSnapshot, 'entry'>): boolean {
  return entry === undefined || !isForPrograms(entry.definition);
}

/** What can be done with any of the tunnels, for the buttons above the tree; ssh_config's are started one by one. */
export interface ContextFacts {
  readonly hasTunnels: boolean;
  readonly canStartAny: boolean;
  readonly canStopAny: boolean;
  readonly needsConsent: boolean;
}

export function contextFacts(tunnels: readonly TunnelSnapshot[]): ContextFacts {
  const ours = tunnels.filter(({ origin }) => origin !== 'sshConfig');
  const any = (of: readonly TunnelSnapshot[], flag: ContextFlag): boolean =>
    of.some((tunnel) => tunnelFlags(tunnel).includes(flag));
  return {
    hasTunnels: ours.length > 0,
    canStartAny: any(ours.filter(opensSomething), 'startable'),
    canStopAny: any(tunnels, 'stoppable'),
    needsConsent: tunnels.some(({ state }) => state.status === 'blocked' && state.need === 'consent'),
  };
}
