// What a forward needs to run without a daemon: generous limits, everything permitted, nothing logged.
import { ListenerRegistry } from '../../src/tunnels/forwards/listenerRegistry';
import type { ForwardOptions } from '../../src/tunnels/forwards/forwardRunner';
import { OwnSockets } from '../../src/tunnels/forwards/local/ownSockets';
import { SessionSource } from '../../src/tunnels/forwards/waitForSession';
import { FairLimit } from '../../src/tunnels/util/fairLimit';
import { logTo } from '../../src/tunnels/util/log';
import { everythingPermitted } from './socketGuard';

/** @param changes what the test needs otherwise */
export function forwardOptions(changes: Partial<ForwardOptions> = {}): ForwardOptions {
  return {
    sessions: new SessionSource(),
    preferredPort: undefined,
    ownSockets: new OwnSockets('/nonexistent'),
    socketGuard: everythingPermitted,
    ports: emptyRegistry(),
    sockets: new FairLimit(1000),
    lookups: new FairLimit(24),
    holder: () => ({ tunnel: 'this' }),
    onChange: () => undefined,
    log: logTo(() => undefined),
    ...changes,
  };
}

export function emptyRegistry(): ListenerRegistry {
  return new ListenerRegistry({ isReserved: () => false, onFree: () => undefined });
}
