// One connection for one destination: whoever wants the same session (the same hops, identities, policy and options) at
// the same time shares it, and so do sessions through the same jump host. A one-time code is asked for once; the last
// who leaves closes the connection.
import { createHash } from 'node:crypto';
import { environmentOf } from '../../util/environment';
import type { Environment } from '../../util/environment';
import { keepersAsOne } from '../../model/prompt';
import type { Ask } from '../../model/prompt';
import type { Phase } from '../../model/state';
import { agentSocket } from '../auth/agent';
import { connectHop } from './connect';
import type { ConnectOptions } from './connect';
import { commandsOf } from '../config/effectiveHost';
import type { EffectiveHost } from '../config/effectiveHost';
import type { SshSession } from './session';
import { unlessAborted } from '../../util/abortable';

export interface SessionLease {
  readonly session: SshSession;
  /** Closes it if nobody else has it. Resolves when it is closed, or at once where others have it. Never rejects. */
  release(): Promise<void>;
}

export class SessionPool {
  readonly #shared = new Map<string, SharedSession>();
  readonly #listeners = new Map<string, Set<() => void>>();

  /**
   * Connects through all hops, the destination last, or joins whoever does or has done so.
   * @throws TunnelFailure with the code of what failed
   * @throws NeedsAnswer where a question would be needed and nobody may be asked
   * @throws the reason of the customer's signal
   */
  async acquire(hops: readonly EffectiveHost[], customer: ConnectOptions): Promise<SessionLease> {
    const key = sessionKey(hops, customer.env);
    const known = this.#shared.get(key);
    const shared =
      known ??
      new SharedSession(hops, this, {
        onConnected: () => this.#tell(key),
        onGone: (gone) => {
          if (this.#shared.get(key) === gone) {
            this.#shared.delete(key);
          }
        },
      });
    this.#shared.set(key, shared);
    return shared.join(customer);
  }

  /** Probes every connection, the jump hosts' too. */
  probe(): void {
    this.#shared.forEach((shared) => shared.probe());
  }

  /** Calls back once when somebody else has brought this session up. */
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

  #tell(key: string): void {
    const listeners = this.#listeners.get(key) ?? [];
    this.#listeners.delete(key);
    for (const listener of listeners) {
      listener();
    }
  }
}

/**
 * All that a session depends on: what is resolved of each hop, the agent that it asks, and, where a command of the user's
 * own runs for it, what that may see: the environment (environmentOf()) and the alias. Hashed, so that no variable is kept.
 */
function sessionKey(hops: readonly EffectiveHost[], env: Environment): string {
  const way = hops.map((host) => {
    const commands = commandsOf(host);
    return [
      commands.length > 0 ? host : { ...host, alias: undefined },
      host.pubkeyAuthentication ? agentSocket(host.identityAgent, env) : undefined,
      commands.map((command) => environmentOf(command, env)),
    ];
  });
  return createHash('sha256').update(JSON.stringify(way)).digest('hex');
}

interface SharedSessionEvents {
  readonly onConnected: () => void;
  /** It can't be joined any more. */
  readonly onGone: (gone: SharedSession) => void;
}

class SharedSession {
  readonly #hops: readonly EffectiveHost[];
  readonly #pool: SessionPool;
  readonly #events: SharedSessionEvents;
  readonly #dialling = new AbortController();
  /** Those who wait for it to come up. */
  readonly #customers = new Customers(this.#dialling.signal);
  /** Those who wait for it, and those who have it. */
  #users = 0;
  #session: Promise<SshSession> | undefined;

  constructor(hops: readonly EffectiveHost[], pool: SessionPool, events: SharedSessionEvents) {
    this.#hops = hops;
    this.#pool = pool;
    this.#events = events;
  }

  async join(customer: ConnectOptions): Promise<SessionLease> {
    customer.signal.throwIfAborted();
    this.#users++;
    this.#customers.add(customer);
    this.#session ??= this.#connect();
    try {
      const session = await unlessAborted(this.#session, customer.signal);
      let left: Promise<void> | undefined;
      return { session, release: () => (left ??= this.#leave(customer)) };
    } catch (error) {
      await this.#leave(customer);
      throw error;
    } finally {
      this.#customers.served(customer);
    }
  }

  probe(): void {
    this.#session?.then(
      (session) => session.probe(),
      () => undefined,
    );
  }

  async #leave(customer: ConnectOptions): Promise<void> {
    this.#customers.remove(customer);
    this.#users--;
    if (this.#users > 0) {
      return;
    }
    this.#events.onGone(this);
    this.#dialling.abort(new Error('nobody waits for it any more'));
    await this.#session?.then(
      (session) => session.close(),
      () => undefined,
    );
  }

  async #connect(): Promise<SshSession> {
    const host = this.#hops.at(-1);
    let jump: SessionLease | undefined;
    try {
      if (!host) {
        throw new Error('a chain of hosts holds one at least');
      }
      const before = this.#hops.slice(0, -1);
      jump = before.length > 0 ? await this.#pool.acquire(before, this.#customers) : undefined;
      const session = await connectHop(host, before.length, jump?.session, this.#customers);
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
}

/** All who wait for one connection, as one who wants it. */
class Customers implements ConnectOptions {
  readonly signal: AbortSignal;
  readonly secrets = keepersAsOne(() => [...this.#all].map(({ secrets }) => secrets));
  /** Those who wait. */
  readonly #all = new Set<ConnectOptions>();
  /** Those who wait, and those who have what they waited for: they go on hearing what the server says. */
  readonly #hearing = new Set<ConnectOptions>();
  #env: ConnectOptions['env'] = {};
  #progress: { readonly phase: Phase; readonly hop: number } | undefined;
  #asking = false;

  constructor(signal: AbortSignal) {
    this.signal = signal;
  }

  /** Who comes later is told how far it is. */
  add(customer: ConnectOptions): void {
    this.#all.add(customer);
    this.#hearing.add(customer);
    this.#env = customer.env;
    if (this.#progress) {
      customer.onPhase(this.#progress.phase, this.#progress.hop);
      customer.onAsking(this.#asking);
    }
  }

  /** It waits no longer. */
  served(customer: ConnectOptions): void {
    this.#all.delete(customer);
  }

  remove(customer: ConnectOptions): void {
    this.#all.delete(customer);
    this.#hearing.delete(customer);
  }

  get env(): ConnectOptions['env'] {
    return this.#env;
  }

  /** Whoever may be asked; the next, where one has gone before the answer. */
  get ask(): Ask | undefined {
    const find = (): ConnectOptions | undefined => [...this.#all].find(({ ask }) => ask);
    if (!find()) {
      return undefined;
    }
    return async (question, signal) => {
      for (let customer = find(); customer?.ask; customer = find()) {
        const answer = await customer.ask(question, AbortSignal.any([signal, customer.signal]));
        if (answer !== undefined || !customer.signal.aborted || signal.aborted) {
          return answer;
        }
        this.#all.delete(customer);
      }
      return undefined;
    };
  }

  readonly onPhase = (phase: Phase, hop: number): void => {
    this.#progress = { phase, hop };
    this.#all.forEach((customer) => customer.onPhase(phase, hop));
  };

  readonly onAsking = (asking: boolean): void => {
    this.#asking = asking;
    this.#all.forEach((customer) => customer.onAsking(asking));
  };

  /** In the name of the first: the others have the same connection. */
  readonly log = (line: string): void => {
    const [first] = this.#hearing;
    first?.log(line);
  };
}
