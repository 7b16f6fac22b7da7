// All forwards of one tunnel: creates one of each kind, opens them over a session, or only the local listeners without
// one, retries those that failed, and closes them.
import type { AskForPort, ForwardOptions, ForwardRunner } from '../../forwards/forwardRunner';
import { ListeningForward } from '../../forwards/local/listeningForward';
import { ProxyServer } from '../../forwards/proxy/proxyServer';
import { RemoteForward } from '../../forwards/remote/remoteForward';
import { SessionSource } from '../../forwards/waitForSession';
import { UnusableForward } from '../../forwards/unusableForward';
import { prefixed } from '../../util/log';
import { socketOnWindows } from '../../errors/definition';
import { isRetryable } from '../../errors/errors';
import type { TunnelError } from '../../errors/errors';
import { forwardKey } from '../../config/forward';
import { socketFault } from '../../config/socketPaths';
import type { Forward } from '../../config/forward';
import type { ForwardState } from '../../model/state';
import type { OpenConnection } from '../../model/tunnelActivity';
import type { SshSession } from '../../ssh/session/session';
import { RetryTimer } from '../../util/pacing/backoff';

export interface TunnelForwardsOptions extends Pick<
  ForwardOptions,
  'ownSockets' | 'socketGuard' | 'ports' | 'sockets' | 'lookups' | 'holder' | 'onChange' | 'log'
> {
  readonly rememberedPort: (forwardKey: string) => number | undefined;
  /** Seconds: the longest delay before a failed forward is retried. */
  readonly maxDelay: number;
  /** Default: this machine's. */
  readonly platform?: NodeJS.Platform;
  /** A client has connected while there is no session. */
  readonly onClient: () => void;
}

export class TunnelForwards {
  readonly sessions: SessionSource;
  readonly #retryTimer: RetryTimer;
  readonly #hasRemote: boolean;
  readonly #runners: ReadonlyMap<string, ForwardRunner>;

  constructor(forwards: readonly Forward[], options: TunnelForwardsOptions) {
    this.#retryTimer = new RetryTimer(options.maxDelay);
    this.#hasRemote = forwards.some(({ kind }) => kind === 'remote');
    this.sessions = new SessionSource(options.onClient);
    this.#runners = new Map(
      forwards.map((forward) => {
        const key = forwardKey(forward);
        const preferredPort = options.rememberedPort(key);
        const forForward = { ...options, sessions: this.sessions, preferredPort };
        return [key, createForward(forward, forForward, options.platform ?? process.platform)];
      }),
    );
  }

  get states(): Readonly<Record<string, ForwardState>> {
    return Object.fromEntries([...this.#runners].map(([key, runner]) => [key, runner.state]));
  }

  /** The newest first. @param most how many of them */
  openConnections(most: number): readonly OpenConnection[] {
    return [...this.#runners]
      .flatMap(([forward, runner]) => runner.connections(most).map((each) => ({ ...each, forward })))
      .toSorted((one, other) => other.since - one.since)
      .slice(0, most);
  }

  /** The number of connected clients. */
  get connections(): number {
    const counts = [...this.#runners.values()].map(({ state }) =>
      state.status === 'listening' ? state.connections : 0,
    );
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /**
   * Opens the listeners.
   * @param session undefined: open only those on this machine
   * @param ask asks the user for another port when one is taken; undefined: don't prompt
   * @returns the errors
   */
  async open(session: SshSession | undefined, ask?: AskForPort): Promise<readonly TunnelError[]> {
    const results = await Promise.all(
      [...this.#runners.values()].map((forward) => forward.open(session, ask)),
    );
    return results.filter((error) => error !== undefined);
  }

  /** Retries failed forwards while the tunnel is up: their ports may become free. */
  retryFailed(session: SshSession | undefined, signal: AbortSignal, attempt = 1): void {
    this.#retryTimer.cancel();
    const failed = [...this.#runners.values()].filter(
      ({ state }) => state.status === 'failed' && isRetryable(state.error),
    );
    if (failed.length === 0 || signal.aborted) {
      return;
    }
    this.#retryTimer.schedule(attempt, () => {
      void Promise.all(failed.map((forward) => forward.open(session))).then(() =>
        this.retryFailed(session, signal, attempt + 1),
      );
    });
    signal.addEventListener('abort', () => this.#retryTimer.cancel(), { once: true });
  }

  /** Whether any forward listens on the server, which needs a session. */
  get hasRemote(): boolean {
    return this.#hasRemote;
  }

  /**
   * Stops using a session that goes on, perhaps for other tunnels: closes listeners on the server, keeps local ones.
   */
  async leave(): Promise<void> {
    await Promise.all([...this.#runners.values()].map((forward) => forward.leave()));
  }

  sessionLost(): void {
    this.sessions.set(undefined);
    for (const forward of this.#runners.values()) {
      forward.sessionLost();
    }
  }

  /** Resolves when all listeners and connections are closed. */
  async close(): Promise<void> {
    this.#retryTimer.cancel();
    this.sessions.set(undefined);
    await Promise.all([...this.#runners.values()].map((forward) => forward.close()));
  }
}

function createForward(forward: Forward, unnamed: ForwardOptions, platform: NodeJS.Platform): ForwardRunner {
  const options = { ...unnamed, log: prefixed(unnamed.log, `${forward.kind} forward ${forward.label}`) };
  const fault = socketFault(forward, platform);
  if (fault) {
    return new UnusableForward(socketOnWindows(fault), options);
  }
  switch (forward.kind) {
    case 'local': {
      const { target } = forward;
      return new ListeningForward(
        forward,
        async (client, server) => server.join(client, await server.dial(target)),
        options,
      );
    }
    case 'remote':
      return new RemoteForward(forward, options);
    case 'dynamic': {
      const proxy = new ProxyServer();
      return new ListeningForward(forward, (client, server) => proxy.serve(client, server), options);
    }
  }
}
