// What every kind of forward can do, and the one place that knows which class runs which kind.
import type { TunnelError } from '../errors/errors';
import type { TunnelHolder } from '../errors/portHolder';
import type { Forward } from '../config/forward';
import type { ForwardState } from '../model/state';
import type { SshSession } from '../ssh/session/session';
import { ListeningForward } from './local/listeningForward';
import type { OwnSockets } from './local/ownSockets';
import type { AskForPort } from './local/portBinding';
import type { PortBook } from './listenerRegistry';
import { ProxyServer } from './proxy/proxyServer';
import { RemoteForward } from './remote/remoteForward';
import type { SessionSource } from './sessionSource';

export interface ForwardOptions {
  readonly sessions: SessionSource;
  /** The port that "any free port" meant last time. */
  readonly preferredPort: number | undefined;
  readonly ownSockets: OwnSockets;
  readonly ports: PortBook;
  /** Whose it is, for others who want the same port. */
  readonly holder: () => TunnelHolder;
  /** Something about the forward other than its counters has changed. */
  readonly onChange: () => void;
  readonly log: (line: string) => void;
}

export interface ForwardRunner {
  readonly state: ForwardState;
  /**
   * Makes it listen; does nothing if it does already. Its failure is its state, and is returned.
   * @param session undefined: there is none yet, so only what listens here does
   * @param ask the person who started it, where its port is taken; undefined: nobody may be asked
   */
  open(session: SshSession | undefined, ask?: AskForPort): Promise<TunnelError | undefined>;
  /** The session is given up while it lives: as sessionLost(), but nothing stays on the server. */
  leave(): Promise<void>;
  /** The SSH connection has died: live connections are reset, a listener here stays, one on the server has gone. */
  sessionLost(): void;
  /** Ends listener and connections. Resolves when nothing is left. */
  close(): Promise<void>;
}

export function createForward(forward: Forward, options: ForwardOptions): ForwardRunner {
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
