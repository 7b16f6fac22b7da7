// What every kind of forward can do, and the one place that knows which class runs which kind.
import type { TunnelError } from '../model/errors';
import { invalidDefinition } from '../model/failures/permission';
import { formatListen } from '../model/forward';
import type { Forward } from '../model/forward';
import type { ForwardState } from '../model/state';
import { ListeningForward } from './listeningForward';
import { serveProxyClient } from './proxy/proxyServer';
import type { SessionSource } from './sessionSource';

export interface ForwardOptions {
  readonly sessions: SessionSource;
  /** The port that "any free port" meant last time. */
  readonly preferredPort: number | undefined;
  /** Something about the forward other than its counters has changed. */
  readonly onChange: () => void;
  readonly log: (line: string) => void;
}

export interface ForwardRunner {
  readonly state: ForwardState;
  /** Makes it listen; does nothing if it does already. Its failure is its state, and is returned. */
  open(): Promise<TunnelError | undefined>;
  /** The SSH connection has died: live connections are reset, a listener here stays. */
  sessionLost(): void;
  /** Ends listener and connections. Resolves when nothing is left. */
  close(): Promise<void>;
}

export function createForward(forward: Forward, options: ForwardOptions): ForwardRunner {
  const { listen } = forward;
  if (forward.kind === 'local' && 'port' in listen && 'port' in forward.target) {
    const { target } = forward;
    return new ListeningForward(
      listen,
      async (client, server) => server.join(client, await server.dial(target)),
      options,
    );
  }
  if (forward.kind === 'dynamic' && 'port' in listen) {
    return new ListeningForward(listen, (client, server) => serveProxyClient(client, server), options);
  }
  return unsupported(forward);
}

/** The parser refuses these; this is for a window of another version. */
function unsupported(forward: Forward): ForwardRunner {
  const error = invalidDefinition(
    `This version cannot open the ${forward.kind} forward of ${formatListen(forward.listen)}.`,
    'Update the extension in every window, and reload them.',
  );
  return {
    state: { status: 'failed', error },
    open: () => Promise.resolve(error),
    sessionLost: () => undefined,
    close: () => Promise.resolve(),
  };
}
