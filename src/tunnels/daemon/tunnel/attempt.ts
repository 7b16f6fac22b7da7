// One attempt to connect a tunnel, and the connection that it becomes: resolves the hosts, connects the SSH session, and
// opens the forwards over it.
import { TunnelFailure } from '../../errors/errors';
import type { TunnelError } from '../../errors/errors';
import type { AskForPort } from '../../forwards/forwardRunner';
import type { Ask } from '../../model/prompt';
import type { LoginWait } from '../../model/state';
import type { TunnelEvent } from '../../model/transition';
import type { EffectiveHost } from '../../ssh/config/effectiveHost';
import type { SshSession } from '../../ssh/session/session';
import type { SessionHandle } from '../../ssh/session/sessionPool';
import { unlessAborted } from '../../util/promises';
import { formatAddress } from '../../util/address';
import type { Environment } from '../../util/environment';
import { elapsed } from '../../util/log';
import { nameControlMaster } from './nameControlMaster';
import { resolveHops } from './resolveHops';
import type { TunnelSpec } from './resolveHops';
import type { TunnelServices } from './tunnelServices';
import type { TunnelForwards } from './tunnelForwards';

export interface AttemptOptions {
  readonly spec: TunnelSpec;
  readonly context: TunnelServices;
  readonly forwards: TunnelForwards;
  /** Prompts the user who started the tunnel; undefined: an automatic start, which never prompts. */
  readonly ask: Ask | undefined;
  /** Whether the connection may be closed until the next client connects. */
  readonly isIdle: () => boolean;
}

/** None is called after the attempt was ended. */
export interface AttemptEvents {
  readonly onProgress: (
    event: Extract<TunnelEvent, { type: 'phase' | 'proxyCommand' | 'asking' | 'waitsFor' | 'serverText' }>,
  ) => void;
  readonly onConnected: (session: SshSession) => void;
  readonly onFailed: (reason: unknown) => void;
  /** Called in the tick in which the session ends, before its channels close. */
  readonly onLost: (error: TunnelError) => void;
  /** The connection has been idle for a while. */
  readonly onIdle: () => void;
}

/** How many checks in a row must find it idle. */
const idleChecks = 10;

export class Attempt {
  /** Looked up for each question: the user may start a tunnel while an automatic start is running. */
  ask: Ask | undefined;
  /** Whether the login has waited for somebody: an answer, an approval on another device, a touch of a security key. */
  neededPerson = false;
  /** Whether somebody was asked outside of VS Code: for an approval or a touch. Each login would ask them again. */
  askedElsewhere = false;
  readonly #options: AttemptOptions;
  readonly #events: AttemptEvents;
  readonly #ended = new AbortController();
  /** It is connected, or has failed. Never rejects. */
  readonly #settled: Promise<void>;
  /** What ssh_config and its commands see in this attempt. */
  readonly #env: Environment;
  #hops: readonly EffectiveHost[] = [];
  /** The hop that it is connecting to. */
  #hop = 0;
  #handle: SessionHandle | undefined;

