// The leases that windows have on tunnels, and what follows from all the leases of one tunnel.
import type { Environment } from '../../util/environment';
import type { TunnelHolder } from '../../errors/forwards/addressInUse';
import type { PortOwner } from '../../forwards/listenerRegistry';
import { forwardKey } from '../../config/forward';
import { takenOver } from '../../errors/daemon';
import { combineSavedSecrets } from '../../model/prompt';
import type { Ask, SavedSecrets } from '../../model/prompt';
import type { Lease, LeasedTunnel, TunnelReport } from '../protocol/protocol';
import type { Tunnel } from '../tunnel/tunnel';
import type { LogReader, LogSubscriber } from './logRouter';

/** How long a lease outlives its window, so that a reload or crash of the window closes nothing. */
export const leaseGraceMs = 30_000;

/** The messages that the daemon can send to a window. */
export interface WindowChannel extends SavedSecrets, LogReader {
  report(reports: readonly TunnelReport[]): void;
  stoppedByUser(id: string): void;
  startedByUser(id: string, earlier: boolean): void;
  takenOver(id: string): void;
  readonly ask: Ask;
}

export interface WindowLease {
  readonly window: Window;
  leased: LeasedTunnel;
  want: boolean;
  readonly shared: SharedTunnel;
}

/** A tunnel of all windows that lease it. */
export interface SharedTunnel {
  readonly identity: string;
  readonly tunnel: Tunnel;
  /** The oldest first, see renew(). */
  readonly leases: Set<WindowLease>;
  /** In the registry of listeners. */
  readonly portOwner: PortOwner;
  /** To be reported to its windows. */
  changed: boolean;
  /** The counters that were reported last. */
  reportedCounters: string;
}

export class Window {
  readonly id: string;
  readonly leases = new Map<string, WindowLease>();
  channel: WindowChannel | undefined;
  /** The title that its user sees; undefined: it has none, or its build does not send one. */
  title: string | undefined;
  /** The process of its editor; undefined: not known. */
  editorPid: number | undefined;
  env: Environment = {};
  graceTimer: NodeJS.Timeout | undefined;
  /** The lease that it sent last. */
  newest: Lease | undefined;
  /** Changes of the lease are applied one after another. */
  queue: Promise<void> = Promise.resolve();

  constructor(id: string) {
    this.id = id;
  }
}

/** The report for a tunnel that a newer daemon has taken over. */
export function takenOverReport({ leased: { id, name, definition } }: WindowLease): TunnelReport {
  const closed = definition.forwards.map((forward) => [forwardKey(forward), { status: 'closed' }] as const);
  const state = { status: 'failed', error: takenOver(name ?? id) } as const;
  return { id, state, forwards: Object.fromEntries(closed) };
}

export function reportOf({ leased: { id, definition }, shared: { tunnel } }: WindowLease): TunnelReport {
  const { state, forwards } = tunnel;
  const own = definition.forwards.map((forward) => {
    const key = forwardKey(forward);
    return [key, forwards[key] ?? { status: 'closed' }] as const;
  });
  const { compression, protection, programs } = tunnel;
  return {
    id,
    state,
    forwards: Object.fromEntries(own),
    ...(compression && { compression }),
    ...(state.status === 'up' && protection.length > 0 && { protection }),
    ...(programs.length > 0 && { programs }),
  };
}

/** The ports of this machine that a tunnel needs. */
export function fixedPorts({ definition }: LeasedTunnel): readonly number[] {
  return definition.forwards.flatMap(({ kind, listen }) =>
    kind !== 'remote' && 'port' in listen && listen.port > 0 ? [listen.port] : [],
  );
}

/** The leases that only disconnected windows still have, of unwanted tunnels with any of these ports. */
export function abandoned(
  tunnels: Iterable<SharedTunnel>,
  wanted: ReadonlySet<string>,
  ports: ReadonlySet<number>,
): readonly WindowLease[] {
  return [...tunnels]
    .filter(
      ({ identity, leases }) =>
        !wanted.has(identity) &&
        [...leases].every(
          ({ window, leased }) => !window.channel && fixedPorts(leased).some((port) => ports.has(port)),
        ),
    )
    .flatMap(({ leases }) => [...leases]);
}

/** Makes it the newest lease of its tunnel: its user starts the tunnel, or its window has another environment now. */
export function renew(windowLease: WindowLease): void {
  const { leases } = windowLease.shared;
  leases.delete(windowLease);
  leases.add(windowLease);
}

/** The newest lease of a connected window that wants the tunnel up, else of a connected window, else of any. */
export function newest(leases: ReadonlySet<WindowLease>): WindowLease | undefined {
  const newestFirst = [...leases].reverse();
  const connected = newestFirst.filter(({ window }) => window.channel);
  return connected.find(({ want }) => want) ?? connected[0] ?? newestFirst[0];
}

/** Prompts in the window of this lease, or in another window that leases the tunnel if that is not connected. */
export function askThrough({ window, shared }: WindowLease, ...question: Parameters<Ask>): ReturnType<Ask> {
  const [other] = [...shared.leases].flatMap((lease) => lease.window.channel ?? []);
  return (window.channel ?? other)?.ask(...question) ?? Promise.resolve(undefined);
}

/** How messages name this tunnel when it has a port that another tunnel wants. */
export function holderOf(leased: LeasedTunnel, leases: ReadonlySet<WindowLease>): TunnelHolder {
  const { window, leased: own } = newest(leases) ?? { leased };
  const tunnel = own.name ?? own.id;
  return window?.title === undefined ? { tunnel } : { tunnel, window: window.title };
}

/** The secrets saved by the windows that lease a tunnel. */
export function secretsOf(leases: ReadonlySet<WindowLease>): SavedSecrets {
  return combineSavedSecrets(() => [...leases].flatMap(({ window }) => window.channel ?? []));
}

/** The windows that have the tunnel's lines in their logs. */
export function logSubscribers(leases: ReadonlySet<WindowLease>): readonly LogSubscriber[] {
  return [...leases].flatMap(({ window: { channel }, leased: { id } }) =>
    channel ? [{ reader: channel, tunnel: id }] : [],
  );
}

export function isWanted(leases: ReadonlySet<WindowLease>): boolean {
  for (const { want } of leases) {
    if (want) {
      return true;
    }
  }
  return false;
}

/** Whether all windows that want it want it only on demand: connected when the first client connects. */
export function isOnDemand(leases: ReadonlySet<WindowLease>): boolean {
  const wanting = [...leases].filter(({ want }) => want);
  return wanting.length > 0 && wanting.every(({ leased }) => leased.onDemand === true);
}

/** Whether another connected window wants it up, but this one does not. */
export function isWantedInAnotherWindow({ window, want, shared }: WindowLease): boolean {
  return (
    !want && [...shared.leases].some((other) => other.window !== window && other.window.channel && other.want)
  );
}

/** A start in one window counts for all connected windows, as a stop does. */
export function startInOtherWindows({ window, shared }: WindowLease): void {
  for (const other of shared.leases) {
    if (other.window !== window && other.window.channel) {
      other.want = true;
      other.window.channel.startedByUser(other.leased.id, false);
    }
  }
}

export function isSameSpec(a: LeasedTunnel, b: LeasedTunnel): boolean {
  return JSON.stringify([a.definition, a.settings]) === JSON.stringify([b.definition, b.settings]);
}
