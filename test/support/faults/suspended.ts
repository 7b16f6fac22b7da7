// Processes that stand still for a while: a machine that sleeps, a server that hangs.

export interface Suspended extends Disposable {
  /** They go on. */
  resume(): void;
}

/** SIGSTOP, which no process can catch. Those that have ended already don't matter. */
export function suspend(pids: readonly number[]): Suspended {
  signal(pids, 'SIGSTOP');
  const resume = (): void => signal(pids, 'SIGCONT');
  return { resume, [Symbol.dispose]: resume };
}

function signal(pids: readonly number[], name: 'SIGSTOP' | 'SIGCONT'): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // It has ended.
    }
  }
}
