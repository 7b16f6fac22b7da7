// Bulk transfers in both directions, the contenders in turn: the rate, and the CPU cost for the client's process.
import type { Contender } from './contender';
import type { Options } from './options';
import { cpuSeconds, residentMib } from '../support/processUsage';
import type { Row } from './report';
import { median, sum } from './statistics';
import { download, upload } from './transfers';
import { startBenchSetup } from './benchSetup';
import type { BenchSetup } from './benchSetup';

const mib = 1024 * 1024;
const least = 0.65;
const directions = { download, upload } as const;

interface Run {
  readonly rate: number;
  readonly cpu: number;
}

export async function measureThroughput(options: Options): Promise<readonly Row[]> {
  await using setup = await startBenchSetup(options);
  return await measureTransfers(setup, options);
}

export async function measureTransfers(
  { openssh, ours }: BenchSetup,
  options: Options,
): Promise<readonly Row[]> {
  const contenders = [openssh, ...ours];
  const rows: Row[] = [];
  for (const [direction, transfer] of Object.entries(directions)) {
    const runs = new Map<Contender, Run[]>(contenders.map((contender) => [contender, []]));
    // The first round warms up the just-in-time compilers and doesn't count.
    for (let round = 0; round <= options.rounds; round++) {
      const order = round % 2 === 0 ? contenders : contenders.toReversed();
      for (const contender of order) {
        const run = await measure(contender, transfer, options.mib * mib);
        if (round > 0) {
          runs.get(contender)?.push(run);
        }
      }
    }
    rows.push(...summarise(direction, runs, openssh));
  }
  const values = Object.fromEntries(contenders.map(({ name, pid }) => [name, residentMib(pid)]));
  return [...rows, { what: 'memory of the client afterwards', unit: 'MiB', values }];
}

async function measure(
  { port, pid }: Contender,
  transfer: (port: number, bytes: number) => Promise<number>,
  bytes: number,
): Promise<Run> {
  const before = cpuSeconds(pid);
  const seconds = await transfer(port, bytes);
  return { rate: bytes / seconds / 1e6, cpu: ((cpuSeconds(pid) - before) / bytes) * 1e9 };
}

function summarise(
  direction: string,
  runs: ReadonlyMap<Contender, readonly Run[]>,
  openssh: Contender,
): readonly Row[] {
  const all = [...runs];
  const reference = runs.get(openssh) ?? [];
  const others = all.filter(([contender]) => contender !== openssh);
  const cpu = (list: readonly Run[]): number => sum(list.map((run) => run.cpu)) / list.length;
  const ratios = Object.fromEntries(
    others.map(([{ name }, list]) => {
      // Compared with the neighbouring round, so that other load on the machine affects both.
      const pairs = list.map(({ rate }, round) => rate / (reference[round]?.rate ?? NaN));
      return [name, median(pairs)];
    }),
  );
  return [
    {
      what: direction,
      unit: 'MB/s',
      values: Object.fromEntries(all.map(([{ name }, list]) => [name, median(list.map(({ rate }) => rate))])),
      ratios,
      goal: `≥ ${least}`,
      reached: Object.values(ratios).every((ratio) => ratio >= least),
    },
    {
      what: `  client's CPU time, ${direction}`,
      unit: 's/GB',
      values: Object.fromEntries(all.map(([{ name }, list]) => [name, cpu(list)])),
      ratios: Object.fromEntries(others.map(([{ name }, list]) => [name, cpu(list) / cpu(reference)])),
    },
  ];
}
