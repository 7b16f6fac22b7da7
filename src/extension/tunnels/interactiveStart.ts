// Starts that a person or a program asked for: asks for consent where it is missing, then starts.
import type { X11Program } from '../../tunnels/config/definition';
import { TunnelFailure } from '../../tunnels/errors/errors';
import { tunnelDisabled } from '../../tunnels/errors/consent';
import { lacksConsent } from '../consent/consentPrompt';
import type { ConsentQuestions } from '../consent/consentPrompt';
import type { TunnelManager } from './tunnelManager';
import type { ProgramTrust } from '../consent/programTrust';

export class Starter {
  readonly #manager: TunnelManager;
  readonly #consent: ConsentQuestions;
  readonly #trust: ProgramTrust;
  readonly #startsAllTheSame: (name: string) => Promise<boolean>;
  /** Programs that somebody has run in this window. */
  readonly #ran = new Set<string>();

  /** @param startsAllTheSame asks about a tunnel that is disabled */
  constructor(
    manager: TunnelManager,
    consent: ConsentQuestions,
    trust: ProgramTrust,
    startsAllTheSame: (name: string) => Promise<boolean>,
  ) {
    this.#manager = manager;
    this.#consent = consent;
    this.#trust = trust;
    this.#startsAllTheSame = startsAllTheSame;
  }

  /**
   * @param who asks for it, in a sentence, where that is not the user at the keyboard
   * @throws TunnelFailure the first error; ConsentNeeded when the person said no
   */
  start(id: string, how: 'start' | 'retry' = 'start', who?: string): Promise<void> {
    return this.#allowed(id, () => this.#manager.start(id, how), who);
  }

  /** The same for a program of the server, for which its tunnel comes up; nothing, where it is not trusted so far. */
  async runProgram(id: string, program: X11Program): Promise<void> {
    await this.#allowed(id, async () => {
      if (await this.#trust.allows(this.#manager.wishes.get(id), program)) {
        this.#ran.add(keyOf(id, program.name));
        await this.#manager.runProgram(id, program);
      }
    });
  }

  /** Whether it was run in this window. */
  hasRun(id: string, program: string): boolean {
    return this.#ran.has(keyOf(id, program));
  }

  async #allowed(id: string, start: () => Promise<void>, who?: string): Promise<void> {
    await this.#askAboutDisabled(id);
    try {
      await start();
    } catch (error) {
      // Missing here, or found by the host to stand for something else by now.
      if (!lacksConsent(error) || !(await this.#consent.ask([this.#manager.wishes.get(id)], who))) {
        throw error;
      }
      this.#manager.refresh();
      await start();
    }
  }

  /** A tunnel that its user has disabled starts when they say so once more. @throws TunnelFailure ConsentNeeded */
  async #askAboutDisabled(id: string): Promise<void> {
    const tunnel = this.#manager.wishes.find(id);
    if (tunnel?.override?.disabled === true && !(await this.#startsAllTheSame(tunnel.name))) {
      throw new TunnelFailure(tunnelDisabled(tunnel.name));
    }
  }

  /** Starts several: one question for all of them. @returns what failed, by id */
  async startAll(ids: readonly string[]): Promise<ReadonlyMap<string, unknown>> {
    const { wishes } = this.#manager;
    const unasked = ids
      .map((id) => wishes.get(id))
      .filter((tunnel) => {
        const permission = wishes.permission(tunnel);
        return !permission.granted && permission.need === 'consent';
      });
    await this.#consent.askTogether(unasked);
    this.#manager.refresh();
    const failures = new Map<string, unknown>();
    await Promise.all(
      ids.map((id) =>
        this.#manager.start(id).catch((error: unknown) => {
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

function keyOf(id: string, program: string): string {
  return JSON.stringify([id, program]);
}

/** What went wrong and what to do, for a message. */
export function explainFailure(error: unknown): string {
  if (error instanceof TunnelFailure) {
    return `${error.message} ${error.error.nextStep}`;
  }
  return error instanceof Error ? error.message : String(error);
}
