// A soak: tunnels of all kinds under faults and load, for minutes; then compares what the daemon holds afterwards
// with what it held before.
import { isDeepStrictEqual } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { nameOf } from './clients';
import { ClientLoad, connectToAll } from './clientLoad';
import { strike } from './faults';
import { setUpSoak } from './setup';
import type { SoakSetup } from './setup';
import { Findings } from './findings';
import { UserActions } from './userActions';
import { planSoak } from './plan';
import type { Plan, Step } from './plan';
import type { DaemonUsage } from './soakDaemon';
import { Mutex } from './mutex';

export interface SoakOptions {
  readonly seed: number;
  readonly minutes: number;
  /**
   * Minutes of the same load before the first measurement. A fresh daemon is no reference: its
   * code hasn't been compiled, its pools and heap haven't grown to what the load needs. A leak keeps growing; they
   * don't.
   */
  readonly warmUpMinutes: number;
  /** Clients at a time, and milliseconds between two of each. */
  readonly clients: number;
  readonly pause: number;
  /** Whether the daemon holds more memory than it may. */
  readonly hasGrown: (before: DaemonUsage, now: DaemonUsage) => boolean;
  readonly note?: (line: string) => void;
}

export interface SoakReport {
  readonly faults: number;
  readonly userActions: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly served: number;
  readonly violations: readonly string[];
  readonly before: DaemonUsage;
  readonly after: DaemonUsage;
  /** Seconds of CPU time that the daemon used in three idle seconds. */
  readonly idle: number;
  /** What the daemon has logged. */
  readonly log: readonly string[];
}

/** Seconds. */
const settleTime = 20;
const healTime = 45;
const idleTime = 3;

export async function soak(options: SoakOptions): Promise<SoakReport> {
  const { seed, minutes, warmUpMinutes, note = () => undefined } = options;
  const findings = new Findings(note);
  await using setup = await setUpSoak();
  const mutex = new Mutex();
  const userActions = new UserActions(setup, findings, mutex);
  try {
    await userActions.begin();
    const run = { setup, userActions, findings, mutex };
    await shift(run, planSoak(seed ^ 0x55555555, warmUpMinutes * 60_000), options);
    const before = await settle(run, options);
    findings.note(`before: ${JSON.stringify(before)}`);
    const plan = planSoak(seed, minutes * 60_000);
    await shift(run, plan, options);
    const after = await settle(run, options, before);
    findings.note(`after: ${JSON.stringify(after)}`);
    const idle = await setup.soakDaemon.busy(idleTime);
    const log = await setup.soakDaemon.log();
    log
      .filter((line) => /uncaught|unhandled/.test(line))
      .forEach((line) => findings.violation(`the daemon logged an error: ${line}`));
    const { counts, violations } = findings;
    const served = findings.sum(/ served$/);
    return {
      faults: plan.faults.length,
      userActions: plan.userActions.length,
      counts,
      served,
      violations,
      before,
      after,
      idle,
      log,
    };
  } catch (error) {
    (await setup.soakDaemon.log()).forEach(note);
    throw error;
  } finally {
    userActions.close();
  }
}

interface SoakRun {
  readonly setup: SoakSetup;
  readonly userActions: UserActions;
  readonly findings: Findings;
  readonly mutex: Mutex;
}

/** Runs the whole plan under load; afterwards everything must work again. */
async function shift(run: SoakRun, plan: Plan, { clients, pause }: SoakOptions): Promise<void> {
  const { setup, userActions, findings, mutex } = run;
  await userActions.wantAll();
  const loadOptions = {
    findings,
    seed: plan.seed,
    listeners: setup.tunnels.flatMap(({ listeners }) => listeners),
    filesPort: setup.targets.files.port,
  };
  const clientLoad = new ClientLoad({ ...loadOptions, size: clients, pause });
  try {
    await Promise.all([
      sleep(plan.duration),
      follow(plan.faults, (step) => strike(setup, step, mutex, findings)),
      follow(plan.userActions, async (step) => {
        await userActions.do(step);
        userActions.look();
      }),
    ]);
    await userActions.untilAllUp();
    for (const listener of await connectToAll(loadOptions, healTime)) {
      findings.violation(`${nameOf(listener)} no longer serves clients`);
    }
  } finally {
    await clientLoad.leave();
  }
  userActions.look();
}

async function follow<Name extends string>(
  steps: readonly Step<Name>[],
  take: (step: Step<Name>) => Promise<void>,
): Promise<void> {
  const start = performance.now();
  for (const step of steps) {
    await sleep(Math.max(0, start + step.at - performance.now()));
    await take(step);
  }
}

/**
 * Nothing is wanted and no client is connected; pending output has time to be sent, and time-outs of some seconds, which
 * hold the memory of what they end, have time to pass.
 */
async function settle(
  { setup, userActions, findings }: SoakRun,
  { hasGrown }: SoakOptions,
  before?: DaemonUsage,
): Promise<DaemonUsage> {
  const { soakDaemon, servers } = setup;
  await userActions.retire();
  const end = performance.now() + settleTime * 1000;
  const sessions = (): number => servers.outer.sessionPids().length + servers.inner.sessionPids().length;
  let last: DaemonUsage | undefined;
  for (;;) {
    const now = await soakDaemon.usage();
    const isStill = isDeepStrictEqual(counted(now), counted(before ?? last));
    const isSmall = before === undefined || !hasGrown(before, now);
    if (isStill && isSmall && now.children === 0 && sessions() === 0) {
      return now;
    }
    if (performance.now() > end) {
      if (sessions() > 0) {
        findings.violation(`${sessions()} processes of sessions are left at the servers`);
      }
      return now;
    }
    last = now;
    await sleep(1000);
  }
}

/** What must be exactly the same. */
export function counted(usage: DaemonUsage | undefined): unknown {
  return usage && [usage.files, usage.children, usage.resources];
}
