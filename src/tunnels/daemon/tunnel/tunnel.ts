// One tunnel in the daemon: carries out the states of the model: attempts, forwards, programs, retries, shutdown.
import { errorWords, isRetryable, TunnelFailure } from '../../errors/errors';
import type { TunnelError } from '../../errors/errors';
import type { X11Program } from '../../config/definition';
import { startCancelled } from '../../errors/ssh/authenticationCancelled';
import { connectionLost, lostSoon } from '../../errors/ssh/connectionLost';
import { english } from '../../util/l10n';
import type { Ask } from '../../model/prompt';
import type { HopProtection } from '../../model/protection';
import type { ProgramSnapshot } from '../../model/programState';
import type { CompressionCounts } from '../../model/snapshot';
import { attemptOf, errorOf } from '../../model/state';
import type { ForwardState, TunnelState } from '../../model/state';
import { transition } from '../../model/transition';
import { maxListedConnections, maxStateChanges } from '../../model/tunnelActivity';
import type { StateChange, TunnelActivity } from '../../model/tunnelActivity';
import type { TunnelEvent } from '../../model/transition';
import { NeedsAnswer } from '../../ssh/auth/prompter';
import type { SshSession } from '../../ssh/session/session';
import { Attempt } from './attempt';
import { RetryTimer } from '../../util/pacing/backoff';
import type { TunnelSpec } from './resolveHops';
import { StartOutcome } from './startOutcome';
import type { TunnelServices } from './tunnelServices';
import { TunnelForwards } from './tunnelForwards';
import { TunnelPrograms } from './tunnelPrograms';

/** Milliseconds until the attempts before a connection are forgotten (GATETIME in autossh(1)). */
const holdTimeMs = 30_000;

export class Tunnel {
  readonly spec: TunnelSpec;
  readonly #context: TunnelServices;
  readonly #forwards: TunnelForwards;
  readonly #programs: TunnelPrograms;
  readonly #outcome = new StartOutcome();
  readonly #retryTimer: RetryTimer;
  #holdTimer: NodeJS.Timeout | undefined;
  /** How many connections in a row were lost before they had held for a while. */
  #lostSoon = 0;
  #state: TunnelState = { status: 'stopped' };
  /** While it is connecting or up. */
  #attempt: Attempt | undefined;
  /** The newest first. */
  readonly #history: StateChange[] = [];
  /** While it is idle: the retries of its failed listeners. While it is blocked: the wait for the same answer elsewhere. */
  #background: Disposable | undefined;
  /** How often it was stopped, to notice a stop while waiting. */
  #stops = 0;
  /** Resolves when the last shutdown is complete, so that a new attempt does not meet its own old listeners. */
  #shutdown: Promise<void> = Promise.resolve();

