// The programs of one tunnel: those that its definition names, and those that somebody has run by hand.
import type { X11Program } from '../../config/definition';
import { isActive } from '../../model/programState';
import type { ProgramSnapshot } from '../../model/programState';
import type { SshSession } from '../../ssh/session/session';
import type { Display } from './display';
import { ProgramRun } from './programRun';

/** Run by hand, and kept because they have failed. */
const mostKept = 10;

export interface ProgramsOptions {
  /** @throws TunnelFailure */
  readonly openDisplay: (program: X11Program) => Promise<Display>;
  readonly onChange: () => void;
  readonly log: (line: string) => void;
}

export class Programs {
  readonly #defined: readonly X11Program[];
  readonly #options: ProgramsOptions;
  /** By name; the last one of each. */
  readonly #runs = new Map<string, ProgramRun>();

  constructor(defined: readonly X11Program[], options: ProgramsOptions) {
    this.#defined = defined;
    this.#options = options;
  }

  get snapshots(): readonly ProgramSnapshot[] {
    const defined = this.#defined.map((program) => {
      const state = this.#runs.get(program.name)?.state ?? { status: 'ready' as const };
      return { program, state };
    });
    const adHoc = [...this.#runs.values()]
      .filter(({ program, state }) => !this.#isDefined(program.name) && !isForgettable(state))
      .map(({ program, state }) => ({ program, state, isAdHoc: true as const }));
    return [...defined, ...adHoc];
  }

  /** Whether any is there, or on its way. */
  get isBusy(): boolean {
    return [...this.#runs.values()].some(({ state }) => isActive(state));
  }

  /**
   * Runs one; does nothing where it runs. Resolves when it shows a window, has run for a while or has ended well.
   * @param connect brings the tunnel up
   * @throws TunnelFailure
   */
  run(asked: X11Program, connect: () => Promise<SshSession>): Promise<void> {
    const program = this.#named(asked);
    const before = this.#runs.get(program.name);
    if (before && isActive(before.state)) {
      return before.settled;
    }
    this.#forgetSome();
    const { openDisplay, onChange, log } = this.#options;
    const run = new ProgramRun({
      program,
      openDisplay: async () => {
        await before?.over;
        return openDisplay(program);
      },
      connect,
      onChange,
      log,
    });
    this.#runs.set(program.name, run);
    onChange();
    return run.settled;
  }

  /** Resolves when nothing of it is left. Never rejects. */
  async stop(name: string): Promise<void> {
    await this.#runs.get(name)?.stop();
  }

  /** Ends all of them. Resolves when nothing is left. Never rejects. */
  async close(): Promise<void> {
    await Promise.all([...this.#runs.values()].map((run) => run.stop()));
  }

  /** Resolves when none is there any more that is there now. */
  async whenOver(): Promise<void> {
    await Promise.all([...this.#runs.values()].map(({ over }) => over));
  }

  #isDefined(name: string): boolean {
    return this.#defined.some((program) => program.name === name);
  }

  /** A name of its own for one that was typed, unless it is run again. */
  #named(asked: X11Program): X11Program {
    const isSame = (other: X11Program | undefined): boolean =>
      other?.command === asked.command && other.nested === asked.nested && other.trusted === asked.trusted;
    const defined = this.#defined.find(({ name }) => name === asked.name);
    if (isSame(defined)) {
      return asked;
    }
    for (let number = 1; ; number++) {
      const name = number === 1 ? asked.name : `${asked.name} ${number}`;
      const run = this.#runs.get(name);
      if (!this.#isDefined(name) && (!run || !isActive(run.state))) {
        return { ...asked, name };
      }
    }
  }

  #forgetSome(): void {
    const done = [...this.#runs].filter(([name, { state }]) => !this.#isDefined(name) && !isActive(state));
    const forgettable = done.filter(([, { state }]) => isForgettable(state));
    const kept = done.length - forgettable.length;
    for (const [name] of [...forgettable, ...done.slice(0, Math.max(0, kept - mostKept))]) {
      this.#runs.delete(name);
    }
  }
}

/** Of one that was run by hand: nobody need hear how it ended. */
function isForgettable(state: ProgramSnapshot['state']): boolean {
  return state.status === 'ready' || (state.status === 'ended' && (state.exit.code ?? 0) === 0);
}
