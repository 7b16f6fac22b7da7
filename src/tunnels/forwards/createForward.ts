// The interface of all forwards, and the factory that picks the class for each kind.
import type { TunnelError } from '../errors/errors';
import type { TunnelHolder } from '../errors/portHolder';
import type { Forward } from '../config/forward';
import type { ForwardState } from '../model/state';
import type { SshSession } from '../ssh/session/session';
import { ListeningForward } from './local/listeningForward';
import type { OwnSockets } from './local/ownSockets';
import type { AskForPort } from './local/portBinding';
import type { ListenerRegistry } from './listenerRegistry';
import { ProxyServer } from './proxy/proxyServer';
import { RemoteForward } from './remote/remoteForward';
import type { SessionSource } from './sessionSource';
import type { Log } from '../util/log';
import { prefixed } from '../util/log';

export interface ForwardOptions {
  readonly sessions: SessionSource;
  /** The port that "any free port" chose last time. */
  readonly preferredPort: number | undefined;
  readonly ownSockets: OwnSockets;
  readonly ports: ListenerRegistry;
  /** The tunnel's name, for messages of others that want the same port. */
  readonly holder: () => TunnelHolder;
  /** Something about the forward other than its counters has changed. */
  readonly onChange: () => void;
  readonly log: Log;
}

export interface ForwardRunner {
  readonly state: ForwardState;
  /**
   * Opens its listener; does nothing if it is open. A failure is shown by its state, and is returned.
   * @param session undefined: there is none yet, so only forwards that listen on this machine open
   * @param ask asks the user for another port when its own is taken; undefined: don't prompt
   */
  open(session: SshSession | undefined, ask?: AskForPort): Promise<TunnelError | undefined>;
  /** Stops using a session that is still open: like sessionLost(), but also closes a listener on the server. */
  leave(): Promise<void>;
  /** The SSH session was lost: resets open connections. A local listener stays open; one on the server is gone. */
  sessionLost(): void;
  /** Closes the listener and all connections. Resolves when all are closed. */
  close(): Promise<void>;
}

export function createForward(forward: Forward, unnamed: ForwardOptions): ForwardRunner {
  const options = { ...unnamed, log: prefixed(unnamed.log, `${forward.kind} forward ${forward.label}`) };
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
