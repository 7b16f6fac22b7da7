// Creates a tunnel that windows share. What it needs from a window comes from the windows that lease it at that moment.
import type { OwnSockets } from '../../forwards/local/ownSockets';
import type { ListenerRegistry } from '../../forwards/listenerRegistry';
import type { Ask } from '../../model/prompt';
import type { SessionPool } from '../../ssh/session/sessionPool';
import { holderOf, isOnDemand, logSubscribers, newest, secretsOf } from './leases';
import type { WindowLease, ManagedTunnel } from './leases';
import type { LeasedTunnel } from '../protocol/protocol';
import { Tunnel } from '../tunnel/tunnel';
import type { LogRouter } from './logRouter';

/** How long a tunnel that connects on demand stays connected without a client. */
const idleTimeMs = 5 * 60_000;

/** What all tunnels of the daemon share. */
export interface SharedByTunnels {
  readonly pool: SessionPool;
  readonly ports: ListenerRegistry;
  readonly ownSockets: OwnSockets;
  readonly log: LogRouter;
  readonly onChange: (managed: ManagedTunnel) => void;
  /** A folder that only the user can enter. */
  readonly privateFolder: string;
  readonly onProgramsEnded: (managed: ManagedTunnel) => void;
  readonly ask: (windowLease: WindowLease, ...question: Parameters<Ask>) => ReturnType<Ask>;
}

export function createManagedTunnel(
  leased: LeasedTunnel,
  identity: string,
  shared: SharedByTunnels,
): ManagedTunnel {
  const { pool, ports, ownSockets, log, onChange, ask, privateFolder } = shared;
  const name = leased.id;
  const leases = new Set<WindowLease>();
  const managed: ManagedTunnel = {
    identity,
    leases,
    changed: false,
    reportedCounters: '',
    tunnel: new Tunnel(leased, {
      name,
      log: log.ofTunnel(name, () => logSubscribers(leases)),
      onChange: () => onChange(managed),
      env: () => newest(leases)?.window.env ?? {},
      isConsented: (hash) =>
        [...leases].some(({ want, leased: { consent } }) => want && (consent ?? hash) === hash),
      secrets: secretsOf(leases),
      pool,
      rememberedPort: (key) => leased.rememberedPorts[key],
      ownSockets,
      ports,
      holder: () => holderOf(leased, leases),
      isOnDemand: () => isOnDemand(leases),
      askAnyone: (...question) => {
        const windowLease = newest(leases);
        return windowLease ? ask(windowLease, ...question) : Promise.resolve(undefined);
      },
      idleTime: idleTimeMs,
      privateFolder,
      onProgramsEnded: () => shared.onProgramsEnded(managed),
    }),
  };
  return managed;
}
