// The plan of a soak: which faults happen, what users do meanwhile, and when; the same for the same seed.
import { Random } from '../random';

/** An hour's worth: one a minute, like on a bad day on a train. */
const faultsPerHour = 60;
/** How many minutes an hour is compressed to. */
const minutesPerHour = 10;
/** What users do between two faults. */
const actionsPerFault = 1.2;

const faultNames = [
  'kill',
  'kill all',
  'freeze',
  'restart',
  'hold',
  'forget',
  'reset',
  'refuse',
  'slow',
  'distant',
  'sleep',
  'port taken',
] as const;
export type FaultName = (typeof faultNames)[number];

const userActions = ['stop and start', 'port taken', 'settings', 'reload', 'second window'] as const;
export type UserAction = (typeof userActions)[number];

export interface Step<Name extends string> {
  readonly what: Name;
  /** Milliseconds since the start. */
  readonly at: number;
  /** Milliseconds. */
  readonly lasts: number;
  /** From 0 to below 1: selects the server, tunnel, session … and the strength. */
  readonly whom: number;
  readonly how: number;
}

export interface Plan {
  readonly seed: number;
  /** Milliseconds. */
  readonly duration: number;
  readonly faults: readonly Step<FaultName>[];
  readonly userActions: readonly Step<UserAction>[];
}

export function planSoak(seed: number, duration: number): Plan {
  const faults = Math.max(1, Math.round((duration / 60_000 / minutesPerHour) * faultsPerHour));
  return {
    seed,
    duration,
    faults: steps(new Random(seed), faultNames, faults, duration),
    userActions: steps(new Random(seed + 1), userActions, Math.round(faults * actionsPerFault), duration),
  };
}

/** Each in its share of the time, and each name as often as any other, in any order. */
function steps<Name extends string>(
  random: Random,
  names: readonly Name[],
  count: number,
  duration: number,
): readonly Step<Name>[] {
  const share = duration / count;
  const bag: Name[] = [];
  return Array.from({ length: count }, (_, n) => {
    if (bag.length === 0) {
      bag.push(...shuffled(names, random));
    }
    // The first comes soon, and the last leaves time to recover.
    const at = share * (n + 0.4 * random.next());
    const lasts = 300 + 0.5 * Math.min(share, 11_000) * random.next();
    return { what: bag.pop()!, at, lasts, whom: random.next(), how: random.next() };
  });
}

function shuffled<T>(items: readonly T[], random: Random): readonly T[] {
  return items
    .map((item) => ({ item, rank: random.next() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}

/** The item that a number from 0 to below 1 selects. */
export function chosen<T>(items: readonly T[], share: number): T | undefined {
  return items[Math.floor(share * items.length)];
}
