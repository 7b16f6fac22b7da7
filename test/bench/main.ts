// `npm run bench`: compares our daemon with OpenSSH's client on the same sshd at the same time.
import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { endGroupsOnSignals } from '../support/processGroup.mjs';
import { ensureBuilt, ensureDebianPackages, sshPackages } from '../support/setup.mjs';
import { ssh } from '../support/openssh';
import { checkIntegrity } from './integrity';
import { measureDistance } from './longDistance';
import { measureFaults } from './faults/measure';
import { measureFuzz } from './fuzz';
import { measureLatency } from './latency';
import { measureMemory } from './memory';
import { parseOptions, usage } from './options';
import type { Options, Part } from './options';
import { measureReading } from './reading';
import { printTable, writeJson } from './report';
import type { Row } from './report';
import { measureSoak } from './soak';
import { measureThroughput } from './throughput';

const measurements: Readonly<Record<Part, (options: Options) => Promise<readonly Row[]>>> = {
  throughput: measureThroughput,
  latency: measureLatency,
  distance: measureDistance,
  memory: measureMemory,
  integrity: checkIntegrity,
  faults: measureFaults,
  soak: measureSoak,
  fuzz: measureFuzz,
  reading: measureReading,
};

async function main(options: Options): Promise<boolean> {
  await ensureDebianPackages(sshPackages);
  await ensureBuilt();
  const machine = {
    cpu: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`,
    node: process.version,
    openssh: (await ssh(['-V'])).stderr.trim(),
    kernel: execFileSync('uname', ['-sr'], { encoding: 'utf8' }).trim(),
    cipher: options.cipher,
  };
  console.log(
    Object.entries(machine)
      .map(([key, value]) => `${key}: ${value}`)
      .join('\n'),
  );
  const results: Partial<Record<Part, readonly Row[]>> = {};
  for (const part of options.parts) {
    const rows = await measurements[part](options);
    results[part] = rows;
    printTable(titleOf(part, options), rows);
    await writeJson({ machine, options, results });
  }
  return Object.values(results)
    .flat()
    .every(({ reached }) => reached !== false);
}

function titleOf(part: Part, { rounds, faultRounds, mib, minutes, seed, cases }: Options): string {
  switch (part) {
    case 'faults':
      return `${part} (${faultRounds} rounds)`;
    case 'soak':
      return `${part} (${minutes} minutes, seed ${seed})`;
    case 'reading':
      return `${part} (${rounds} rounds)`;
    case 'fuzz':
      return `${part} (${cases} cases of each kind, seed ${seed})`;
    default:
      return `${part} (${rounds} rounds, ${mib} MiB each)`;
  }
}

endGroupsOnSignals();
main(readOptions()).then(
  (reached) => process.exit(reached ? 0 : 1),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);

function readOptions(): Options {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exit(2);
  }
}
