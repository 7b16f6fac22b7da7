// Whether the extension host stays responsive: how long it is at one thing before anything else has its turn.

export interface Responsiveness {
  /** Ends the watch. @returns the longest turn so far, in milliseconds of the processor */
  stop(): number;
}

/**
 * Counts what the processor does for this process, not what the clock says: a busy machine may hold it up for seconds.
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
      return longest;
    },
  };
}

function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
