// Shares SSH sessions. Tunnels that need the same session at the same time (same hops, identities, policy and options)
// use one connection, and so do sessions through the same jump host. So the user enters a one-time code only once. The
// last user of a connection closes it.
import { createHash } from 'node:crypto';
import { TunnelFailure } from '../../errors/errors';
import type { TunnelError } from '../../errors/errors';
import { environmentOf } from '../config/commandEnvironment';
import type { Environment } from '../../util/environment';
import { combineSavedSecrets } from '../../model/prompt';
import type { Ask } from '../../model/prompt';
import type { Phase } from '../../model/state';
import { agentSocket } from '../auth/agent';
import { connectHop } from './connect';
import type { ConnectOptions } from './connect';
import { commandsOf } from '../config/effectiveHost';
import type { EffectiveHost } from '../config/effectiveHost';
import { LoginHistory } from './loginHistory';
import type { SshSession } from './session';
import { unlessAborted } from '../../util/promises';
import { logTo } from '../../util/log';

export interface SessionHandle {
  readonly session: SshSession;
  /** Closes the session if it has no other user, and resolves then; otherwise resolves at once. Never rejects. */
  release(): Promise<void>;
}

export class SessionPool {
  readonly #shared = new Map<string, SharedSession>();
  readonly #listeners = new Map<string, Set<() => void>>();
  readonly #logins = new LoginHistory();

  /**
   * Connects through all hops, with the destination last, or joins a session that is connected or connecting.
   * @throws TunnelFailure with the code of what failed
   * @throws NeedsAnswer when a prompt is needed but not allowed
   * @throws the reason of the requester's signal
   */
  async acquire(hops: readonly EffectiveHost[], requester: ConnectOptions): Promise<SessionHandle> {
    const key = sessionKey(hops, requester.env);
    const known = this.#shared.get(key);
    const shared =
      known ??
      new SharedSession(hops, this, {
        onConnected: () => {
          this.#logins.succeeded(key);
          this.#notifyConnected(key);
        },
        judge: (error, { hostName }) => this.#logins.failed(key, error, hostName),
        onGone: (gone) => {
          if (this.#shared.get(key) === gone) {
            this.#shared.delete(key);
          }
        },
      });
    this.#shared.set(key, shared);
    return shared.join(requester);
  }

  /** Probes every connection, including those to jump hosts. */
  probe(): void {
    this.#shared.forEach((shared) => shared.probe());
  }

  /** Calls back once when another requester has connected this session. */
  onceConnected(
    hops: readonly EffectiveHost[],
    env: ConnectOptions['env'],
    listener: () => void,
  ): Disposable {
    const key = sessionKey(hops, env);
    const listeners = this.#listeners.get(key) ?? new Set();
    this.#listeners.set(key, listeners.add(listener));
    return {
      [Symbol.dispose]: () => {
        listeners.delete(listener);
        if (listeners.size === 0 && this.#listeners.get(key) === listeners) {
          this.#listeners.delete(key);
        }
      },
    };
  }

  #notifyConnected(key: string): void {
    const listeners = this.#listeners.get(key) ?? [];
    this.#listeners.delete(key);
    for (const listener of listeners) {
      listener();
    }
  }
}

/**
 * Identifies a session by all that it depends on: the resolved hops and the agent. If the user's commands run for a
 * hop, also by what they see: the environment (environmentOf()) and the alias. Hashed, so that no variable is stored.
 */
function sessionKey(hops: readonly EffectiveHost[], env: Environment): string {
  const parts = hops.map((host) => {
    const commands = commandsOf(host);
    return [
      { ...host, controlPath: undefined, ...(commands.length === 0 && { alias: undefined }) },
      host.pubkeyAuthentication ? agentSocket(host.identityAgent, env) : undefined,
      commands.map((command) => environmentOf(command, env)),
    ];
  });
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

interface SharedSessionEvents {
  readonly onConnected: () => void;
  /** Called when it can't connect to its last host. @returns the error that counts */
  readonly judge: (error: TunnelError, host: EffectiveHost) => TunnelError;
  /** The session can no longer be joined. */
  readonly onGone: (gone: SharedSession) => void;
}

class SharedSession {
  readonly #hops: readonly EffectiveHost[];
  readonly #pool: SessionPool;
  readonly #events: SharedSessionEvents;
  readonly #dialling = new AbortController();
  /** The requesters that wait for the connection. */
  readonly #requesters = new Requesters(this.#dialling.signal);
  /** How many requesters wait for the session or have it. */
  #users = 0;
  #session: Promise<SshSession> | undefined;

  constructor(hops: readonly EffectiveHost[], pool: SessionPool, events: SharedSessionEvents) {
    this.#hops = hops;
    this.#pool = pool;
    this.#events = events;
  }

  async join(requester: ConnectOptions): Promise<SessionHandle> {
    requester.signal.throwIfAborted();
    if (this.#users > 0) {
      requester.log.debug('Sharing an SSH session with another tunnel or jump host connection');
    }
    this.#users++;
    this.#requesters.add(requester);
    this.#session ??= this.#connect();
    try {
      const session = await unlessAborted(this.#session, requester.signal);
      let left: Promise<void> | undefined;
      return { session, release: () => (left ??= this.#leave(requester)) };
    } catch (error) {
      await this.#leave(requester);
      throw error;
    } finally {
      this.#requesters.stopWaiting(requester);
    }
  }

  probe(): void {
    this.#session?.then(
      (session) => session.probe(),
      () => undefined,
    );
  }

  async #leave(requester: ConnectOptions): Promise<void> {
    this.#requesters.remove(requester);
    this.#users--;
    if (this.#users > 0) {
      return;
    }
    this.#events.onGone(this);
    this.#dialling.abort(new Error('no longer needed'));
    await this.#session?.then(
      (session) => session.close(),
      () => undefined,
    );
  }

  async #connect(): Promise<SshSession> {
    const host = this.#hops.at(-1);
    let jump: SessionHandle | undefined;
    try {
      if (!host) {
        throw new Error('no host to connect to');
      }
      const before = this.#hops.slice(0, -1);
      jump = before.length > 0 ? await this.#pool.acquire(before, this.#requesters) : undefined;
      const session = await this.#login(host, before.length, jump?.session);
      session.onClosed(() => {
        this.#events.onGone(this);
        void jump?.release();
      });
      this.#events.onConnected();
      return session;
    } catch (error) {
      this.#events.onGone(this);
      await jump?.release();
      throw error;
    }
  }

  async #login(host: EffectiveHost, hop: number, jump: SshSession | undefined): Promise<SshSession> {
    try {
      return await connectHop(host, hop, jump, this.#requesters);
    } catch (error) {
      const judged = error instanceof TunnelFailure ? this.#events.judge(error.error, host) : undefined;
      throw error instanceof TunnelFailure && judged && judged !== error.error
        ? new TunnelFailure(judged, { cause: error })
        : error;
    }
  }
}

