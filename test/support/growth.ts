// How the time of a function grows with its input. It is compared with itself, so that no machine is too slow
// or too busy for the test.

/** Number of measurements; the least counts, because it was disturbed least. */
const rounds = 5;
/** Of work that takes longer: further ones, while it seems to grow too fast. */
const [leastRoundsInTurns, mostRoundsInTurns] = [2, 6];
/** CPU time: what is shorter is repeated until it takes that long. */
const leastMs = 2;
/** Four times the input takes four times as long if linear, and sixteen times if quadratic. */
const step = 4;
const limit = 9;

/**
 * @param size the larger of two inputs, in whatever unit; the smaller is a quarter of it
 * @param make an input of this size; not measured
 * @throws Error when four times the input takes far more than four times as long
 */
export function assertLinear<T>(size: number, make: (size: number) => T, work: (input: T) => unknown): void {
  const ratio = growth(make(Math.ceil(size / step)), make(size), work);
  if (ratio > limit) {
    throw new Error(`four times the input takes ${ratio.toFixed(1)} times as long`);
  }
}

/** As assertLinear(), for work that takes several turns of the event loop. */
export async function assertLinearInTurns<T>(
  size: number,
  make: (size: number) => T | Promise<T>,
  work: (input: T) => Promise<unknown>,
): Promise<void> {
  const [small, large] = [await make(Math.ceil(size / step)), await make(size)];
  let [least, most] = [Infinity, Infinity];
  const seemsToGrowTooFast = (): boolean => most / least > limit;
  for (
    let round = 0;
    round < leastRoundsInTurns || (round < mostRoundsInTurns && seemsToGrowTooFast());
    round++
  ) {
    least = Math.min(least, await costInTurns(() => work(small)));
    most = Math.min(most, await costInTurns(() => work(large)));
  }
  if (seemsToGrowTooFast()) {
    throw new Error(`four times the input takes ${(most / least).toFixed(1)} times as long`);
  }
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

/** How many times longer the work takes with the second than with the first. */
export function growth<T>(small: T, large: T, work: (input: T) => unknown): number {
  let [least, most] = [Infinity, Infinity];
  // In turn, so that a change of the machine's speed affects both.
  for (let round = 0; round < rounds; round++) {
    least = Math.min(
      least,
      cost(() => work(small)),
    );
    most = Math.min(
      most,
      cost(() => work(large)),
    );
  }
  return most / least;
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
