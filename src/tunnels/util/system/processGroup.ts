// A child process together with all that it starts: its own process group, or on Windows the tree of its children, of
// which Windows itself (a job object of libuv) ends only the first with the daemon.
import { execFile } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { windowsProgram } from './programOutput';
import { descendantsOf, readWindowsProcesses } from './windowsProcesses';
import type { KnownProcess } from './windowsProcesses';

/** Options of spawn() for a leader of a ProcessGroup. */
export const leadsGroup = { detached: process.platform !== 'win32', windowsHide: true } as const;

const pollMs = 20;

export class ProcessGroup {
  readonly #leader: ChildProcess;
  readonly #startedAt = Date.now();
  #endedAt: number | undefined;
  /** No process of it was left when its leader ended: another group may have its number by now. */
  #isGone = false;

  /** @param leader that was just started with the options `leadsGroup` */
  constructor(leader: ChildProcess) {
    this.#leader = leader;
    leader.once('exit', () => {
      this.#endedAt = Date.now();
      this.#isGone = process.platform !== 'win32' && !this.#signal(0);
    });
    if (process.platform === 'win32') {
      // Nobody has its output open any longer: it has left nothing behind that works for us.
      leader.once('close', () => {
        this.#isGone = true;
      });
    }
  }

  /**
   * Ends every process of it. Resolves when none is left; never rejects.
   * @param graceMs milliseconds from SIGHUP to SIGKILL. On Windows there is no such signal, and no grace period
   */
  async end(graceMs: number): Promise<void> {
    if (process.platform === 'win32') {
      await this.#killTree();
      return;
    }
    const until = performance.now() + graceMs;
    if (this.#signal('SIGHUP')) {
      while (this.#signal(0) && performance.now() < until) {
        await delay(pollMs);
      }
      this.kill();
    }
  }

  /** Kills every process of it, without waiting. */
  kill(): void {
    if (process.platform === 'win32') {
      void this.#killTree();
    } else {
      this.#signal('SIGKILL');
    }
  }

  /** @returns false: there is no process of it left that we may signal */
  #signal(signal: NodeJS.Signals | 0): boolean {
    const { pid } = this.#leader;
    if (pid === undefined || this.#isGone) {
      return false;
    }
    try {
      return process.kill(-pid, signal);
    } catch {
      return false;
    }
  }

  async #killTree(): Promise<void> {
    const { pid } = this.#leader;
    if (pid === undefined || this.#isGone) {
      return;
    }
    if (this.#endedAt !== undefined || !(await runTaskkill(pid))) {
      this.#leader.kill();
    }
    // taskkill finds nothing below a process that has ended, may be forbidden, and misses what is started meanwhile.
    await endDescendants({ pid, startedAt: this.#startedAt, endedAt: this.#endedAt });
  }
}

/** How often the list of processes is read: one that is on it may have started another before it was ended. */
const maxRounds = 3;

async function endDescendants(leader: KnownProcess): Promise<void> {
  const known = [leader];
  for (let round = 0; round < maxRounds; round++) {
    const all = await readWindowsProcesses();
    const found = known
      .flatMap((each) => descendantsOf(each, all))
      .filter(({ pid }) => pid !== process.pid && !known.some((each) => each.pid === pid));
    for (const { pid, startedAt = leader.startedAt } of found) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended meanwhile, or isn't ours.
      }
      known.push({ pid, startedAt, endedAt: Date.now() });
    }
    if (all.length > 0 && found.length === 0) {
      return;
    }
  }
}

/** Ends the process and all below it. @returns whether taskkill says so */
function runTaskkill(pid: number): Promise<boolean> {
  const args = ['/T', '/F', '/PID', String(pid)];
  return new Promise((resolve) => {
    execFile(windowsProgram('taskkill.exe'), args, { windowsHide: true }, (error) => resolve(!error));
  });
}
