// One tunnel as the host runs it: carries out what the states of the model ask for. The attempts to connect, the
// forwards, the waits between, and the way down.
import { isRetryable, TunnelFailure } from '../model/errors';
import type { TunnelError } from '../model/errors';
import { retryDelay } from '../model/backoff';
import { consentNeeded } from '../model/failures/permission';
import { connectionLost } from '../model/failures/reaching';
import { forwardKey } from '../model/forward';
import type { Ask, SecretKeeper } from '../model/question';
import type { CompressionCounts } from '../model/snapshot';
import type { ForwardState, Need, TunnelState } from '../model/state';
import { transition } from '../model/transition';
import type { TunnelEvent } from '../model/transition';
import { createForward } from '../forwards/forwardRunner';
import type { ForwardRunner } from '../forwards/forwardRunner';
import type { OwnSockets } from '../forwards/ownSockets';
import { SessionSource } from '../forwards/sessionSource';
import { NeedsAnswer } from '../ssh/asking';
import type { EffectiveHost } from '../ssh/effectiveHost';
import type { SshSession } from '../ssh/session';
import type { SessionLease, SessionPool } from '../ssh/sessionPool';
import { Outcome } from './outcome';
import type { Environment } from './protocol';
import { consentFacts, resolveHops } from './resolution';
import type { TunnelSpec } from './resolution';

export interface TunnelContext {
  /** For the log. */
  readonly name: string;
  readonly log: (line: string) => void;
  /** The state of the tunnel or of a forward has changed (its counters are not told). */
  readonly onChange: () => void;
  /** Variables of the newest window that holds it. */
  readonly env: () => Environment;
  /** Whether the user has allowed what this hash stands for, or needed not. */
  readonly isConsented: (hash: string) => boolean;
  readonly secrets: SecretKeeper;
  /** Connections that it may share with other tunnels. */
  readonly pool: SessionPool;
  readonly rememberedPort: (forwardKey: string) => number | undefined;
  readonly ownSockets: OwnSockets;
}

export class Tunnel {
  readonly spec: TunnelSpec;
  readonly #context: TunnelContext;
  readonly #forwards: ReadonlyMap<string, ForwardRunner>;
  readonly #sessions = new SessionSource();
  readonly #outcome = new Outcome();
  #state: TunnelState = { status: 'stopped' };
  /** The attempt or connection that counts; what belongs to an older one is dropped. */
  #current: AbortController | undefined;
  #ask: Ask | undefined;
  #lease: SessionLease | undefined;
  /** The hops of the last attempt, and what waits for somebody else to answer their questions. */
  #hops: readonly EffectiveHost[] = [];
  #unblock: Disposable | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Resolves when what was last taken down is gone; a new attempt must not find its own old listener. */
  #down: Promise<void> = Promise.resolve();
  /** The attempt that is under way or was last. Never rejects. */
  #connecting: Promise<void> = Promise.resolve();

