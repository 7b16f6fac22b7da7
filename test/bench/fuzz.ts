// Hostile peers, by seed: a fuzzed SSH server before and after the login, fuzzed clients of a proxy, fuzzed windows, and
// generated settings. Nothing may crash, hang or grow.
import { fuzz, fuzzKinds } from '../support/hostile/fuzz/fuzzRun';
import type { Finding, FuzzKind } from '../support/hostile/fuzz/fuzzRun';
import { ProxyFuzz, proxyKinds } from '../support/proxyFuzz/fuzzProxies';
import { fuzzSettings } from '../support/settingsFuzz/fuzzSettings';
import { SocketFuzz } from '../support/socketFuzz/fuzzSocket';
import type { Options } from './options';
import type { Row } from './report';

const mebibyte = 1024 * 1024;
/** MiB still in use after a garbage collection; code that is compiled late takes some. */
const mostGrowth = 15;
const titles: Readonly<Record<FuzzKind, string>> = {
  before: 'an SSH server before the login',
  after: 'an SSH server after the login',
};

interface Figures {
  readonly what: string;
  readonly cases: number;
  readonly crashes: number;
  readonly hangs: number;
  /** Other violations. */
  readonly others: number;
  /** Milliseconds. */
  readonly slowest: number;
  /** MiB. */
  readonly before: number;
  readonly after: number;
  readonly isFlat: boolean;
}

export async function measureFuzz({ seed, cases, case: only }: Options): Promise<readonly Row[]> {
  console.log(`\nfuzz, --seed ${seed} --cases ${cases}`);
  const kinds = only ? [only.kind] : fuzzKinds;
  const rows: Row[] = [];
  for (const kind of kinds) {
    rows.push(...rowsOf(await fuzzServer(kind, seed, cases, only?.number)));
  }
  if (!only) {
    rows.push(...(await fuzzClients(seed, cases)).flatMap(rowsOf));
    rows.push(...rowsOf(await fuzzWindows(seed, cases)));
    rows.push(...rowsOf(await fuzzFiles(seed, 4 * cases)));
  }
  return rows;
}

async function fuzzServer(
  kind: FuzzKind,
  seed: number,
  cases: number,
  only: number | undefined,
): Promise<Figures> {
  const order = { kind, seed, from: 0, to: cases, ...(only !== undefined && { only }) };
  const { findings, slowest, before, after, cases: done } = await fuzz(order);
  for (const { what, cases: numbers, text } of findings) {
    console.log(`  ${what}: ${text}`);
    for (const number of numbers) {
      console.log(`    npm run bench -- fuzz --seed ${seed} --case ${kind}:${number}`);
    }
  }
  const count = (wanted: Finding['what']): number => findings.filter(({ what }) => what === wanted).length;
  const [small, large] = [before.memory / mebibyte, after.memory / mebibyte];
  return {
    ...{
      what: titles[kind],
      cases: done,
      crashes: count('crash'),
      hangs: count('hang'),
      others: count('complaint'),
    },
    ...{ slowest, before: small, after: large },
    isFlat: large - small <= mostGrowth && after.resources.length <= before.resources.length,
  };
}

async function fuzzClients(seed: number, cases: number): Promise<readonly Figures[]> {
  await using proxyFuzz = await ProxyFuzz.open();
  const figures: Figures[] = [];
  for (const kind of proxyKinds) {
    const { clients, slowest, before, after, problems } = await proxyFuzz.run(kind, 4000, cases, seed);
    problems.forEach((problem) => console.log(`  ${kind}: ${problem}`));
    const hangs = problems.filter((problem) => /left hanging|are left/.test(problem)).length;
    const crashes = problems.filter((problem) => /crash|another/.test(problem)).length;
    figures.push({
      what: `SOCKS and HTTP clients of a ${kind} forward`,
      ...{ cases: clients, crashes, hangs, others: problems.length - hangs - crashes, slowest },
      ...{ before: before / mebibyte, after: after / mebibyte, isFlat: true },
    });
  }
  return figures;
}

async function fuzzWindows(seed: number, cases: number): Promise<Figures> {
  await using socketFuzz = await SocketFuzz.open();
  const { peers, slowest, before, after, problems } = await socketFuzz.run(1000, cases, seed);
  problems.forEach((problem) => console.log(`  private socket: ${problem}`));
  const crashes = problems.filter((problem) => /crash|another/.test(problem)).length;
  return {
    what: 'windows that misbehave after the handshake',
    ...{ cases: peers, crashes, hangs: 0, others: problems.length - crashes, slowest },
    ...{ before: before / mebibyte, after: after / mebibyte, isFlat: true },
  };
}

async function fuzzFiles(seed: number, cases: number): Promise<Figures> {
  const memory = (): number => process.memoryUsage().heapUsed / mebibyte;
  const before = memory();
  const { slowest, problems } = await fuzzSettings(seed, cases);
  problems.forEach((problem) => console.log(`  settings: ${problem}`));
  return {
    what: 'generated settings in generated folders',
    ...{ cases, crashes: problems.length, hangs: 0, others: 0, slowest },
    ...{ before, after: memory(), isFlat: true },
  };
}

function rowsOf({
  what,
  cases,
  crashes,
  hangs,
  others,
  slowest,
  before,
  after,
  isFlat,
}: Figures): readonly Row[] {
  return [
    {
      what,
      unit: 'count',
      values: { cases, crashes, hangs, others },
      goal: 'no finding',
      reached: crashes + hangs + others === 0,
    },
    {
      what: '  slowest in ms, memory in MiB',
      unit: '',
      values: { slowest, before, after },
      goal: 'no growth',
      reached: isFlat,
    },
  ];
}
