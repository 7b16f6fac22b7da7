// A child process together with all that it starts: its own process group, or on Windows the tree of its children.
import { execFile } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { windowsProgram } from './windowsProgram';

/** Options of spawn() for a leader of a ProcessGroup. */
export const leadsGroup = { detached: process.platform !== 'win32', windowsHide: true } as const;

const pollMs = 20;

export class ProcessGroup {
  readonly #leader: ChildProcess;
  /** No process of it was left when its leader ended: another group may have its number by now. */
  #isGone = false;

  /** @param leader that was just started with the options `leadsGroup` */
  constructor(leader: ChildProcess) {
    this.#leader = leader;
    leader.once('exit', () => {
      // On Windows, the children of a process that has ended can't be found.
      this.#isGone = process.platform === 'win32' || !this.#signal(0);
    });
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

  #killTree(): Promise<void> {
    const { pid } = this.#leader;
    if (pid === undefined || this.#isGone) {
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      execFile(
        windowsProgram('taskkill.exe'),
        ['/T', '/F', '/PID', String(pid)],
        { windowsHide: true },
        (error) => {
          if (error) {
            this.#leader.kill();
          }
          resolve();
        },
      );
    });
  }
}
