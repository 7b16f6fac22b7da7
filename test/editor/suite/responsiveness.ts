// Measures whether the extension host stays responsive: how long it runs without giving anything else a turn.

export interface Responsiveness {
  /** Ends the measurement. @returns the longest turn so far, in milliseconds of CPU time */
  stop(): number;
}

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
      return longest;
    },
  };
}

function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