  constructor(spec: TunnelSpec, context: TunnelContext) {
    this.spec = spec;
    this.#context = context;
    this.#forwards = new Map(
      spec.definition.forwards.map((forward) => {
        const key = forwardKey(forward);
        const runner = createForward(forward, {
          sessions: this.#sessions,
          preferredPort: context.rememberedPort(key),
          ownSockets: context.ownSockets,
          onChange: context.onChange,
          log: context.log,
        });
        return [key, runner];
      }),
    );
  }

  get state(): TunnelState {
    return this.#state;
  }

  get forwards(): Readonly<Record<string, ForwardState>> {
    return Object.fromEntries([...this.#forwards].map(([key, runner]) => [key, runner.state]));
  }

  get compression(): CompressionCounts | undefined {
    return this.#lease?.session.compression;
  }

  /**
   * Brings it up; does nothing where it is on its way or there.
   * @param ask the person who asked for it; undefined: an automatic start, which asks nobody
   * @throws TunnelFailure the first error; a tunnel that waits goes on trying all the same
   */
  async start(ask: Ask | undefined): Promise<void> {
    await this.#down;
    this.#ask = ask ?? this.#ask;
    if (this.#state.status === 'up') {
      return;
    }
    const outcome = this.#outcome.next();
    this.#enter({ type: 'start' });
    if (this.#state.status === 'connecting' && !this.#current) {
      this.#attempt();
    }
    await outcome;
  }

  /** Tries at once where it waits, or has failed. */
  async retry(ask: Ask | undefined): Promise<void> {
    if (this.#state.status === 'waiting') {
      clearTimeout(this.#timer);
      this.#ask = ask ?? this.#ask;
      const outcome = this.#outcome.next();
      this.#enter({ type: 'retry' });
      this.#attempt();
      await outcome;
    } else {
      await this.start(ask);
    }
  }

  /** What it waits for may have come: tries at once, if it waits. */
  lookAround(): void {
    if (this.#state.status === 'waiting') {
      this.retry(undefined).catch(() => undefined);
    }
  }

  /** Ends it in whatever state it is. Resolves when nothing of it is left. Never rejects. */
  async stop(): Promise<void> {
    this.#enter({ type: 'stop' });
    await this.#takeDown();
    this.#enter({ type: 'stopped' });
  }

  /** Ends listeners, connections, timers and questions, whatever state follows. */
  #takeDown(): Promise<void> {
    clearTimeout(this.#timer);
    this.#ask = undefined;
    this.#current?.abort(new Error('the tunnel was stopped'));
    this.#current = undefined;
    this.#unblock?.[Symbol.dispose]();
    const lease = this.#lease;
    this.#lease = undefined;
    this.#sessions.set(undefined);
    const closing = [...this.#forwards.values()].map((forward) => forward.close());
    this.#down = Promise.all([this.#down, this.#connecting, ...closing])
      .then(() => lease?.release())
      .then(() => undefined);
    return this.#down;
  }

  #attempt(): void {
    clearTimeout(this.#timer);
    const attempt = new AbortController();
    this.#current = attempt;
    this.#unblock?.[Symbol.dispose]();
    this.#connecting = this.#connect(attempt.signal).then(
      (lease) => {
        if (attempt.signal.aborted) {
          return lease.release();
        }
        this.#arrived(lease, attempt);
        return undefined;
      },
      (error: unknown) => {
        if (this.#current === attempt) {
          this.#failed(error);
        }
      },
    );
  }

  async #connect(signal: AbortSignal): Promise<SessionLease> {
    const { log, env, isConsented, secrets, pool } = this.#context;
    const enter = (event: TunnelEvent): void => {
      if (!signal.aborted) {
        this.#enter(event);
      }
    };
    const currentAsk = (): Ask | undefined => this.#ask;
    const hops = await resolveHops(this.spec, env(), signal);
    if (!isConsented(consentFacts(this.spec, hops).hash)) {
      throw new NeedsAnswer('consent', consentNeeded(this.#context.name, true));
    }
    this.#hops = hops;
    const lease = await pool.acquire(hops, {
      // Looked up at each question: the user may ask for a start that is under way by itself.
      get ask() {
        return currentAsk();
      },
      secrets,
      env: env(),
      signal,
      log,
      onPhase: (phase, hop) => enter({ type: 'phase', phase, hop }),
      onAsking: (asking) => enter({ type: 'asking', asking }),
    });
    const { session } = lease;
    const lost = session.onClosed((error) => this.#lost(error, signal));
    signal.addEventListener('abort', () => lost[Symbol.dispose](), { once: true });
    enter({ type: 'phase', phase: 'forwards', hop: hops.length - 1 });
    const failures = await this.#openForwards(session);
    if (session.host.exitOnForwardFailure && failures[0]) {
      lost[Symbol.dispose]();
      await lease.release();
      throw new TunnelFailure(failures[0]);
    }
    return lease;
  }

  #arrived(lease: SessionLease, attempt: AbortController): void {
    const { session } = lease;
    if (session.ended) {
      void lease.release();
      return;
    }
    this.#lease = lease;
    this.#ask = undefined;
    this.#sessions.set(session);
    this.#enter({ type: 'up', at: Date.now() });
    this.#context.log(`up, connected to ${session.host.user}@${session.host.hostName}`);
    this.#retryForwardsLater(session, 1, attempt.signal);
  }

  /** Called in the tick in which the connection ends, before its channels hear of it. */
  #lost(error: TunnelError, signal: AbortSignal): void {
    if (signal.aborted) {
      return;
    }
    this.#sessions.set(undefined);
    void this.#lease?.release();
    this.#lease = undefined;
    for (const forward of this.#forwards.values()) {
      forward.sessionLost();
    }
    this.#failed(new TunnelFailure(error));
  }

  #failed(reason: unknown): void {
    this.#current?.abort(reason);
    this.#current = undefined;
    clearTimeout(this.#timer);
    const error =
      reason instanceof TunnelFailure ? reason.error : connectionLost(this.#context.name, String(reason));
    this.#context.log(`${error.code}: ${error.message}${error.detail ? ` (${error.detail})` : ''}`);
    if (reason instanceof NeedsAnswer) {
      this.#giveUp({ type: 'blocked', need: reason.need, error });
      this.#unblockLater(reason.need);
    } else if (isRetryable(error) && this.spec.definition.reconnect) {
      this.#waitToRetry(error);
    } else {
      this.#giveUp({ type: 'failed', error, retry: undefined });
    }
  }

  /** Once another tunnel has had the same question answered, this one needs no answer any more. */
  #unblockLater(need: Need): void {
    if (need === 'consent' || need === 'trust') {
      return;
    }
    const { pool, env } = this.#context;
    this.#unblock = pool.onceConnected(this.#hops, env(), () => {
      if (this.#state.status === 'blocked') {
        this.start(undefined).catch(() => undefined);
      }
    });
  }

  /** Nothing will happen by itself any more, so nothing may go on listening. */
  #giveUp(event: TunnelEvent): void {
    void this.#takeDown();
    this.#enter(event);
  }

  #waitToRetry(error: TunnelError): void {
    // The next attempt is automatic: it opens no box.
    this.#ask = undefined;
    const attempt = this.#state.status === 'connecting' ? this.#state.attempt : 1;
    const delay = retryDelay(attempt, this.spec.settings.reconnectMaxDelay, Math.random);
    this.#timer = setTimeout(() => {
      this.#enter({ type: 'retry' });
      this.#attempt();
    }, delay);
    this.#enter({ type: 'failed', error, retry: { at: Date.now() + delay } });
  }

  async #openForwards(session: SshSession): Promise<readonly TunnelError[]> {
    const results = await Promise.all([...this.#forwards.values()].map((forward) => forward.open(session)));
    return results.filter((error) => error !== undefined);
  }

  /** A port that was taken may become free while the tunnel is up. */
  #retryForwardsLater(session: SshSession, attempt: number, signal: AbortSignal): void {
    const wanting = [...this.#forwards.values()].filter(
      ({ state }) => state.status === 'failed' && isRetryable(state.error),
    );
    if (wanting.length === 0 || signal.aborted) {
      return;
    }
    const delay = retryDelay(attempt, this.spec.settings.reconnectMaxDelay, Math.random);
    this.#timer = setTimeout(() => {
      void Promise.all(wanting.map((forward) => forward.open(session))).then(() =>
        this.#retryForwardsLater(session, attempt + 1, signal),
      );
    }, delay);
  }

  #enter(event: TunnelEvent): void {
    const next = transition(this.#state, event);
    if (next !== this.#state) {
      this.#state = next;
      this.#outcome.settle(next);
      this.#context.onChange();
    }
  }
}
