// One tunnel in the daemon: carries out the states of the model, with connection attempts, forwards, retries and
// shutdown.
import { isRetryable, TunnelFailure } from '../../errors/errors';
import type { TunnelError } from '../../errors/errors';
import type { X11Program } from '../../config/definition';
import { retryDelayMs } from '../../util/backoff';
import { startCancelled } from '../../errors/auth';
import { consentNeeded } from '../../errors/consent';
import { connectionLost } from '../../errors/connect';
import type { Ask } from '../../model/prompt';
import type { ProgramSnapshot } from '../../model/programState';
import type { CompressionCounts } from '../../model/snapshot';
import type { ForwardState, Need, TunnelState } from '../../model/state';
import { transition } from '../../model/transition';
import type { TunnelEvent } from '../../model/transition';
import { NeedsAnswer } from '../../ssh/auth/prompter';
import type { EffectiveHost } from '../../ssh/config/effectiveHost';
import type { SshSession } from '../../ssh/session/session';
import type { SessionHandle } from '../../ssh/session/sessionPool';
import { unlessAborted } from '../../util/abortable';
import { askForPort } from './askForPort';
import { IdleWatch } from './idleWatch';
import { StartOutcome } from './outcome';
import { consentFacts, resolveHops } from './resolveTunnel';
import type { TunnelSpec } from './resolveTunnel';
import type { TunnelContext } from './tunnelContext';
import { TunnelForwards } from './tunnelForwards';
import { TunnelPrograms } from './tunnelPrograms';
import { formatAddress } from '../../util/address';
import { elapsed } from '../../util/log';

export class Tunnel {
  readonly spec: TunnelSpec;
  readonly #context: TunnelContext;
  readonly #forwards: TunnelForwards;
  readonly #programs: TunnelPrograms;
  readonly #idleWatch: IdleWatch;
  readonly #outcome = new StartOutcome();
  #state: TunnelState = { status: 'stopped' };
  /** Of the current attempt or connection. Results of older ones are ignored. */
  #current: AbortController | undefined;
  #ask: Ask | undefined;
  #lease: SessionHandle | undefined;
  /** The hops of the last attempt. */
  #hops: readonly EffectiveHost[] = [];
  /** Waits until another tunnel has had the same question answered. */
  #unblock: Disposable | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Attempts before the last network change; not counted for backoff. */
  #uncountedAttempts = 0;
  /** Set while it listens without a connection to the server. */
  #idle: AbortController | undefined;
  /** How often it was stopped, to notice a stop while waiting. */
  #stops = 0;
  /** Resolves when the last shutdown is complete, so that a new attempt does not meet its own old listeners. */
  #shutdown: Promise<void> = Promise.resolve();
  /** The current or last attempt. Never rejects. */
  #connecting: Promise<void> = Promise.resolve();

