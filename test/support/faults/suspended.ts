// Suspends processes for a while: a machine that sleeps, a server that hangs.

export interface Suspended extends Disposable {
  /** Resumes them. */
  resume(): void;
}

/** SIGSTOP, which no process can catch. Processes that have exited already don't matter. */
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
      // It has exited.
    }
  }
}
