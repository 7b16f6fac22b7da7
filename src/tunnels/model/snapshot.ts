// What the views and the API get of a tunnel: its definition, its origin and its current state.
import type { Message } from '../util/l10n';
import type { OverrideNote } from '../config/applyOverride';
import type { TunnelEntry, DefinitionProblem } from '../config/definition';
import type { Forward } from '../config/forward';
import type { HopProtection } from './protection';
import type { ProgramSnapshot } from './programState';
import { isDegraded } from './state';
import type { ForwardState, TunnelState } from './state';

export type Origin = 'user' | 'workspace' | 'folder' | 'sshConfig';

export interface TunnelIdentity {
  /** Stable across sessions: `user:NAME`, `workspace:NAME`, `folder:FOLDER:NAME`, `sshConfig:ALIAS`. */
  readonly id: string;
  readonly name: string;
  readonly origin: Origin;
  /** Name of the workspace folder, if the origin is `folder`. */
  readonly folder?: string;
  readonly override?: OverrideNote;
}

export interface ForwardSnapshot {
  readonly forward: Forward;
  readonly state: ForwardState;
  /** Hints about its port: see portHints(). */
  readonly hints?: readonly Message[];
}

/** Bytes before and after compression, of one SSH session since it was connected. */
export interface CompressionCounts {
  readonly sent: { readonly plain: number; readonly wire: number };
  readonly received: { readonly plain: number; readonly wire: number };
}

export interface TunnelSnapshot extends TunnelIdentity {
  readonly entry: TunnelEntry | undefined;
  /** Empty unless the setting is invalid; then `entry` is undefined and the state is `failed`. */
  readonly problems: readonly DefinitionProblem[];
  /** What is left out of a valid entry: the forwards of an ssh_config that can't be read. */
  readonly leftOut?: readonly DefinitionProblem[];
  readonly state: TunnelState;
  /** It starts by itself in local windows only, and this is a remote one (`runIn`). */
  readonly staysLocal?: boolean;
  readonly forwards: readonly ForwardSnapshot[];
  /** Those of `x11Programs` in their order, then those that were run manually. */
  readonly programs: readonly ProgramSnapshot[];
  /** While connected with compression. Other tunnels may share the session that this counts. */
  readonly compression?: CompressionCounts;
  /** While connected: of each host on the way, in the order of connecting. */
  readonly protection?: readonly HopProtection[];
}

/** What its settings or its ssh_config should be corrected for, whether or not it can be used. */
export function faultsOf({
  problems,
  leftOut = [],
}: Pick<TunnelSnapshot, 'problems' | 'leftOut'>): readonly DefinitionProblem[] {
  return [...problems, ...leftOut];
}

export function isTunnelDegraded(tunnel: Pick<TunnelSnapshot, 'state' | 'forwards'>): boolean {
  return isDegraded(
    tunnel.state,
    tunnel.forwards.map((forward) => forward.state),
  );
}
