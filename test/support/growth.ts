// How the time of a function grows with its input. It is compared with itself, so that no machine is too slow
// or too busy for the test.
import { collectGarbage } from './collectGarbage';
import { referenceMs } from './responsiveness';

/** Number of measurements; the least counts, because it was disturbed least. */
const leastRounds = 5;
/** Of work that takes longer. */
const leastRoundsInTurns = 2;
/** Further ones while it seems to grow too fast, each on a heap without garbage: collecting it takes time, too. */
const furtherRounds = 6;
/** CPU time: what is shorter is repeated until it takes that long. */
const leastMs = 2;
/**
 * Sixteen times the input takes sixteen times as long if linear, and 256 times if quadratic. The limit is six times what
 * linear work takes: a large input leaves the processor's caches, and more so where others use them, and garbage is
 * collected more slowly below a deep stack.
 */
const step = 16;
const limit = 96;
/** Of the reference of responsiveness.ts. Work of less time grows by how V8 stores it; quadratic work takes far more. */
const negligible = 0.1;

/**
 * @param size the larger of two inputs, in whatever unit; the smaller is a sixteenth of it
 * @param make an input of this size; not measured
 * @throws Error when sixteen times the input takes far more than sixteen times as long
 */
export function assertLinear<T>(size: number, make: (size: number) => T, work: (input: T) => unknown): void {
  judge(measure(make(Math.ceil(size / step)), make(size), work, limit));
}

/** As assertLinear(), for work that takes several turns of the event loop. */
export async function assertLinearInTurns<T>(
  size: number,
  make: (size: number) => T | Promise<T>,
  work: (input: T) => Promise<unknown>,
): Promise<void> {
  const [small, large] = [await make(Math.ceil(size / step)), await make(size)];
  const costs = { least: Infinity, most: Infinity };
  for (let done = 0; goesOn(done, leastRoundsInTurns, costs.most / costs.least > limit); done++) {
    costs.least = Math.min(costs.least, await costInTurns(() => work(small)));
    costs.most = Math.min(costs.most, await costInTurns(() => work(large)));
  }
  judge(costs);
}

/** Milliseconds of processor time. */
interface Costs {
  readonly least: number;
  readonly most: number;
}

function judge({ least, most }: Costs): void {
  if (most / least > limit && most > negligible * referenceMs()) {
    throw new Error(`sixteen times the input takes ${(most / least).toFixed(1)} times as long`);
  }
}

/** Whether a round follows these: the least number, and further ones while it seems to grow too fast. */
function goesOn(done: number, least: number, seemsTooFast: boolean): boolean {
  if (done < least) {
    return true;
  }
  if (!seemsTooFast || done === least + furtherRounds) {
    return false;
  }
  collectGarbage();
  return true;
}

async function costInTurns(work: () => Promise<unknown>): Promise<number> {
  const start = process.cpuUsage();
  for (let calls = 1; ; calls++) {
    await work();
    const { user, system } = process.cpuUsage(start);
    const spent = (user + system) / 1000;
    if (spent >= leastMs) {
      return spent / calls;
    }
  }
}

/**
 * How many times longer the work takes with the second than with the first.
 * @param mostTimes it is measured some more times if it is more than that
 */
export function growth<T>(small: T, large: T, work: (input: T) => unknown, mostTimes: number): number {
  const { least, most } = measure(small, large, work, mostTimes);
  return most / least;
}

function measure<T>(small: T, large: T, work: (input: T) => unknown, mostTimes: number): Costs {
  const costs = { least: Infinity, most: Infinity };
  // In turn, so that a change of the machine's speed affects both.
  for (let done = 0; goesOn(done, leastRounds, costs.most / costs.least > mostTimes); done++) {
    costs.least = Math.min(
      costs.least,
      cost(() => work(small)),
    );
    costs.most = Math.min(
      costs.most,
      cost(() => work(large)),
    );
  }
  return costs;
}

/** Milliseconds of CPU time of one call: other processes don't count. */
function cost(work: () => unknown): number {
  const start = process.cpuUsage();
  for (let calls = 1; ; calls++) {
    work();
    const { user, system } = process.cpuUsage(start);
    const spent = (user + system) / 1000;
    if (spent >= leastMs) {
      return spent / calls;
    }
  }
}
