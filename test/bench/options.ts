// The command line options of `npm run bench`.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { daemonScript } from '../support/testWindow';
import { fuzzKinds } from '../support/hostile/fuzz/fuzzRun';
import type { FuzzKind } from '../support/hostile/fuzz/fuzzRun';

export const resultsDir = resolve('test-results');
export const parts = [
  'throughput',
  'latency',
  'distance',
  'memory',
  'integrity',
  'faults',
  'soak',
  'fuzz',
  'reading',
] as const;
export type Part = (typeof parts)[number];

export interface Options {
  readonly parts: readonly Part[];
  /** MiB of each transfer. */
  readonly mib: number;
  readonly rounds: number;
  /** Rounds of the faults, which take minutes each. */
  readonly faultRounds: number;
  /** Only the faults whose name contains this. */
  readonly fault: string;
  /** Minutes of the soak. */
  readonly minutes: number;
  /** The seed of the soak and of fuzz. */
  readonly seed: number;
  /** Cases of each kind of fuzz. */
  readonly cases: number;
  /** Only this case: its kind and its number. */
  readonly case: { readonly kind: FuzzKind; readonly number: number } | undefined;
  /** Whether to write the faults as a Markdown table too. */
  readonly writeTable: boolean;
  readonly cipher: string;
  /** Bundles of the daemon to compare. */
  readonly daemonScripts: readonly string[];
  /** Where each daemon writes a CPU profile. */
  readonly profileDir: string | undefined;
}

export const usage = `npm run bench -- [${parts.join('|')}]… [options]
  without a part: throughput and latency, beside OpenSSH's own client
  --mib N        MiB of each transfer (256)
  --rounds N     rounds; the contenders take turns in each (9; faults: 3)
  --cipher NAME  the only cipher the server takes (aes128-gcm@openssh.com)
  --host FILE    a bundle of the daemon, instead of dist/tunnelDaemon.js; again for a further one beside it
  --profile      each host writes a .cpuprofile into test-results/
  --fault WORD   only the faults whose name holds this
  --minutes N    of the soak, which goes with the faults unless one is named (10)
  --cases N      of each kind of fuzz (5500); of settings four times as many
  --case KIND:N  only this one of a fuzzed SSH server: before:17, after:4
  --seed N       repeats a soak, or fuzz
  --table        faults also writes test-results/faults.md`;

/** @throws Error that names what is invalid */
export function parseOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      mib: { type: 'string', default: '256' },
      rounds: { type: 'string' },
      cipher: { type: 'string', default: 'aes128-gcm@openssh.com' },
      host: { type: 'string', multiple: true, default: [daemonScript] },
      profile: { type: 'boolean', default: false },
      fault: { type: 'string', default: '' },
      minutes: { type: 'string', default: '10' },
      cases: { type: 'string', default: '5500' },
      case: { type: 'string' },
      seed: { type: 'string', default: String(Math.floor(1 + Math.random() * 2 ** 31)) },
      table: { type: 'boolean', default: false },
    },
  });
  return {
    parts: partsOf(positionals, values.fault),
    mib: parseCount('--mib', values.mib),
    rounds: parseCount('--rounds', values.rounds ?? '9'),
    faultRounds: parseCount('--rounds', values.rounds ?? '3'),
    fault: values.fault,
    minutes: parseCount('--minutes', values.minutes),
    seed: parseCount('--seed', values.seed),
    cases: parseCount('--cases', values.cases),
    case: values.case === undefined ? undefined : parseCase(values.case),
    writeTable: values.table,
    cipher: values.cipher,
    daemonScripts: values.host,
    profileDir: values.profile ? resultsDir : undefined,
  };
}

/** Faults and the soak are checked, not compared. */
function partsOf(names: readonly string[], fault: string): readonly Part[] {
  const named = names.length > 0 ? names.map(parsePart) : (['throughput', 'latency'] as const);
  const withSoak = named.flatMap((part) =>
    part === 'faults' && fault === '' ? [part, 'soak' as const] : [part],
  );
  return [...new Set(withSoak)];
}

function parsePart(text: string): Part {
  const part = parts.find((name) => name === text);
  if (part === undefined) {
    throw new Error(`There is no part "${text}", only: ${parts.join(', ')}.`);
  }
  return part;
}

function parseCase(text: string): Options['case'] {
  const [name, number = ''] = text.split(':');
  const kind = fuzzKinds.find((each) => each === name);
  if (kind === undefined || !/^\d+$/.test(number)) {
    throw new Error(
      `--case takes one of ${fuzzKinds.join(', ')} and a number, before:17 say, not "${text}".`,
    );
  }
  return { kind, number: Number(number) };
}

function parseCount(option: string, text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) {
    throw new Error(`${option} takes a whole number above 0, not "${text}".`);
  }
  return count;
}
