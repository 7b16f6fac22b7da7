// When the daemon exits: half a minute after the last window that wanted a tunnel, because the window may come back.
//
// On Windows it exits as soon as the editor itself has quit. There it runs as the editor's own Code.exe, and an update that
// is installed when the editor quits waits for that program to end: half a minute, then it kills it (inno-updater,
// src/process.rs, wait_or_kill()). A window that reloads leaves the editor running.
import { leaseGraceMs } from './leases';

const checkIntervalMs = 1000;

export interface IdleExitOptions {
  readonly platform: NodeJS.Platform;
  /** Whether no connected window wants a tunnel. */
  readonly wantNothing: () => boolean;
  /** Whether the editor of each window that was connected lately has quit. */
  readonly editorsHaveQuit: () => boolean;
  readonly exit: (reason: string) => void;
}

export class IdleExit {
  readonly #options: IdleExitOptions;
  #timer: NodeJS.Timeout | undefined;
  #check: NodeJS.Timeout | undefined;

  constructor(options: IdleExitOptions) {
    this.#options = options;
  }

  /** What windows want has changed. */
  update(): void {
    const { platform, wantNothing, editorsHaveQuit, exit } = this.#options;
    if (!wantNothing()) {
      this.#stop();
      return;
    }
    this.#timer ??= setTimeout(() => exit('no window needs a tunnel'), leaseGraceMs);
    if (platform === 'win32') {
      this.#check ??= setInterval(() => {
        if (editorsHaveQuit()) {
          this.#stop();
          exit('the editor has quit');
        }
      }, checkIntervalMs);
    }
  }

  #stop(): void {
    clearTimeout(this.#timer);
    clearInterval(this.#check);
    this.#timer = undefined;
    this.#check = undefined;
  }
}

/** Whether a process runs, of whichever user. */
export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