  constructor(spec: TunnelSpec, context: TunnelContext) {
    this.spec = spec;
    this.#context = context;
    this.#forwards = new TunnelForwards(spec.definition.forwards, {
      ...context,
      maxDelay: spec.settings.reconnectMaxDelay,
      onClient: () => this.#onClient(),
    });
    this.#programs = new TunnelPrograms({
      spec,
      context,
      onAllOver: () => this.#onProgramsEnded(),
    });
    this.#idleWatch = new IdleWatch({
      idleTimeMs: context.idleTime,
      isBusy: () => !this.#mayDisconnect(),
      onIdle: () => this.#disconnectIdle(),
    });
  }

  get state(): TunnelState {
    return this.#state;
  }

  get forwards(): Readonly<Record<string, ForwardState>> {
    return this.#forwards.states;
  }

  get programs(): readonly ProgramSnapshot[] {
    return this.#programs.snapshots;
  }

  get compression(): CompressionCounts | undefined {
    return this.#lease?.session.compression;
  }

  /**
   * Starts it; does nothing if it is connecting or up.
   * @param ask prompts the user who started it; undefined: an automatic start, which never prompts
   * @throws TunnelFailure the first error; the tunnel may still retry after that
   */
  async start(ask: Ask | undefined): Promise<void> {
    if (await this.#isStoppedMeanwhile()) {
      throw new TunnelFailure(startCancelled());
    }
    if (this.#state.status === 'up') {
      await this.#openFailedForwards(ask);
      return;
    }
    this.#ask = ask ?? this.#ask;
    const outcome = this.#outcome.next();
    this.#enter({ type: 'start' });
    if (this.#state.status === 'connecting' && !this.#current) {
      this.#attempt();
    }
    await outcome;
  }

  /**
   * Starts the tunnel and runs a program on the server. Resolves when the program shows a window, or has run for a
   * while.
   * @throws TunnelFailure
   */
  runProgram(program: X11Program, ask: Ask | undefined): Promise<void> {
    return this.#programs.run(program, async () => {
      await this.start(ask);
      if (!this.#lease) {
        throw new TunnelFailure(startCancelled());
      }
      return this.#lease.session;
    });
  }

  stopProgram(name: string): Promise<void> {
    return this.#programs.stop(name);
  }

  /** A tunnel without forwards ends with its programs, as ssh ends with its command. */
  #onProgramsEnded(): void {
    if (this.#state.status === 'up' && this.spec.definition.forwards.length === 0) {
      this.#context.onProgramsEnded();
    }
  }

  /** Waits for the last shutdown. @returns whether the tunnel was stopped during the wait */
  async #isStoppedMeanwhile(): Promise<boolean> {
    const stops = this.#stops;
    await this.#shutdown;
    return this.#stops !== stops;
  }

  /** Opens the failed forwards of a tunnel that is up, for the user who starts it. */
  async #openFailedForwards(ask: Ask | undefined): Promise<void> {
    if (ask && this.#lease && this.#current) {
      await this.#openForwards(this.#lease.session, ask, this.#current.signal);
    }
  }

  #openForwards(
    session: SshSession,
    ask: Ask | undefined,
    signal: AbortSignal,
  ): Promise<readonly TunnelError[]> {
    const onPromptOpen = (asking: boolean): void => {
      this.#forwards.sessions.pauseDeadlines(asking);
      if (!signal.aborted) {
        this.#enter({ type: 'asking', asking });
      }
    };
    return this.#forwards.open(session, askForPort(ask, signal, onPromptOpen));
  }

  /**
   * Opens the local listeners, and connects when the first client does (autoStart "onConnect"); does nothing if it is
   * connecting or up. Never rejects: a forward that can't listen shows that in its state.
   */
  async listen(): Promise<void> {
    if (await this.#isStoppedMeanwhile()) {
      return;
    }
    this.#enter({ type: 'listen' });
    if (this.#state.status === 'idle' && !this.#idle) {
      const idle = new AbortController();
      this.#idle = idle;
      await this.#forwards.open(undefined);
      this.#forwards.retryFailed(undefined, idle.signal);
    }
  }

  /** A client has connected: start the tunnel. This may prompt. */
  #onClient(): void {
    if (this.#state.status === 'idle') {
      this.start(this.#context.askAnyone).catch(() => undefined);
    }
  }

  /** Retries now if it is waiting or has failed. */
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

  /** After a network change or a freed port: retries now if it is waiting, and then with short delays again. */
  retryWithoutBackoff(): void {
    if (this.#state.status === 'waiting' || this.#state.status === 'connecting') {
      this.#uncountedAttempts = this.#state.attempt;
    }
    if (this.#state.status === 'waiting') {
      this.retry(undefined).catch(() => undefined);
    }
  }

  /** Stops it in any state. Resolves when everything is closed. Never rejects. */
  async stop(): Promise<void> {
    this.#stops++;
    if (this.#state.status !== 'stopped') {
      this.#context.log.info('Stopping');
    }
    this.#enter({ type: 'stop' });
    await this.#closeEverything();
    this.#enter({ type: 'stopped' });
  }

  /** Closes listeners, connections, timers and questions, whatever state follows. */
  #closeEverything(): Promise<void> {
    clearTimeout(this.#timer);
    this.#uncountedAttempts = 0;
    this.#ask = undefined;
    this.#current?.abort(new Error('the tunnel was stopped'));
    this.#current = undefined;
    this.#endIdle();
    this.#unblock?.[Symbol.dispose]();
    const lease = this.#lease;
    this.#lease = undefined;
    this.#shutdown = Promise.all([
      this.#shutdown,
      this.#connecting,
      this.#forwards.close(),
      this.#programs.close(),
    ])
      .then(() => lease?.release())
      .then(() => undefined);
    return this.#shutdown;
  }

  #endIdle(): void {
    this.#idle?.abort();
    this.#idle = undefined;
    this.#idleWatch.stop();
  }

  #attempt(): void {
    clearTimeout(this.#timer);
    this.#endIdle();
    const attempt = new AbortController();
    this.#current = attempt;
    this.#unblock?.[Symbol.dispose]();
    this.#connecting = this.#connect(attempt.signal).then(
      (lease) => {
        if (attempt.signal.aborted) {
          return lease.release();
        }
        this.#connected(lease, attempt);
        return undefined;
      },
      (error: unknown) => {
        if (this.#current === attempt) {
          this.#failed(error);
        }
      },
    );
  }

  async #connect(signal: AbortSignal): Promise<SessionHandle> {
    const { log, env, isConsented, secrets, pool } = this.#context;
    const enter = (event: TunnelEvent): void => {
      if (!signal.aborted) {
        this.#enter(event);
      }
    };
    const currentAsk = (): Ask | undefined => this.#ask;
    const start = performance.now();
    const hops = await resolveHops(this.spec, env(), signal);
    const route = hops.map(
      ({ user, hostName, port }) => `${user}@${formatAddress({ host: hostName, port })}`,
    );
    log.debug(`ssh_config resolves the host to ${route.join(', then ')} (${elapsed(start)})`);
    if (!isConsented(consentFacts(this.spec, hops).hash)) {
      throw new NeedsAnswer('consent', consentNeeded(this.#context.name, true));
    }
    this.#hops = hops;
    const lease = await pool.acquire(hops, {
      // Looked up for each question: the user may start a tunnel while an automatic start is running.
      get ask() {
        return currentAsk();
      },
      secrets,
      env: env(),
      signal,
      log,
      onPhase: (phase, hop) => enter({ type: 'phase', phase, hop }),
      onPromptOpen: (asking) => {
        this.#forwards.sessions.pauseDeadlines(asking);
        enter({ type: 'asking', asking });
      },
    });
    const { session } = lease;
    const lost = session.onClosed((error) => this.#lost(error, signal));
    signal.addEventListener('abort', () => lost[Symbol.dispose](), { once: true });
    enter({ type: 'phase', phase: 'forwards', hop: hops.length - 1 });
    if (!session.host.exitOnForwardFailure && !signal.aborted) {
      // Local forwards need not wait for remote ones that the server is slow to open.
      this.#forwards.sessions.set(session);
    }
    const opening = performance.now();
    const failures = await this.#openUnlessAborted(lease, signal);
    log.debug(`Forwards opened in ${elapsed(opening)}; connected in ${elapsed(start)}`);
    if (session.host.exitOnForwardFailure && failures[0]) {
      lost[Symbol.dispose]();
      await this.#forwards.leave();
      await lease.release();
      throw new TunnelFailure(failures[0]);
    }
    return lease;
  }

  /** The server may be slow to open its listeners. A stop does not wait for that. */
  async #openUnlessAborted(lease: SessionHandle, signal: AbortSignal): Promise<readonly TunnelError[]> {
    try {
      return await unlessAborted(this.#openForwards(lease.session, this.#ask, signal), signal);
    } catch (error) {
      await lease.release();
      throw error;
    }
  }

  #connected(lease: SessionHandle, attempt: AbortController): void {
    const { session } = lease;
    if (session.ended) {
      void lease.release();
      return;
    }
    this.#lease = lease;
    this.#ask = undefined;
    this.#uncountedAttempts = 0;
    this.#forwards.sessions.set(session);
    this.#enter({ type: 'up', at: Date.now() });
    this.#context.log.info(`Connected to ${session.host.user}@${session.host.hostName}`);
    this.#forwards.retryFailed(session, attempt.signal);
    this.#idleWatch.start();
  }

  /** The session is not needed: no clients, no listeners on the server, no programs. */
  #mayDisconnect(): boolean {
    const isUsed = this.#forwards.connections > 0 || this.#forwards.hasRemote || this.#programs.isBusy;
    return this.#context.isOnDemand() && !isUsed;
  }

  /** Closes the session, and goes back to listening only. */
  #disconnectIdle(): void {
    this.#current?.abort(new Error('no clients'));
    this.#current = undefined;
    this.#idleWatch.stop();
    const lease = this.#lease;
    this.#lease = undefined;
    this.#forwards.sessions.set(undefined);
    this.#context.log.info('No clients: disconnecting until the next client connects');
    this.#shutdown = Promise.all([this.#shutdown, this.#forwards.leave()]).then(() => lease?.release());
    void this.listen();
    this.#enter({ type: 'hangUp' });
  }

  /** Called in the tick in which the session ends, before its channels close. */
  #lost(error: TunnelError, signal: AbortSignal): void {
    if (signal.aborted) {
      return;
    }
    void this.#lease?.release();
    this.#lease = undefined;
    if (this.#state.status === 'up' && this.#mayDisconnect()) {
      this.#context.log.info(`${error.message} No clients: reconnecting when the next client connects.`);
      this.#disconnectIdle();
      return;
    }
    this.#forwards.sessionLost();
    this.#failed(new TunnelFailure(error));
  }

  #failed(reason: unknown): void {
    this.#current?.abort(reason);
    this.#current = undefined;
    clearTimeout(this.#timer);
    const error =
      reason instanceof TunnelFailure ? reason.error : connectionLost(this.#context.name, String(reason));
    const isFinal =
      !(reason instanceof NeedsAnswer) && !(isRetryable(error) && this.spec.definition.reconnect);
    const detail = error.detail ? ` (${error.detail})` : '';
    this.#context.log.write(isFinal ? 'error' : 'warning', `${error.code}: ${error.message}${detail}`);
    if (reason instanceof NeedsAnswer) {
      this.#giveUp({ type: 'blocked', need: reason.need, error });
      this.#unblockLater(reason.need);
    } else if (isRetryable(error) && this.spec.definition.reconnect) {
      this.#waitToRetry(error);
    } else {
      this.#giveUp({ type: 'failed', error, retry: undefined });
    }
  }

  /** Starts it once another tunnel has had the same question answered. */
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

  /** There will be no automatic retry, so close the listeners, too. */
  #giveUp(event: TunnelEvent): void {
    void this.#closeEverything();
    this.#enter(event);
  }

  #waitToRetry(error: TunnelError): void {
    // The next attempt is automatic: it must not prompt.
    this.#ask = undefined;
    const attempt = this.#state.status === 'connecting' ? this.#state.attempt : 1;
    const delay = retryDelayMs(
      attempt - this.#uncountedAttempts,
      this.spec.settings.reconnectMaxDelay,
      Math.random,
    );
    this.#context.log.info(`Reconnecting in ${Math.round(delay)} ms, attempt ${attempt + 1}`);
    this.#timer = setTimeout(() => {
      this.#enter({ type: 'retry' });
      this.#attempt();
    }, delay);
    this.#enter({ type: 'failed', error, retry: { at: Date.now() + delay } });
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
