// The rows of the tree, as commands receive them: references to tunnels, not snapshots, so they can't become outdated.
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
  /** The index in `TunnelSnapshot.problems`. */
  readonly index: number;
}
/**
 * The countdown to the next attempt, below a tunnel that is reconnecting. It has its own row because it is redrawn every
 * second, and each redraw closes the row's tooltip.
 */
export interface ProgressRow {
  readonly kind: 'progress';
  readonly id: string;
  readonly tunnelId: string;
}
type ChildRow = ForwardRow | ProgramRow | ProblemRow | ProgressRow;
/** A row of one tunnel. */
export type TunnelNode = TunnelRow | ChildRow;

/** Groups the hosts of ssh_config, below the tunnels of the settings. Commands never receive it. */
export interface GroupRow {
  readonly kind: 'group';
  readonly id: string;
}
export type TreeNode = TunnelNode | GroupRow;

export const sshConfigGroup: GroupRow = { kind: 'group', id: 'group:sshConfig' };

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
  return { kind: 'forward', id: `${tunnelId}/forward:${label}`, tunnelId, label };
}

export function programRow(tunnelId: string, name: string): ProgramRow {
  return { kind: 'program', id: `${tunnelId}/program:${name}`, tunnelId, name };
}

/** Waiting and connecting alternate; the countdown row stays for both, so that the rows below don't move. */
function isRetrying({ state }: TunnelSnapshot): boolean {
  return state.status === 'waiting' || (state.status === 'connecting' && state.attempt > 1);
}

/** The rows below a tunnel: the problems of its settings, or else its forwards and programs. */
export function childRows(tunnel: TunnelSnapshot): readonly ChildRow[] {
  const tunnelId = tunnel.id;
  if (tunnel.problems.length > 0) {
    return tunnel.problems.map((_, index) => ({
      kind: 'problem',
      id: `${tunnelId}/problem:${index}`,
      tunnelId,
      index,
    }));
  }
  const forwards = tunnel.forwards.map(({ forward: { label } }) => forwardRow(tunnelId, label));
  const programs = tunnel.programs.map(({ program: { name } }) => programRow(tunnelId, name));
  const parts = [...forwards, ...programs];
  return isRetrying(tunnel) ? [{ kind: 'progress', id: `${tunnelId}/progress`, tunnelId }, ...parts] : parts;
}

/** Whether the argument of a command is a row. */
export function isTunnelNode(value: unknown): value is TunnelNode {
  if (typeof value !== 'object' || value === null || !('kind' in value) || !('tunnelId' in value)) {
    return false;
  }
  return kinds.includes(value.kind) && typeof value.tunnelId === 'string';
}