  constructor(spec: TunnelSpec, context: TunnelServices) {
    const maxDelay = spec.settings.reconnectMaxDelay;
    this.spec = spec;
    this.#context = context;
    this.#retryTimer = new RetryTimer(maxDelay);
    this.#forwards = new TunnelForwards(spec.definition.forwards, {
      ...context,
      socketGuard: context.permissions,
      maxDelay,
      onClient: () => this.#onClient(),
    });
    this.#programs = new TunnelPrograms({ spec, context, onAllOver: () => this.#onProgramsEnded() });
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
    return this.#attempt?.session?.compression;
  }

  /** What protects the connection, hop by hop. Empty while it isn't connected. */
  get protection(): readonly HopProtection[] {
    return this.#attempt?.session?.protection ?? [];
  }

  get activity(): TunnelActivity {
    const roundTripMs = this.#attempt?.session?.measureRoundTrip();
    return {
      connections: this.#forwards.openConnections(maxListedConnections),
      connectionCount: this.#forwards.connections,
      history: this.#history,
      ...(roundTripMs === undefined ? {} : { roundTripMs }),
    };
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
      await (ask && this.#attempt?.openFailedForwards(ask));
    } else {
      await this.#connect('start', ask);
    }
  }

  /** Retries now if it is waiting or has failed. */
  async retry(ask: Ask | undefined): Promise<void> {
    await (this.#state.status === 'waiting' ? this.#connect('retry', ask) : this.start(ask));
  }

  /** Resolves when it is up. @throws TunnelFailure the first error */
  #connect(how: 'start' | 'retry', ask: Ask | undefined): Promise<void> {
    const outcome = this.#outcome.next();
    this.#enter({ type: how });
    if (this.#attempt) {
      this.#attempt.ask = ask ?? this.#attempt.ask;
    } else if (this.#state.status === 'connecting') {
      this.#beginAttempt(ask);
    }
    return outcome;
  }

  /** After a network change or a freed port: retries now if it is waiting, and then with short delays again. */
  retryWithoutBackoff(): void {
    if (this.#state.status === 'waiting' || this.#state.status === 'connecting') {
      this.#retryTimer.startOverAfter(this.#state.attempt);
    }
    if (this.#state.status === 'waiting') {
      this.retry(undefined).catch(() => undefined);
    }
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
    if (this.#state.status === 'idle' && !this.#background) {
      const idle = new AbortController();
      this.#background = { [Symbol.dispose]: () => idle.abort() };
      try {
        await this.#context.permissions.checkSockets(this.spec.definition);
      } catch (error) {
        if (error instanceof NeedsAnswer && !idle.signal.aborted) {
          this.#failed(error);
        }
      }
      if (idle.signal.aborted) {
        return;
      }
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

  /**
   * Starts the tunnel and runs a program on the server. Resolves when the program shows a window, or has run for a
   * while.
   * @throws TunnelFailure
   */
  runProgram(program: X11Program, ask: Ask | undefined): Promise<void> {
    return this.#programs.run(program, async () => {
      await this.start(ask);
      const session = this.#attempt?.session;
      if (!session) {
        throw new TunnelFailure(startCancelled());
      }
      return session;
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

  /** Waits for the last shutdown. @returns whether the tunnel was stopped during the wait */
  async #isStoppedMeanwhile(): Promise<boolean> {
    const stops = this.#stops;
    await this.#shutdown;
    return this.#stops !== stops;
  }

  /** Closes listeners, connections, timers and questions, whatever state follows. */
  #closeEverything(): Promise<void> {
    this.#endBackground();
    this.#retryTimer.startOverAfter(0);
    this.#lostSoon = 0;
    const attempt = this.#endAttempt(new Error('the tunnel was stopped'));
    this.#shutdown = Promise.all([this.#shutdown, this.#forwards.close(), this.#programs.close()]).then(() =>
      attempt?.release(),
    );
    return this.#shutdown;
  }

  /** Ends what goes on while it is neither connecting nor up. */
  #endBackground(): void {
    this.#retryTimer.cancel();
    this.#background?.[Symbol.dispose]();
    this.#background = undefined;
  }

  /** @returns the attempt, which still has its session */
  #endAttempt(reason: unknown): Attempt | undefined {
    const attempt = this.#attempt;
    this.#attempt = undefined;
    clearTimeout(this.#holdTimer);
    attempt?.end(reason);
    return attempt;
  }

  #beginAttempt(ask: Ask | undefined): void {
    this.#endBackground();
    this.#attempt = new Attempt(
      {
        spec: this.spec,
        context: this.#context,
        forwards: this.#forwards,
        ask,
        isIdle: () => this.#mayDisconnect(),
      },
      {
        onProgress: (event) => this.#enter(event),
        onConnected: (session) => this.#connected(session),
        onFailed: (reason) => this.#failed(reason, this.#attempt?.askedElsewhere !== true),
        onLost: (error) => this.#lost(error),
        onIdle: () => this.#disconnectIdle(),
      },
    );
  }

  #connected({ host }: SshSession): void {
    this.#enter({ type: 'up', at: Date.now() });
    this.#context.log.info(`Connected to ${host.user}@${host.hostName}`);
    this.#holdTimer = setTimeout(() => {
      this.#retryTimer.startOverAfter(0);
      this.#lostSoon = 0;
      this.#enter({ type: 'held' });
    }, holdTimeMs).unref();
  }

  /** The session is not needed: no clients, no listeners on the server, no programs. */
  #mayDisconnect(): boolean {
    const isUsed = this.#forwards.connections > 0 || this.#forwards.hasRemote || this.#programs.isBusy;
    return this.#context.isOnDemand() && !isUsed;
  }

  /** Closes the session, and goes back to listening only. */
  #disconnectIdle(): void {
    const attempt = this.#endAttempt(new Error('no clients'));
    this.#lostSoon = 0;
    this.#forwards.sessions.set(undefined);
    this.#context.log.info('No clients: disconnecting until the next client connects');
    this.#shutdown = Promise.all([this.#shutdown, this.#forwards.leave()]).then(() => attempt?.release());
    void this.listen();
    this.#enter({ type: 'hangUp' });
  }

  #lost(error: TunnelError): void {
    const attempt = attemptOf(this.#state);
    // Not if it is lost soon after the login: every client that comes again would cause another one.
    if (this.#state.status === 'up' && attempt === undefined && this.#mayDisconnect()) {
      this.#context.log.info(errorWords(error, english).message);
      this.#disconnectIdle();
      return;
    }
    this.#forwards.sessionLost();
    const isAgain = attempt !== undefined && ++this.#lostSoon > 1;
    const cause = isAgain && error.code === 'ConnectionLost' ? lostSoon(error) : error;
    // No person is asked for an answer, an approval or a touch again and again.
    this.#failed(new TunnelFailure(cause), !isAgain || !this.#attempt?.neededPerson);
  }

  #failed(reason: unknown, mayRetry = true): void {
    const attempt = this.#endAttempt(reason);
    void attempt?.release();
    const error =
      reason instanceof TunnelFailure ? reason.error : connectionLost(this.#context.name, String(reason));
    const isRetried = mayRetry && isRetryable(error) && this.spec.definition.reconnect;
    const level = isRetried || reason instanceof NeedsAnswer ? 'warning' : 'error';
    const { message, detail } = errorWords(error, english);
    const more = detail === undefined ? '' : ` (${detail})`;
    this.#context.log.write(level, `${error.code}: ${message}${more}`);
    if (reason instanceof NeedsAnswer) {
      this.#giveUp({ type: 'blocked', need: reason.need, error });
      this.#unblockLater(reason, attempt);
    } else if (isRetried) {
      this.#waitToRetry(error);
    } else {
      this.#giveUp({ type: 'failed', error, retry: undefined });
    }
  }

  /** Starts it once another tunnel has had the same question answered. */
  #unblockLater({ need }: NeedsAnswer, attempt: Attempt | undefined): void {
    if (need === 'consent' || need === 'trust' || !attempt) {
      return;
    }
    const { pool, env } = this.#context;
    this.#background = pool.onceConnected(attempt.hops, env(), () => {
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

  /** The next attempt is automatic: it does not prompt. */
  #waitToRetry(error: TunnelError): void {
    const attempt = attemptOf(this.#state) ?? 1;
    const delayMs = this.#retryTimer.schedule(attempt, () => {
      this.#enter({ type: 'retry' });
      this.#beginAttempt(undefined);
    });
    this.#context.log.info(`Reconnecting in ${delayMs} ms, attempt ${attempt + 1}`);
    this.#enter({ type: 'failed', error, retry: { at: Date.now() + delayMs } });
  }

  #enter(event: TunnelEvent): void {
    const next = transition(this.#state, event);
    if (next !== this.#state) {
      if (next.status !== this.#state.status) {
        const error = errorOf(next);
        this.#history.unshift({ at: Date.now(), status: next.status, ...(error && { error }) });
        this.#history.splice(maxStateChanges);
      }
      this.#state = next;
      this.#outcome.settle(next);
      this.#context.onChange();
    }
  }
}