/** Combines the options of all requesters of one connection. */
class Requesters implements ConnectOptions {
  readonly signal: AbortSignal;
  readonly secrets = combineSavedSecrets(() => [...this.#waiting].map(({ secrets }) => secrets));
  /** The requesters that wait. */
  readonly #waiting = new Set<ConnectOptions>();
  /** The requesters that wait or have the session: they still get the server's messages. */
  readonly #logReceivers = new Set<ConnectOptions>();
  #env: ConnectOptions['env'] = {};
  #progress: { readonly phase: Phase; readonly hop: number } | undefined;
  #proxyCommandOutput: readonly string[] | undefined;
  #isPromptOpen = false;
  #wait: Parameters<ConnectOptions['onWaitsFor']> = [undefined, false];
  #serverText: Parameters<ConnectOptions['onServerText']> | undefined;

  constructor(signal: AbortSignal) {
    this.signal = signal;
  }

  /** Reports the current progress to a requester that joins later. */
  add(requester: ConnectOptions): void {
    this.#waiting.add(requester);
    this.#logReceivers.add(requester);
    this.#env = requester.env;
    if (this.#progress) {
      requester.onPhase(this.#progress.phase, this.#progress.hop);
      if (this.#proxyCommandOutput) {
        requester.onProxyCommand(this.#proxyCommandOutput);
      }
      requester.onPromptOpen(this.#isPromptOpen);
      requester.onWaitsFor(...this.#wait);
      if (this.#serverText) {
        requester.onServerText(...this.#serverText);
      }
    }
  }

  /** The requester no longer waits. */
  stopWaiting(requester: ConnectOptions): void {
    this.#waiting.delete(requester);
  }

  remove(requester: ConnectOptions): void {
    this.#waiting.delete(requester);
    this.#logReceivers.delete(requester);
  }

  get env(): ConnectOptions['env'] {
    return this.#env;
  }

  /** Prompts through the first requester that allows prompts; if it leaves before the answer, through the next one. */
  get ask(): Ask | undefined {
    const find = (): ConnectOptions | undefined => [...this.#waiting].find(({ ask }) => ask);
    if (!find()) {
      return undefined;
    }
    return async (question, signal) => {
      for (let requester = find(); requester?.ask; requester = find()) {
        const answer = await requester.ask(question, AbortSignal.any([signal, requester.signal]));
        if (answer !== undefined || !requester.signal.aborted || signal.aborted) {
          return answer;
        }
        this.#waiting.delete(requester);
      }
      return undefined;
    };
  }

  readonly onPhase = (phase: Phase, hop: number): void => {
    this.#progress = { phase, hop };
    this.#proxyCommandOutput = undefined;
    this.#serverText = undefined;
    this.#waiting.forEach((requester) => requester.onPhase(phase, hop));
  };

  readonly onProxyCommand = (output: readonly string[]): void => {
    this.#proxyCommandOutput = output;
    this.#waiting.forEach((requester) => requester.onProxyCommand(output));
  };

  readonly onPromptOpen = (open: boolean): void => {
    this.#isPromptOpen = open;
    this.#waiting.forEach((requester) => requester.onPromptOpen(open));
  };

  readonly onWaitsFor = (...wait: Parameters<ConnectOptions['onWaitsFor']>): void => {
    this.#wait = wait;
    this.#waiting.forEach((requester) => requester.onWaitsFor(...wait));
  };

  readonly onServerText = (text: string, name: string): void => {
    this.#serverText = [text, name];
    this.#waiting.forEach((requester) => requester.onServerText(text, name));
  };

  /** Each tunnel that shares the connection has the lines in its own log. */
  readonly log = logTo((level, line) => {
    for (const { log } of this.#logReceivers) {
      log.write(level, line);
    }
  });
}
