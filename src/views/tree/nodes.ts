// The nodes of the tree, as commands receive them: references to tunnels, not snapshots, so they can't become outdated.
import { faultsOf } from '../../tunnels/model/snapshot';
import type { TunnelSnapshot } from '../../tunnels/model/snapshot';

export interface TunnelNode {
  readonly kind: 'tunnel';
  readonly id: string;
  readonly tunnelId: string;
}
export interface ForwardNode {
  readonly kind: 'forward';
  readonly id: string;
  readonly tunnelId: string;
  /** The forward's label, unique within its tunnel. */
  readonly label: string;
}
export interface ProgramNode {
  readonly kind: 'program';
  readonly id: string;
  readonly tunnelId: string;
  /** The program's name, unique within its tunnel. */
  readonly name: string;
}
export interface ProblemNode {
  readonly kind: 'problem';
  readonly id: string;
  readonly tunnelId: string;
  /** The index in `faultsOf()` of the tunnel. */
  readonly index: number;
}
type ChildNode = ForwardNode | ProgramNode | ProblemNode;
/** A node of one tunnel: what commands receive. */
export type CommandNode = TunnelNode | ChildNode;

/** Groups the hosts of ssh_config, below the tunnels of the settings. Commands never receive it. */
export interface GroupNode {
  readonly kind: 'group';
  readonly id: string;
}
export type TreeNode = CommandNode | GroupNode;

export const sshConfigGroup: GroupNode = { kind: 'group', id: 'group:sshConfig' };

export function isInGroup({ origin }: Pick<TunnelSnapshot, 'origin'>): boolean {
  return origin === 'sshConfig';
}

/**
 * Whether the tree leaves room for the welcome text: there is no tunnel in the settings, and no host of ssh_config was
 * started.
 * @param showsHosts the user has asked to see the hosts all the same
 */
export function showsWelcome(tunnels: readonly TunnelSnapshot[], showsHosts: boolean): boolean {
  return tunnels.every(
    (tunnel) =>
      isInGroup(tunnel) && !showsHosts && (tunnel.state.status === 'stopped' || tunnel.problems.length > 0),
  );
}

const kinds: readonly unknown[] = [
  'tunnel',
  'forward',
  'program',
  'problem',
] satisfies readonly CommandNode['kind'][];

export function tunnelNode(tunnelId: string): TunnelNode {
  return { kind: 'tunnel', id: tunnelId, tunnelId };
}

export function forwardNode(tunnelId: string, label: string): ForwardNode {
  return { kind: 'forward', id: `${tunnelId}/forward:${label}`, tunnelId, label };
}

export function programNode(tunnelId: string, name: string): ProgramNode {
  return { kind: 'program', id: `${tunnelId}/program:${name}`, tunnelId, name };
}

/** The rows below a tunnel: the problems of its settings, or else its forwards and programs and what is left out. */
export function childNodes(tunnel: TunnelSnapshot): readonly ChildNode[] {
  const tunnelId = tunnel.id;
  const faults = faultsOf(tunnel).map((_, index): ProblemNode => ({
    kind: 'problem',
    id: `${tunnelId}/problem:${index}`,
    tunnelId,
    index,
  }));
  if (tunnel.problems.length > 0) {
    return faults;
  }
  const forwards = tunnel.forwards.map(({ forward: { label } }) => forwardNode(tunnelId, label));
  const programs = tunnel.programs.map(({ program: { name } }) => programNode(tunnelId, name));
  return [...forwards, ...programs, ...faults];
}

/** Whether the argument of a command is a node of the tree. */
export function isCommandNode(value: unknown): value is CommandNode {
  if (typeof value !== 'object' || value === null || !('kind' in value) || !('tunnelId' in value)) {
    return false;
  }
  return kinds.includes(value.kind) && typeof value.tunnelId === 'string';
}
