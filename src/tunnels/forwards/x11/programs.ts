// The programs of one tunnel: those of its definition, and those that the user has run ad hoc.
import type { X11Program } from '../../config/definition';
import { isActive } from '../../model/programState';
import type { ProgramSnapshot } from '../../model/programState';
import type { SshSession } from '../../ssh/session/session';
import type { Display } from './display';
import { ProgramRun } from './programRun';
import type { Share } from '../../util/fairLimit';
import type { Log } from '../../util/log';

/** The number of failed ad-hoc programs that stay listed. */
const mostFailed = 10;

export interface ProgramsOptions {
  /** @throws TunnelFailure */
  readonly openDisplay: (program: X11Program) => Promise<Display>;
  readonly onChange: () => void;
  readonly log: Log;
  /** Their connections to displays. */
  readonly sockets: Share;
}

export class Programs {
  readonly #defined: readonly X11Program[];
  readonly #options: ProgramsOptions;
  /** The last run of each program, by name. */
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

  /** Whether any program is running, starting or stopping. */
  get isBusy(): boolean {
    return [...this.#runs.values()].some(({ state }) => isActive(state));
  }

  /**
   * Runs a program, unless it is running already. Resolves when it shows a window, has run for a while, or has ended
   * normally.
   * @param connect starts the tunnel
   * @throws TunnelFailure
   */
  run(requested: X11Program, connect: () => Promise<SshSession>): Promise<void> {
    const program = this.#withUniqueName(requested);
    const previous = this.#runs.get(program.name);
    if (previous && isActive(previous.state)) {
      return previous.settled;
    }
    this.#forgetSome();
    const { openDisplay, onChange, log, sockets } = this.#options;
    const run = new ProgramRun({
      program,
      openDisplay: async () => {
        await previous?.over;
        return openDisplay(program);
      },
      connect,
      onChange,
      log,
      sockets,
    });
    this.#runs.set(program.name, run);
    onChange();
    return run.settled;
  }

  /** Resolves when everything of it is cleaned up. Never rejects. */
  async stop(name: string): Promise<void> {
    await this.#runs.get(name)?.stop();
  }

  /** Ends all programs. Resolves when everything is cleaned up. Never rejects. */
  async close(): Promise<void> {
    await Promise.all([...this.#runs.values()].map((run) => run.stop()));
  }

  /** Resolves when all programs that run now have ended. */
  async whenOver(): Promise<void> {
    await Promise.all([...this.#runs.values()].map(({ over }) => over));
  }

  #isDefined(name: string): boolean {
    return this.#defined.some((program) => program.name === name);
  }

  /** Gives an ad-hoc program a name that no other defined or running program has. */
  #withUniqueName(requested: X11Program): X11Program {
    const isSame = (other: X11Program | undefined): boolean =>
      other?.command === requested.command &&
      other.nested === requested.nested &&
      other.trusted === requested.trusted;
    const defined = this.#defined.find(({ name }) => name === requested.name);
    if (isSame(defined)) {
      return requested;
    }
    for (let number = 1; ; number++) {
      const name = number === 1 ? requested.name : `${requested.name} ${number}`;
      const run = this.#runs.get(name);
      if (!this.#isDefined(name) && (!run || !isActive(run.state))) {
        return { ...requested, name };
      }
    }
  }

  #forgetSome(): void {
    const done = [...this.#runs].filter(([name, { state }]) => !this.#isDefined(name) && !isActive(state));
    const forgettable = done.filter(([, { state }]) => isForgettable(state));
    const failed = done.length - forgettable.length;
    for (const [name] of [...forgettable, ...done.slice(0, Math.max(0, failed - mostFailed))]) {
      this.#runs.delete(name);
    }
  }
}

/** Whether an ad-hoc program need not be listed any more: it ended normally. */
function isForgettable(state: ProgramSnapshot['state']): boolean {
  return state.status === 'ready' || (state.status === 'ended' && (state.exit.code ?? 0) === 0);
}
