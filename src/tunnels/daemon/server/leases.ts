// Who holds which tunnel: a window's lease of it, and what follows from all the leases of one.
import type { Environment } from '../../util/environment';
import type { TunnelHolder } from '../../errors/portHolder';
import { forwardKey } from '../../config/forward';
import { handedOver } from '../../errors/consent';
import { keepersAsOne } from '../../model/prompt';
import type { Ask, SecretKeeper } from '../../model/prompt';
import type { LeasedTunnel, LogLine, TunnelReport } from '../protocol/protocol';
import type { Tunnel } from '../tunnel/tunnel';

/** What the host can say to a window. */
export interface WindowPort extends SecretKeeper {
  report(reports: readonly TunnelReport[]): void;
  stoppedByUser(id: string): void;
  startedByUser(id: string, earlier: boolean): void;
  handedOver(id: string): void;
  log(line: LogLine): void;
  ask(id: string, ...question: Parameters<Ask>): ReturnType<Ask>;
}

export interface Holding {
  readonly window: Window;
  leased: LeasedTunnel;
  want: boolean;
  readonly managed: Managed;
}

export interface Managed {
  readonly identity: string;
  readonly tunnel: Tunnel;
  readonly holders: Set<Holding>;
  /** To be told to its windows. */
  changed: boolean;
  /** The counters that were told last. */
  told: string;
}

export class Window {
  readonly id: string;
  readonly holdings = new Map<string, Holding>();
  port: WindowPort | undefined;
  /** As its user sees it; undefined: it has none, or is of a build that does not tell. */
  title: string | undefined;
  env: Environment = {};
  grace: NodeJS.Timeout | undefined;
  /** Changes of the lease come one after another. */
  queue: Promise<void> = Promise.resolve();

  constructor(id: string) {
    this.id = id;
  }
}

/** Of a tunnel that a newer host has now. */
export function handedOverReport({ leased: { id, name, definition } }: Holding): TunnelReport {
  const closed = definition.forwards.map((forward) => [forwardKey(forward), { status: 'closed' }] as const);
  const state = { status: 'failed', error: handedOver(name ?? id) } as const;
  return { id, state, forwards: Object.fromEntries(closed) };
}

export function reportOf({ leased: { id, definition }, managed: { tunnel } }: Holding): TunnelReport {
  const { state, forwards } = tunnel;
  const own = definition.forwards.map((forward) => {
    const key = forwardKey(forward);
    return [key, forwards[key] ?? { status: 'closed' }] as const;
  });
  const { compression, programs } = tunnel;
  return {
    id,
    state,
    forwards: Object.fromEntries(own),
    ...(compression && { compression }),
    ...(programs.length > 0 && { programs }),
  };
}

/** Ports of this machine that a tunnel must have. */
export function fixedPorts({ definition }: LeasedTunnel): readonly number[] {
  return definition.forwards.flatMap(({ kind, listen }) =>
    kind !== 'remote' && 'port' in listen && listen.port > 0 ? [listen.port] : [],
  );
}

/** What only windows that have gone still hold, of tunnels that are not wanted and have these ports. */
export function abandoned(
  tunnels: Iterable<Managed>,
  wanted: ReadonlySet<string>,
  ports: ReadonlySet<number>,
): readonly Holding[] {
  return [...tunnels]
    .filter(
      ({ identity, holders }) =>
        !wanted.has(identity) &&
        [...holders].every(
          ({ window, leased }) => !window.port && fixedPorts(leased).some((port) => ports.has(port)),
        ),
    )
    .flatMap(({ holders }) => [...holders]);
}

/** Of the windows that are there the last to come that wants it up, then the last that only watches. */
export function newest(holders: ReadonlySet<Holding>): Holding | undefined {
  const youngestFirst = [...holders].reverse();
  const present = youngestFirst.filter(({ window }) => window.port);
  return present.find(({ want }) => want) ?? present[0] ?? youngestFirst[0];
}

/** How others call a tunnel that has what they want. */
export function holderOf(leased: LeasedTunnel, holders: ReadonlySet<Holding>): TunnelHolder {
  const { window, leased: own } = newest(holders) ?? { leased };
  const tunnel = own.name ?? own.id;
  return window?.title === undefined ? { tunnel } : { tunnel, window: window.title };
}

/** What the windows that hold a tunnel keep. */
export function secretsOf(holders: ReadonlySet<Holding>): SecretKeeper {
  return keepersAsOne(() => [...holders].flatMap(({ window }) => window.port ?? []));
}

export function isWanted(holders: ReadonlySet<Holding>): boolean {
  return [...holders].some(({ want }) => want);
}

/** Whether whoever wants it wants it only when a client comes. */
export function isOnDemand(holders: ReadonlySet<Holding>): boolean {
  const wanting = [...holders].filter(({ want }) => want);
  return wanting.length > 0 && wanting.every(({ leased }) => leased.onDemand === true);
}

/** Whether another window that is there wants it up, while this one does not. */
export function isWantedElsewhere({ window, want, managed }: Holding): boolean {
  return (
    !want && [...managed.holders].some((other) => other.window !== window && other.window.port && other.want)
  );
}

/** What is started in one window is started for all that are there, as what is stopped is stopped for all. */
export function shareWish({ window, managed }: Holding): void {
  for (const other of managed.holders) {
    if (other.window !== window && other.window.port) {
      other.want = true;
      other.window.port.startedByUser(other.leased.id, false);
    }
  }
}

export function isSameSpec(a: LeasedTunnel, b: LeasedTunnel): boolean {
  return JSON.stringify([a.definition, a.settings]) === JSON.stringify([b.definition, b.settings]);
}
