// The rows of the tree, as commands receive them: plain references, never snapshots, so they cannot go stale.
import type { TunnelSnapshot } from '../../tunnels/model/snapshot';

export interface TunnelRow {
  readonly kind: 'tunnel';
  readonly id: string;
  readonly tunnelId: string;
}
export interface ForwardRow {
  readonly kind: 'forward';
  readonly id: string;
  readonly tunnelId: string;
  /** The forward's label, unique within its tunnel. */
  readonly label: string;
}
export interface ProgramRow {
  readonly kind: 'program';
  readonly id: string;
  readonly tunnelId: string;
  /** The program's name, unique within its tunnel. */
  readonly name: string;
}
export interface ProblemRow {
  readonly kind: 'problem';
  readonly id: string;
  readonly tunnelId: string;
  /** Of `TunnelSnapshot.problems`. */
  readonly index: number;
}
/**
 * Counts down to the next attempt, below a tunnel that tries again. A row of its own, because whatever ticks
 * can't be hovered: every redraw closes the hover.
 */
export interface ProgressRow {
  readonly kind: 'progress';
  readonly id: string;
  readonly tunnelId: string;
}
type ChildRow = ForwardRow | ProgramRow | ProblemRow | ProgressRow;
/** A row that is about one tunnel. */
export type TunnelNode = TunnelRow | ChildRow;

/** Holds the hosts of ssh_config, below the tunnels of the settings. Commands know nothing of it. */
export interface GroupRow {
  readonly kind: 'group';
  readonly id: string;
}
export type TreeNode = TunnelNode | GroupRow;

export const sshConfigGroup: GroupRow = { kind: 'group', id: 'group sshConfig' };

export function isInGroup({ origin }: Pick<TunnelSnapshot, 'origin'>): boolean {
  return origin === 'sshConfig';
}

const kinds: readonly unknown[] = [
  'tunnel',
  'forward',
  'program',
  'problem',
  'progress',
] satisfies readonly TunnelNode['kind'][];

export function tunnelRow(tunnelId: string): TunnelRow {
  return { kind: 'tunnel', id: tunnelId, tunnelId };
}

export function forwardRow(tunnelId: string, label: string): ForwardRow {
  return { kind: 'forward', id: `${tunnelId}/forward ${label}`, tunnelId, label };
}

export function programRow(tunnelId: string, name: string): ProgramRow {
  return { kind: 'program', id: `${tunnelId}/program ${name}`, tunnelId, name };
}

/** Waiting and connecting take turns: the row stays for both, so that those below it don't jump. */
function isRetrying({ state }: TunnelSnapshot): boolean {
  return state.status === 'waiting' || (state.status === 'connecting' && state.attempt > 1);
}

/** The rows below a tunnel: what is wrong with its entry, or else its forwards and its programs. */
export function childRows(tunnel: TunnelSnapshot): readonly ChildRow[] {
  const tunnelId = tunnel.id;
  if (tunnel.problems.length > 0) {
    return tunnel.problems.map((_, index) => ({
      kind: 'problem',
      id: `${tunnelId}/problem ${index}`,
      tunnelId,
      index,
    }));
  }
  const forwards = tunnel.forwards.map(({ forward: { label } }) => forwardRow(tunnelId, label));
  const programs = tunnel.programs.map(({ program: { name } }) => programRow(tunnelId, name));
  const parts = [...forwards, ...programs];
  return isRetrying(tunnel) ? [{ kind: 'progress', id: `${tunnelId}/progress`, tunnelId }, ...parts] : parts;
}

/** Tells a row from whatever else a command may be called with. */
export function isTunnelNode(value: unknown): value is TunnelNode {
  if (typeof value !== 'object' || value === null || !('kind' in value) || !('tunnelId' in value)) {
    return false;
  }
  return kinds.includes(value.kind) && typeof value.tunnelId === 'string';
}
