// Measures whether a thread stays responsive, as that of the extension host must: how long it runs without giving
// anything else a turn.
import { readFileSync } from 'node:fs';
import { collectGarbage } from './collectGarbage';

export interface Responsiveness {
  /** Ends the measurement. @returns milliseconds of processor time of the longest turn so far */
  stopMs(): number;
  /**
   * Ends the measurement.
   * @returns processor time of the longest turn so far, as a multiple of what a fixed piece of work takes in this run:
   *   some 100 ms of an idle processor, more where others use its caches and its other thread
   */
  stop(): number;
}

const work = JSON.stringify(
  Array.from({ length: 2000 }, (_, n) => ({
    name: `tunnel ${n}`,
    listen: n,
    target: `db-${n}.internal:5432`,
  })),
);

/**
 * Processor time, not clock time: a busy machine may delay it for seconds.
 * @param intervalMs turns of less than this are counted together
 */
export function watchResponsiveness(intervalMs = 10): Responsiveness {
  let last = processorMs();
  let longest = 0;
  const look = (): void => {
    const now = processorMs();
    longest = Math.max(longest, now - last);
    last = now;
  };
  const timer = setInterval(look, intervalMs);
  const stopMs = (): number => {
    clearInterval(timer);
    look();
    return longest;
  };
  return { stopMs, stop: () => stopMs() / Math.min(referenceMs(), referenceMs(), referenceMs()) };
}

/**
 * The longest turn meanwhile, as stop() returns it; the least of some times, because it was disturbed least.
 * @param enough no further time is needed if it is less
 */
export async function longestTurn(work: () => Promise<unknown>, enough: number): Promise<number> {
  let least = Infinity;
  for (let round = 0; round < 6 && least >= enough; round++) {
    collectGarbage();
    const watch = watchResponsiveness(1);
    await work();
    const turn = watch.stopMs();
    least = Math.min(least, turn / Math.min(referenceMs(), referenceMs()));
  }
  return least;
}

/** Processor time of the fixed piece of work, in milliseconds. */
export function referenceMs(): number {
  const begin = processorMs();
  for (let n = 0; n < 130; n++) {
    JSON.stringify(JSON.parse(work));
  }
  return processorMs() - begin;
}

/** Of this thread where the system tells it: V8 collects garbage and compiles in others meanwhile. */
function processorMs(): number {
  try {
    return Number.parseInt(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'latin1'), 10) / 1e6;
  } catch {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  }
}
