// One tunnel as the host runs it: carries out what the states of the model ask for. The attempts to connect, the
// forwards, the waits between, and the way down.
import { isRetryable, TunnelFailure } from '../../errors/errors';
import type { TunnelError } from '../../errors/errors';
import type { X11Program } from '../../config/definition';
import { retryDelay } from '../../util/backoff';
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
import type { SessionLease } from '../../ssh/session/sessionPool';
import { unlessAborted } from '../../util/abortable';
import { askForPort } from './askForPort';
import { IdleWatch } from './idleWatch';
import { Outcome } from './outcome';
import { consentFacts, resolveHops } from './resolveTunnel';
import type { TunnelSpec } from './resolveTunnel';
import type { TunnelContext } from './tunnelContext';
import { TunnelForwards } from './tunnelForwards';
import { TunnelPrograms } from './tunnelPrograms';

export class Tunnel {
  readonly spec: TunnelSpec;
  readonly #context: TunnelContext;
  readonly #forwards: TunnelForwards;
  readonly #programs: TunnelPrograms;
  readonly #idleWatch: IdleWatch;
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
  /** Attempts that were begun before the network last changed: of how the next ones go they tell nothing. */
  #bygone = 0;
  /** While it listens and has not dialled. */
  #idle: AbortController | undefined;
  /** How often it was stopped. */
  #stops = 0;
  /** Resolves when what was last taken down is gone; a new attempt must not find its own old listener. */
  #down: Promise<void> = Promise.resolve();
  /** The attempt that is under way or was last. Never rejects. */
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
      onAllOver: () => this.#onProgramsOver(),
    });
    this.#idleWatch = new IdleWatch({
      idleTime: context.idleTime,
      isBusy: () => !this.#mayHangUp(),
      onIdle: () => this.#hangUp(),
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
   * Brings it up; does nothing where it is on its way or there.
   * @param ask the person who asked for it; undefined: an automatic start, which asks nobody
   * @throws TunnelFailure the first error; a tunnel that waits goes on trying all the same
   */
  async start(ask: Ask | undefined): Promise<void> {
    if (await this.#isStoppedMeanwhile()) {
      throw new TunnelFailure(startCancelled());
    }
    if (this.#state.status === 'up') {
      await this.#mend(ask);
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
   * Runs a program of the server, for which it comes up. Resolves when that shows a window, or has run for a while.
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

  /** As ssh ends with the program that it was started for. */
  #onProgramsOver(): void {
    if (this.#state.status === 'up' && this.spec.definition.forwards.length === 0) {
      this.#context.onProgramsOver();
    }
  }

  /** Waits for the end of what was taken down; a stop that comes after this call counts more than what it is for. */
  async #isStoppedMeanwhile(): Promise<boolean> {
    const stops = this.#stops;
    await this.#down;
    return this.#stops !== stops;
  }

  /** It is up; what of it is not is tried again for who asks for it. */
  async #mend(ask: Ask | undefined): Promise<void> {
    if (ask && this.#lease && this.#current) {
      await this.#openForwards(this.#lease.session, ask, this.#current.signal);
    }
  }

  #openForwards(
    session: SshSession,
    ask: Ask | undefined,
    signal: AbortSignal,
  ): Promise<readonly TunnelError[]> {
    const tell = (asking: boolean): void => {
      this.#forwards.sessions.hold(asking);
      if (!signal.aborted) {
        this.#enter({ type: 'asking', asking });
      }
    };
    return this.#forwards.open(session, askForPort(ask, signal, tell));
  }

  /**
   * Listens here, and dials when the first client comes (autoStart "onConnect"); does nothing where it is on its way or
   * there. Never rejects: what can't be listened on is told by its state.
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
      this.#forwards.keepTrying(undefined, idle.signal);
    }
  }

  /** Who comes wants it up, and may be asked. */
  #onClient(): void {
    if (this.#state.status === 'idle') {
      this.start(this.#context.askAnyone).catch(() => undefined);
    }
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

  /** What it waits for may have come, or be on its way: tries at once, if it waits, and soon again. */
  lookAround(): void {
    if (this.#state.status === 'waiting' || this.#state.status === 'connecting') {
      this.#bygone = this.#state.attempt;
    }
    if (this.#state.status === 'waiting') {
      this.retry(undefined).catch(() => undefined);
    }
  }

  /** Ends it in whatever state it is. Resolves when nothing of it is left. Never rejects. */
  async stop(): Promise<void> {
    this.#stops++;
    this.#enter({ type: 'stop' });
    await this.#takeDown();
    this.#enter({ type: 'stopped' });
  }

  /** Ends listeners, connections, timers and questions, whatever state follows. */
  #takeDown(): Promise<void> {
    clearTimeout(this.#timer);
    this.#bygone = 0;
    this.#ask = undefined;
    this.#current?.abort(new Error('the tunnel was stopped'));
    this.#current = undefined;
    this.#endIdle();
    this.#unblock?.[Symbol.dispose]();
    const lease = this.#lease;
    this.#lease = undefined;
    this.#down = Promise.all([this.#down, this.#connecting, this.#forwards.close(), this.#programs.close()])
      .then(() => lease?.release())
      .then(() => undefined);
    return this.#down;
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
      onAsking: (asking) => {
        this.#forwards.sessions.hold(asking);
        enter({ type: 'asking', asking });
      },
    });
    const { session } = lease;
    const lost = session.onClosed((error) => this.#lost(error, signal));
    signal.addEventListener('abort', () => lost[Symbol.dispose](), { once: true });
    enter({ type: 'phase', phase: 'forwards', hop: hops.length - 1 });
    if (!session.host.exitOnForwardFailure && !signal.aborted) {
      // What listens here need not wait for what the server is slow to open.
      this.#forwards.sessions.set(session);
    }
    const failures = await this.#openAtOnce(lease, signal);
    if (session.host.exitOnForwardFailure && failures[0]) {
      lost[Symbol.dispose]();
      await this.#forwards.leave();
      await lease.release();
      throw new TunnelFailure(failures[0]);
    }
    return lease;
  }

  /** A server may keep us waiting for what it is to listen on; who stops the tunnel meanwhile does not wait for it. */
  async #openAtOnce(lease: SessionLease, signal: AbortSignal): Promise<readonly TunnelError[]> {
    try {
      return await unlessAborted(this.#openForwards(lease.session, this.#ask, signal), signal);
    } catch (error) {
      await lease.release();
      throw error;
    }
  }

  #arrived(lease: SessionLease, attempt: AbortController): void {
    const { session } = lease;
    if (session.ended) {
      void lease.release();
      return;
    }
    this.#lease = lease;
    this.#ask = undefined;
    this.#bygone = 0;
    this.#forwards.sessions.set(session);
    this.#enter({ type: 'up', at: Date.now() });
    this.#context.log(`up, connected to ${session.host.user}@${session.host.hostName}`);
    this.#forwards.keepTrying(session, attempt.signal);
    this.#idleWatch.start();
  }

  /** What listens on the server needs the session; and so does whoever is connected. */
  #mayHangUp(): boolean {
    const isUsed = this.#forwards.connections > 0 || this.#forwards.hasRemote || this.#programs.isBusy;
    return this.#context.isOnDemand() && !isUsed;
  }

  /** Back to listening only. */
  #hangUp(): void {
    this.#current?.abort(new Error('nobody was connected'));
    this.#current = undefined;
    this.#idleWatch.stop();
    const lease = this.#lease;
    this.#lease = undefined;
    this.#forwards.sessions.set(undefined);
    this.#context.log('nobody is connected: it hangs up, and dials again for the next client');
    this.#down = Promise.all([this.#down, this.#forwards.leave()]).then(() => lease?.release());
    void this.listen();
    this.#enter({ type: 'hangUp' });
  }

  /** Called in the tick in which the connection ends, before its channels hear of it. */
  #lost(error: TunnelError, signal: AbortSignal): void {
    if (signal.aborted) {
      return;
    }
    void this.#lease?.release();
    this.#lease = undefined;
    if (this.#state.status === 'up' && this.#mayHangUp()) {
      this.#context.log(`${error.message} Nobody was connected: it is made again for the next client.`);
      this.#hangUp();
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
    const delay = retryDelay(attempt - this.#bygone, this.spec.settings.reconnectMaxDelay, Math.random);
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