  constructor(options: AttemptOptions, events: AttemptEvents) {
    this.ask = options.ask;
    this.#options = options;
    this.#events = events;
    this.#env = options.context.env();
    this.#settled = this.#connect().catch((error: unknown) => {
      if (!this.#ended.signal.aborted) {
        events.onFailed(error);
      }
    });
  }

  /** Where it connects; empty until the hosts are resolved. */
  get hops(): readonly EffectiveHost[] {
    return this.#hops;
  }

  /** undefined: it is not connected yet. */
  get session(): SshSession | undefined {
    return this.#handle?.session;
  }

  /** Ends it, without further calls back. Its session stays open until release(). */
  end(reason: unknown): void {
    this.#ended.abort(reason);
  }

  /** Resolves when its session is released. Never rejects. */
  async release(): Promise<void> {
    await this.#settled;
    await this.#handle?.release();
  }

  /** Opens the forwards of a connected tunnel that have failed, for the user who starts it. */
  async openFailedForwards(ask: Ask): Promise<void> {
    if (this.#handle) {
      await this.#openForwards(this.#handle.session, ask);
    }
  }

  async #connect(): Promise<void> {
    const startedAt = performance.now();
    const { context, forwards } = this.#options;
    const { signal } = this.#ended;
    await this.#resolve();
    const handle = await this.#acquireSession().catch(async (error: unknown) => {
      throw await nameControlMaster(error, this.#hops, this.#hop);
    });
    const { session } = handle;
    const lost = session.onClosed((error) => {
      if (!signal.aborted) {
        this.#events.onLost(error);
      }
    });
    signal.addEventListener('abort', () => lost[Symbol.dispose](), { once: true });
    const openingAt = performance.now();
    try {
      await this.#openAll(session);
      signal.throwIfAborted();
    } catch (error) {
      lost[Symbol.dispose]();
      if (!signal.aborted) {
        await forwards.leave();
      }
      await handle.release();
      throw error;
    }
    context.log.debug(`Forwards opened in ${elapsed(openingAt)}; connected in ${elapsed(startedAt)}`);
    this.#handle = handle;
    this.ask = undefined;
    forwards.sessions.set(session);
    this.#events.onConnected(session);
    forwards.retryFailed(session, signal);
    this.#watchForIdle();
  }

  async #resolve(): Promise<void> {
    const { spec, context } = this.#options;
    const start = performance.now();
    const hops = await resolveHops(spec, this.#env, this.#ended.signal);
    const route = hops.map(
      ({ user, hostName, port }) => `${user}@${formatAddress({ host: hostName, port })}`,
    );
    context.log.debug(`ssh_config resolves the host to ${route.join(', then ')} (${elapsed(start)})`);
    await context.permissions.checkSockets(spec.definition);
    await context.permissions.checkHops(hops);
    this.#hops = hops;
  }

  #acquireSession(): Promise<SessionHandle> {
    const { secrets, log, pool } = this.#options.context;
    const currentAsk = (): Ask | undefined => this.ask;
    return pool.acquire(this.#hops, {
      get ask() {
        return currentAsk();
      },
      secrets,
      env: this.#env,
      signal: this.#ended.signal,
      log,
      onPhase: (phase, hop) => {
        this.#hop = hop;
        this.#report({ type: 'phase', phase, hop });
      },
      onProxyCommand: (output) => this.#report({ type: 'proxyCommand', output }),
      onPromptOpen: this.#onPromptOpen,
      onWaitsFor: this.#onWaitsFor,
      onServerText: (text, name) => this.#report({ type: 'serverText', text, name }),
    });
  }

  /** @throws TunnelFailure with exitOnForwardFailure, when one of the forwards can't be opened */
  async #openAll(session: SshSession): Promise<void> {
    const { forwards } = this.#options;
    const { signal } = this.#ended;
    this.#report({ type: 'phase', phase: 'forwards', hop: this.#hops.length - 1 });
    if (!session.host.exitOnForwardFailure && !signal.aborted) {
      // Local forwards need not wait for remote ones that the server is slow to open.
      forwards.sessions.set(session);
    }
    // The server may be slow to open its listeners. A stop does not wait for that.
    const [failure] = await unlessAborted(this.#openForwards(session, this.ask), signal);
    const error = session.ended ?? (session.host.exitOnForwardFailure ? failure : undefined);
    if (error) {
      throw new TunnelFailure(error);
    }
  }

  /** @returns the errors of the forwards that can't be opened */
  #openForwards(session: SshSession, ask: Ask | undefined): Promise<readonly TunnelError[]> {
    const askForPort: AskForPort | undefined =
      ask &&
      (async (question) => {
        this.#onPromptOpen(true);
        try {
          return await ask(question, this.#ended.signal);
        } finally {
          this.#onPromptOpen(false);
        }
      });
    return this.#options.forwards.open(session, askForPort);
  }

  readonly #onPromptOpen = (open: boolean): void => {
    this.neededPerson ||= open;
    this.#options.forwards.sessions.pauseDeadlines(open);
    this.#report({ type: 'asking', asking: open });
  };

  /** If the user has asked for this start, clients wait with the user, as while a prompt is open. */
  readonly #onWaitsFor = (waitsFor: LoginWait | undefined, mayAskPerson: boolean): void => {
    this.neededPerson ||= waitsFor !== undefined;
    this.askedElsewhere ||= waitsFor !== undefined && mayAskPerson;
    this.#options.forwards.sessions.pauseDeadlines(waitsFor !== undefined && this.ask !== undefined);
    this.#report({ type: 'waitsFor', waitsFor });
  };

  #report(event: Parameters<AttemptEvents['onProgress']>[0]): void {
    if (!this.#ended.signal.aborted) {
      this.#events.onProgress(event);
    }
  }

  #watchForIdle(): void {
    const { isIdle, context } = this.#options;
    let idleInARow = 0;
    const timer = setInterval(() => {
      idleInARow = isIdle() ? idleInARow + 1 : 0;
      if (idleInARow === idleChecks) {
        this.#events.onIdle();
      }
    }, context.idleTime / idleChecks).unref();
    this.#ended.signal.addEventListener('abort', () => clearInterval(timer), { once: true });
  }
}
