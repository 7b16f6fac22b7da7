// What the views and the API see of a tunnel: its entry, where it came from and how it is, at one moment.
import type { OverrideNote } from '../config/applyOverride';
import type { TunnelEntry, DefinitionProblem } from '../config/definition';
import type { Forward } from '../config/forward';
import type { ProgramSnapshot } from './programState';
import { isDegraded } from './state';
import type { ForwardState, TunnelState } from './state';

export type Origin = 'user' | 'workspace' | 'folder' | 'sshConfig';

export interface TunnelIdentity {
  /** Stable over sessions: `user:NAME`, `workspace:NAME`, `folder:FOLDER:NAME`, `sshConfig:ALIAS`. */
  readonly id: string;
  readonly name: string;
  readonly origin: Origin;
  /** The workspace folder's name, where the origin is a folder. */
  readonly folder?: string;
  readonly override?: OverrideNote;
}

export interface ForwardSnapshot {
  readonly forward: Forward;
  readonly state: ForwardState;
  /** What is remarkable about its port: see portHints(). */
  readonly hints?: readonly string[];
}

/** Bytes before and after compression, of one connection since it is up. */
export interface CompressionCounts {
  readonly sent: { readonly plain: number; readonly wire: number };
  readonly received: { readonly plain: number; readonly wire: number };
}

export interface TunnelSnapshot extends TunnelIdentity {
  readonly entry: TunnelEntry | undefined;
  /** Empty unless the entry could not be understood; then `entry` is undefined and the state `failed`. */
  readonly problems: readonly DefinitionProblem[];
  readonly state: TunnelState;
  readonly forwards: readonly ForwardSnapshot[];
  /** Those of `x11Programs` in their order, then those that were run by hand. */
  readonly programs: readonly ProgramSnapshot[];
  /** While it is up with compression; of the connection, which other tunnels may share. */
  readonly compression?: CompressionCounts;
}

export function isTunnelDegraded(tunnel: Pick<TunnelSnapshot, 'state' | 'forwards'>): boolean {
  return isDegraded(
    tunnel.state,
    tunnel.forwards.map((forward) => forward.state),
  );
}
