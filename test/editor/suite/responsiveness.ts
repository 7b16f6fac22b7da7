// Measures whether the extension host stays responsive: how long it runs without giving anything else a turn.

export interface Responsiveness {
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
 * CPU time of this process, not clock time: a busy machine may delay it for seconds.
 */
export function watchResponsiveness(): Responsiveness {
  let last = processorMs();
  let longest = 0;
  const look = (): void => {
    const now = processorMs();
    longest = Math.max(longest, now - last);
    last = now;
  };
  const timer = setInterval(look, 10);
  return {
    stop() {
      clearInterval(timer);
      look();
      return longest / Math.min(referenceMs(), referenceMs(), referenceMs());
    },
  };
}

/** Processor time of the fixed piece of work. */
function referenceMs(): number {
  const begin = processorMs();
  for (let n = 0; n < 130; n++) {
    JSON.stringify(JSON.parse(work));
  }
  return processorMs() - begin;
}

function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
