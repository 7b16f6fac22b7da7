// All tunnels of the daemon, each shared by the windows that lease it. What a tunnel needs from a window comes from the
// windows that lease it at that moment.
import { readFileSync } from 'node:fs';
import type { OwnSockets } from '../../forwards/local/ownSockets';
import { ListenerRegistry } from '../../forwards/listenerRegistry';
import { forwardKey, listenAddresses } from '../../config/forward';
import { mayNeedPort } from '../../model/state';
import { SessionPool } from '../../ssh/session/sessionPool';
import { askThrough, holderOf, isOnDemand, logSubscribers, newest, secretsOf } from './leases';
import type { WindowLease, SharedTunnel } from './leases';
import type { PortOwner } from '../../forwards/listenerRegistry';
import type { LogRouter } from './logRouter';
import type { LeasedTunnel } from '../protocol/protocol';
import { FairLimit } from '../../util/fairLimit';
import type { Reserve } from '../../util/fairLimit';
import { Tunnel } from '../tunnel/tunnel';
import { TunnelConsent } from './tunnelConsent';

/** How long a tunnel that connects on demand stays connected without a client. */
const idleTimeMs = 5 * 60_000;

/** Connections of all tunnels. Each costs a file descriptor and some 30 KB. The rest is for SSH sessions and windows. */
const mostSockets = 8192;
/** A fifth of that in addition, for more than a hundred forwards that have few while others have what they can get. */
function reserveOf(most: number): Reserve {
  const size = Math.floor(most / 5);
  return { size, each: Math.ceil(size / 128) };
}

/**
 * Names of targets that are looked up on this machine at once. The system does 32 at once (launch.ts), and the rest is
 * for the names of SSH servers.
 */
const mostLookups = 16;
const lookupReserve: Reserve = { size: 8, each: 1 };

export interface SharedTunnelsOptions {
  /** A folder that only the user can enter. */
  readonly privateFolder: string;
  readonly ownSockets: OwnSockets;
  readonly log: LogRouter;
  /** Whether some leased tunnel needs exactly this port, though it may not be up. */
  readonly isReserved: (port: number) => boolean;
  readonly onChange: (tunnel: SharedTunnel) => void;
  readonly onProgramsEnded: (tunnel: SharedTunnel) => void;
}

export class SharedTunnels implements Iterable<SharedTunnel> {
  readonly #options: SharedTunnelsOptions;
  readonly #byIdentity = new Map<string, SharedTunnel>();
  readonly #pool = new SessionPool();
  readonly #ports: ListenerRegistry;
  readonly #sockets: FairLimit;
  readonly #lookups = new FairLimit(mostLookups, lookupReserve);

  constructor(options: SharedTunnelsOptions) {
    this.#options = options;
    const most = Math.min(mostSockets, Math.floor((openFilesLimit() * 5) / 12));
    this.#sockets = new FairLimit(most, reserveOf(most));
    this.#ports = new ListenerRegistry({
      isReserved: options.isReserved,
      onFree: () => this.#portsFreed(),
    });
  }

  [Symbol.iterator](): Iterator<SharedTunnel> {
    return this.#byIdentity.values();
  }

  /** The tunnel with this identity; created if there is none. */
  get(identity: string, leased: LeasedTunnel): SharedTunnel {
    const shared = this.#byIdentity.get(identity) ?? this.#create(identity, leased);
    this.#byIdentity.set(identity, shared);
    return shared;
  }

  /** Its last lease is released. */
  remove({ identity }: SharedTunnel): void {
    this.#byIdentity.delete(identity);
  }

  #create(identity: string, leased: LeasedTunnel): SharedTunnel {
    const { log, ownSockets, privateFolder, onChange, onProgramsEnded } = this.#options;
    const name = leased.id;
    const leases = new Set<WindowLease>();
    const portOwner: PortOwner = () => holderOf(leased, leases);
    const shared: SharedTunnel = {
      identity,
      leases,
      portOwner,
      changed: false,
      reportedCounters: '',
      tunnel: new Tunnel(leased, {
        name,
        log: log.ofTunnel(name, () => logSubscribers(leases)),
        onChange: () => onChange(shared),
        env: () => newest(leases)?.window.env ?? {},
        permissions: new TunnelConsent(leased.name ?? name, leases),
        secrets: secretsOf(leases),
        pool: this.#pool,
        rememberedPort: (key) => leased.rememberedPorts[key],
        ownSockets,
        ports: this.#ports,
        sockets: this.#sockets,
        lookups: this.#lookups,
        holder: portOwner,
        isOnDemand: () => isOnDemand(leases),
        askAnyone: (...question) => {
          const windowLease = newest(leases);
          return windowLease ? askThrough(windowLease, ...question) : Promise.resolve(undefined);
        },
        idleTime: idleTimeMs,
        privateFolder,
        onProgramsEnded: () => onProgramsEnded(shared),
      }),
    };
    return shared;
  }

  /**
   * The other tunnel that listens where a forward of this one wants to; undefined: none of ours does.
   * @param key of a forward that listens on this machine
   */
  conflictingWith(shared: SharedTunnel, key: string): SharedTunnel | undefined {
    const { forwards } = shared.tunnel.spec.definition;
    const blocked = forwards.find((forward) => forward.kind !== 'remote' && forwardKey(forward) === key);
    if (!blocked) {
      return undefined;
    }
    const owner = this.#ports.ownerOf(listenAddresses(blocked.listen));
    return [...this].find((other) => other !== shared && other.portOwner === owner);
  }

  /** Tunnels that may be waiting for a port retry now. */
  #portsFreed(): void {
    for (const { tunnel } of this) {
      if (mayNeedPort(tunnel.state)) {
        tunnel.retryWithoutBackoff();
      }
    }
  }

  /** Checks connections and retries now, without waiting for a time-out. */
  onNetworkEvent(): void {
    this.#pool.probe();
    for (const { tunnel } of this) {
      tunnel.retryWithoutBackoff();
    }
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this].map(({ tunnel }) => tunnel.stop()));
  }
}

/** Of this process. Node has raised it as far as it may. */
function openFilesLimit(): number {
  try {
    const limits = readFileSync('/proc/self/limits', 'latin1');
    return Number(/^Max open files +(\d+)/m.exec(limits)?.[1] ?? Infinity);
  } catch {
    // Not Linux. macOS allows at least 10,240 after Node has raised it, and Windows has no such limit.
    return Infinity;
  }
}
