// Starts a tunnel or program on request: asks for consent if it is missing, then starts.
import { isDeepStrictEqual } from 'node:util';
import { l10n } from 'vscode';
import type { X11Program } from '../../tunnels/config/definition';
import { errorWords, TunnelFailure } from '../../tunnels/errors/errors';
import { consentNeeded } from '../../tunnels/errors/consent';
import type { Localizer } from '../../tunnels/util/l10n';
import { lacksConsent } from '../consent/consentPrompt';
import type { ConsentPrompt } from '../consent/consentPrompt';
import { showingLoginWait } from './loginWaitNotice';
import type { TunnelManager } from './tunnelManager';
import type { ProgramTrust } from '../consent/programTrust';

export interface ProgramToRun {
  readonly program: X11Program;
  /** The user has typed its command: it isn't in the settings. */
  readonly isTyped: boolean;
}

export class InteractiveStart {
  readonly #manager: TunnelManager;
  readonly #consent: ConsentPrompt;
  readonly #trust: ProgramTrust;
  readonly #confirmStartDisabled: (name: string) => Promise<boolean>;
  /** Programs that were run in this window. */
  readonly #ran = new Set<string>();

  /** @param confirmStartDisabled asks whether to start a disabled tunnel */
  constructor(
    manager: TunnelManager,
    consent: ConsentPrompt,
    trust: ProgramTrust,
    confirmStartDisabled: (name: string) => Promise<boolean>,
  ) {
    this.#manager = manager;
    this.#consent = consent;
    this.#trust = trust;
    this.#confirmStartDisabled = confirmStartDisabled;
  }

  /**
   * @param who a sentence that says who asks, if it isn't the user
   * @param report shows what the login waits for; undefined: a notification does
   * @throws TunnelFailure the first error; ConsentNeeded if the user declined
   */
  start(
    id: string,
    how: 'start' | 'retry' = 'start',
    who?: string,
    report?: (text: string | undefined) => void,
  ): Promise<void> {
    return this.#allowed(
      id,
      () => showingLoginWait(this.#manager, id, this.#manager.start(id, how), report),
      who,
    );
  }

  /**
   * Starts the tunnel and runs an X11 program through it. Does nothing if the user doesn't trust the program.
   * @throws Error if it is no longer a program of the tunnel: a consent given meanwhile was about another one
   */
  async runProgram(id: string, { program, isTyped }: ProgramToRun): Promise<void> {
    await this.#allowed(id, async () => {
      const tunnel = this.#manager.desiredState.get(id);
      const { definition } = tunnel.entry;
      if (!isTyped && !definition.x11Programs.some((each) => isDeepStrictEqual(each, program))) {
        throw hasChanged(program);
      }
      if (await this.#trust.allows(tunnel, program)) {
        if (!isDeepStrictEqual(this.#manager.desiredState.get(id).entry.definition, definition)) {
          throw hasChanged(program);
        }
        this.#ran.add(keyOf(id, program.name));
        await showingLoginWait(this.#manager, id, this.#manager.runProgram(id, program));
      }
    });
  }

  /** Whether the program was run in this window. */
  hasRun(id: string, program: string): boolean {
    return this.#ran.has(keyOf(id, program));
  }

  async #allowed(id: string, start: () => Promise<void>, who?: string): Promise<void> {
    await this.#askAboutDisabled(id);
    try {
      await start();
    } catch (error) {
      // Consent is missing here, or the daemon found that the tunnel means something else now.
      if (!lacksConsent(error) || !(await this.#consent.ask([this.#manager.desiredState.get(id)], who))) {
        throw error;
      }
      this.#manager.refresh();
      await start();
    }
  }

  /** Asks before a disabled tunnel is started. @throws TunnelFailure ConsentNeeded */
  async #askAboutDisabled(id: string): Promise<void> {
    const tunnel = this.#manager.desiredState.find(id);
    if (tunnel?.override?.disabled === true && !(await this.#confirmStartDisabled(tunnel.name))) {
      throw new TunnelFailure(consentNeeded(tunnel.name, 'disabled'));
    }
  }

  /** Starts several tunnels, with one question for all. @returns the errors, by id */
  async startAll(ids: readonly string[]): Promise<ReadonlyMap<string, unknown>> {
    const { desiredState } = this.#manager;
    const withoutConsent = ids
      .map((id) => desiredState.get(id))
      .filter((tunnel) => {
        const permission = desiredState.permission(tunnel);
        return !permission.granted && permission.need === 'consent';
      });
    await this.#consent.askTogether(withoutConsent);
    this.#manager.refresh();
    const failures = new Map<string, unknown>();
    await Promise.all(
      ids.map((id) =>
        showingLoginWait(this.#manager, id, this.#manager.start(id)).catch((error: unknown) => {
          failures.set(id, error);
        }),
      ),
    );
    return failures;
  }

  /** @throws TunnelFailure the first error */
  async restart(id: string): Promise<void> {
    await this.#manager.stop(id);
    await this.start(id);
  }
}

function hasChanged({ name }: X11Program): Error {
  return new Error(
    l10n.t(
      'The program "{program}" or its tunnel has changed in the settings since you chose it. Nothing was run.',
      {
        program: name,
      },
    ),
  );
}

function keyOf(id: string, program: string): string {
  return JSON.stringify([id, program]);
}

/** The message of a failure, with its next step. @param localizer `english` for the log */
export function explainFailure(error: unknown, localizer: Localizer = l10n): string {
  if (error instanceof TunnelFailure) {
    const { message, nextStep } = errorWords(error.error, localizer);
    return `${message} ${nextStep}`;
  }
  return error instanceof Error ? error.message : String(error);
}
