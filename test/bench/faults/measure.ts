// Measures every fault for all contenders at the same moment, on the same server.
import { writeFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureDebianPackages } from '../../support/setup.mjs';
import { resultsDir } from '../options';
import type { Options } from '../options';
import type { Row } from '../report';
import { median } from '../statistics';
import { faults } from './faultList';
import type { Fault, FaultIn } from './faultList';
import type { FaultContenderName } from './faultContender';
import { setUpLaptop, setUpLink } from './setup';
import type { ContenderSetup } from './setup';
import { markdownTable } from './table';
import { Observer } from './observer';
import type { Moments, Observation, Observations } from './observer';

/** Seconds that a tunnel may take to come up before the fault. */
const startPatience = 20;

/** Milliseconds. */
const stagger = 3500;

export async function measureFaults({
  faultRounds,
  fault: word,
  writeTable,
}: Options): Promise<readonly Row[]> {
  // Each server has one.
  process.setMaxListeners(100);
  const contenders = await availableContenders();
  const chosen = (await availableFaults()).filter(({ what }) => what.includes(word));
  const observations = new Map<Fault, Map<FaultContenderName, Observation[]>>();
  const measure = async (fault: Fault): Promise<void> => {
    const seen = observations.get(fault) ?? new Map<FaultContenderName, Observation[]>();
    observations.set(fault, seen);
    for (const [name, observation] of await measureFault(fault, contenders)) {
      seen.set(name, [...(seen.get(name) ?? []), observation]);
    }
    console.log(`  ${fault.what}`);
  };
  for (let round = 1; round <= faultRounds; round++) {
    console.log(`round ${round} of ${faultRounds}`);
    for (const fault of chosen.filter(({ quick }) => quick)) {
      await measure(fault);
    }
    // They wait most of the time. Staggered, so that what happens after a minute doesn't happen to all at once.
    const slow = chosen.filter(({ quick }) => !quick);
    await Promise.all(slow.map((fault, n) => sleep(n * stagger).then(() => measure(fault))));
  }
  const table = markdownTable(chosen.map((fault) => [fault.what, observations.get(fault) ?? new Map()]));
  console.log(`\n${table}`);
  if (writeTable) {
    await mkdir(resultsDir, { recursive: true });
    await writeFile(join(resultsDir, 'faults.md'), table);
  }
  return chosen.map(({ what }, n) => row(what, observations.get(chosen[n]!) ?? new Map()));
}

async function measureFault(
  fault: Fault,
  names: readonly FaultContenderName[],
): Promise<readonly (readonly [FaultContenderName, Observation])[]> {
  if (fault.setup === 'laptop') {
    await using setup = await setUpLaptop(names);
    return await observeFault(fault, setup);
  }
  await using setup = await setUpLink(names);
  return await observeFault(fault, setup);
}

async function observeFault<Where extends ContenderSetup>(
  fault: FaultIn<Where>,
  setup: Where,
): Promise<readonly (readonly [FaultContenderName, Observation])[]> {
  const { beforeStart = false, remote = false, asleep = false, lasts, waitSeconds } = fault;
  if (beforeStart) {
    await fault.start(setup);
  }
  await setup.startContenders();
  const observers = setup.contenders.map((contender) => new Observer(contender, remote));
  try {
    if (!beforeStart) {
      await Promise.all(observers.map((observer) => observer.begin(startPatience)));
      await fault.start(setup);
    }
    observers.forEach((observer) => observer.startConnecting());
    const startedAt = performance.now();
    await sleep(lasts * 1000);
    await fault.end?.(setup);
    const endedAt = performance.now();
    const moments: Moments = { startedAt: asleep ? endedAt : startedAt, endedAt, waitSeconds };
    return await Promise.all(
      observers.map(async (observer) => [observer.contender.name, await observer.see(moments)] as const),
    );
  } finally {
    observers.forEach((observer) => observer.dispose());
  }
}

async function availableContenders(): Promise<readonly FaultContenderName[]> {
  try {
    await ensureDebianPackages(['autossh']);
    return ['ours', 'ssh', 'autossh'];
  } catch (error) {
    console.log(`Without autossh. ${error instanceof Error ? error.message : String(error)}`);
    return ['ours', 'ssh'];
  }
}

async function availableFaults(): Promise<readonly Fault[]> {
  if (process.getuid?.() === 0) {
    await ensureDebianPackages(['iproute2']);
    return faults;
  }
  console.log('Without the faults of a laptop that changes networks: only root can make network namespaces.');
  return faults.filter(({ setup }) => setup !== 'laptop');
}

/** Ours must recover, show no prompt, and never let half an answer look complete. */
function row(what: string, observations: Observations): Row {
  const values = Object.fromEntries(
    [...observations].map(([name, seen]) => [name, median(seen.map(({ usable }) => usable))] as const),
  );
  const reached = (observations.get('ours') ?? []).every(
    ({ usable, halfTakenForWhole, asked }) => Number.isFinite(usable) && !halfTakenForWhole && !asked,
  );
  return { what, unit: 's until usable', values, goal: 'back, unasked', reached };
}
