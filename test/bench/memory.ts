// The daemon's memory while one side is far faster than the other: it must stay bounded, however many connections
// there are.
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Contender } from './contender';
import type { Options } from './options';
import { residentMib } from '../support/processUsage';
import type { Row } from './report';
import { readSlowly, sendAll } from './streams';
import { ask } from './transfers';
import { startBenchSetup } from './benchSetup';

const slowly = 100 * 1000;
const duration = 20_000;
const sampleInterval = 100;
const connections = 50;
/** MiB. */
const mostGrowth = 64;
/** More than anyone can transfer. */
const endless = 1e12;

const cases = [
  ['one reader of 100 kB/s', slowReader, 1],
  [`${connections} readers of 100 kB/s`, slowReader, connections],
  ['an upload to a target of 100 kB/s', slowTarget, 1],
  [`${connections} uploads to targets of 100 kB/s`, slowTarget, connections],
] as const;

export async function measureMemory(options: Options): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const [what, runClient, count] of cases) {
    // All new: a process that was large once doesn't show it when it grows again.
    await using setup = await startBenchSetup(options);
    const contenders = [setup.openssh, ...setup.ours];
    const values: Record<string, number> = {};
    for (const contender of contenders) {
      values[contender.name] = await growth(contender, runClient, count);
    }
    const reached = setup.ours.every(({ name }) => (values[name] ?? NaN) < mostGrowth);
    rows.push({ what, unit: 'MiB of growth', values, goal: `< ${mostGrowth} MiB`, reached });
  }
  return rows;
}

/** MiB between the start and the peak. */
async function growth(
  { port, pid }: Contender,
  runClient: (port: number, signal: AbortSignal) => Promise<void>,
  count: number,
): Promise<number> {
  const before = residentMib(pid);
  const over = new AbortController();
  setMaxListeners(count, over.signal);
  const clients = Array.from({ length: count }, () => runClient(port, over.signal));
  let highest = before;
  for (const end = performance.now() + duration; performance.now() < end;) {
    await sleep(sampleInterval);
    highest = Math.max(highest, residentMib(pid));
  }
  over.abort();
  await Promise.all(clients);
  return highest - before;
}

async function slowReader(port: number, signal: AbortSignal): Promise<void> {
  const socket = await ask(port, { do: 'source', bytes: endless, distinct: false });
  signal.addEventListener('abort', () => socket.resetAndDestroy());
  await readSlowly(socket, slowly);
}

async function slowTarget(port: number, signal: AbortSignal): Promise<void> {
  const socket = await ask(port, { do: 'slowSink', bytesPerSecond: slowly });
  signal.addEventListener('abort', () => socket.resetAndDestroy());
  await sendAll(socket, endless, false);
}
