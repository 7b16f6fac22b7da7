// The soak: an hour's worth of faults in ten minutes, by seed; then compares what the daemon holds afterwards with
// what it held before.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { counted, soak } from '../support/soak/soak';
import type { DaemonUsage } from '../support/soak/soakDaemon';
import { resultsDir } from './options';
import type { Options } from './options';
import type { Row } from './report';

/**
 * Minutes of the same load before the daemon is first measured; in the third minute some MiB of code are still being
 * compiled.
 */
const warmUpMinutes = 3;
const clients = 16;
/** Milliseconds between two clients of each worker. */
const pause = 500;
/** Of the daemon's memory at the start. */
const mostGrowth = 0.1;
/** Seconds of CPU time in three idle seconds. */
const mostIdle = 0.15;

function hasGrown(before: DaemonUsage, now: DaemonUsage): boolean {
  return now.residentMib >= before.residentMib * (1 + mostGrowth);
}

export async function measureSoak({ minutes, seed }: Options): Promise<readonly Row[]> {
  console.log(`\nsoak, --seed ${seed} --minutes ${minutes}`);
  const note = (line: string): void => console.log(`  ${line}`);
  const { faults, userActions, served, violations, before, after, idle, counts, log } = await soak({
    seed,
    minutes,
    warmUpMinutes: Math.min(warmUpMinutes, minutes),
    clients,
    pause,
    hasGrown,
    note,
  });
  await mkdir(resultsDir, { recursive: true });
  await writeFile(join(resultsDir, 'soak-daemon.log'), log.join('\n'));
  console.log(JSON.stringify(counts));
  const sum = (files: DaemonUsage['files']): number =>
    Object.values(files).reduce((all, count) => all + count, 0);
  const compare = (what: string, unit: string, of: (usage: DaemonUsage) => number): Omit<Row, 'goal'> => ({
    what,
    unit,
    values: { before: of(before), after: of(after) },
  });
  const isSame = { goal: 'the same', reached: isDeepStrictEqual(counted(before), counted(after)) };
  return [
    { what: `faults, and ${userActions} user actions`, unit: 'count', values: { during: faults } },
    { what: 'clients served completely', unit: 'count', values: { during: served } },
    {
      what: 'wrong bytes, false ends, refusals, questions …',
      unit: 'count',
      values: { during: violations.length },
      goal: 'none',
      reached: violations.length === 0,
    },
    { ...compare('open files', 'count', ({ files }) => sum(files)), ...isSame },
    { ...compare('timers, sockets, servers', 'count', ({ resources }) => sum(resources)), ...isSame },
    { ...compare('child processes', 'count', ({ children }) => children), ...isSame },
    {
      ...compare('threads', 'count', ({ threads }) => threads),
      goal: 'no more',
      reached: after.threads <= before.threads,
    },
    compare('heap and buffers', 'MiB', ({ heapMib }) => heapMib),
    {
      ...compare('memory', 'MiB', ({ residentMib }) => residentMib),
      goal: `< ${mostGrowth * 100} % more`,
      reached: !hasGrown(before, after),
    },
    {
      what: 'CPU time when no tunnel is wanted',
      unit: 's in 3 s',
      values: { after: idle },
      goal: `< ${mostIdle}`,
      reached: idle < mostIdle,
    },
  ];
}
