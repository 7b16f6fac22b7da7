// The forwards of one tunnel, together: opened over a session, or here alone before there is one; tried again where they
// failed; and ended.
import { createForward } from '../../forwards/createForward';
import type { ForwardOptions, ForwardRunner } from '../../forwards/createForward';
import type { AskForPort } from '../../forwards/local/portBinding';
import { SessionSource } from '../../forwards/sessionSource';
import { retryDelay } from '../../util/backoff';
import { isRetryable } from '../../errors/errors';
import type { TunnelError } from '../../errors/errors';
import { forwardKey } from '../../config/forward';
import type { Forward } from '../../config/forward';
import type { ForwardState } from '../../model/state';
import type { SshSession } from '../../ssh/session/session';

export interface TunnelForwardsOptions extends Pick<
  ForwardOptions,
  'ownSockets' | 'ports' | 'holder' | 'onChange' | 'log'
> {
  readonly rememberedPort: (forwardKey: string) => number | undefined;
  /** Seconds: the longest that a failed forward waits before it is tried again. */
  readonly maxDelay: number;
  /** A client has come, and there is no session. */
  readonly onClient: () => void;
}

export class TunnelForwards {
  readonly sessions: SessionSource;
  readonly #maxDelay: number;
  readonly #hasRemote: boolean;
  readonly #runners: ReadonlyMap<string, ForwardRunner>;
  #timer: NodeJS.Timeout | undefined;

  constructor(forwards: readonly Forward[], options: TunnelForwardsOptions) {
    this.#maxDelay = options.maxDelay;
    this.#hasRemote = forwards.some(({ kind }) => kind === 'remote');
    this.sessions = new SessionSource(options.onClient);
    this.#runners = new Map(
      forwards.map((forward) => {
        const key = forwardKey(forward);
        const preferredPort = options.rememberedPort(key);
        return [key, createForward(forward, { ...options, sessions: this.sessions, preferredPort })];
      }),
    );
  }

  get states(): Readonly<Record<string, ForwardState>> {
    return Object.fromEntries([...this.#runners].map(([key, runner]) => [key, runner.state]));
  }

  /** Clients that are connected now. */
  get connections(): number {
    const counts = [...this.#runners.values()].map(({ state }) =>
      state.status === 'listening' ? state.connections : 0,
    );
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /**
   * Makes them listen.
   * @param session undefined: only those that listen here
   * @param ask the person who started it, where a port is taken; undefined: nobody may be asked
   * @returns what failed
   */
  async open(session: SshSession | undefined, ask?: AskForPort): Promise<readonly TunnelError[]> {
    const results = await Promise.all(
      [...this.#runners.values()].map((forward) => forward.open(session, ask)),
    );
    return results.filter((error) => error !== undefined);
  }

  /** What was taken may become free while the tunnel is up. */
  keepTrying(session: SshSession | undefined, signal: AbortSignal, attempt = 1): void {
    clearTimeout(this.#timer);
    const wanting = [...this.#runners.values()].filter(
      ({ state }) => state.status === 'failed' && isRetryable(state.error),
    );
    if (wanting.length === 0 || signal.aborted) {
      return;
    }
    const delay = retryDelay(attempt, this.#maxDelay, Math.random);
    this.#timer = setTimeout(() => {
      void Promise.all(wanting.map((forward) => forward.open(session))).then(() =>
        this.keepTrying(session, signal, attempt + 1),
      );
    }, delay);
    signal.addEventListener('abort', () => clearTimeout(this.#timer), { once: true });
  }

  /** Whether the server listens for it, which takes a session. */
  get hasRemote(): boolean {
    return this.#hasRemote;
  }

  /** The session is given up while it lives, and may go on for others: nothing stays on the server, what listens here does. */
  async leave(): Promise<void> {
    await Promise.all([...this.#runners.values()].map((forward) => forward.leave()));
  }

  sessionLost(): void {
    this.sessions.set(undefined);
    for (const forward of this.#runners.values()) {
      forward.sessionLost();
    }
  }

  /** Resolves when nothing is left. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.sessions.set(undefined);
    await Promise.all([...this.#runners.values()].map((forward) => forward.close()));
  }
}
