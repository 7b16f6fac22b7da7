// What the daemon provides to a tunnel.
import type { TunnelDefinition } from '../../config/definition';
import type { SocketGuard } from '../../forwards/localSocket';
import type { EffectiveHost } from '../../ssh/config/effectiveHost';
import type { OwnSockets } from '../../forwards/local/ownSockets';
import type { ListenerRegistry } from '../../forwards/listenerRegistry';
import type { Environment } from '../../util/environment';
import type { TunnelHolder } from '../../errors/forwards/addressInUse';
import type { Ask, SavedSecrets } from '../../model/prompt';
import type { SessionPool } from '../../ssh/session/sessionPool';
import type { FairLimit } from '../../util/fairLimit';
import type { Log } from '../../util/log';

/** What the user has consented to, or all if no consent is needed. */
export interface TunnelPermissions extends SocketGuard {
  /** @throws NeedsAnswer if a socket path of a project leads elsewhere; TunnelFailure if it can't be followed */
  checkSockets(definition: TunnelDefinition): Promise<void>;
  /** @throws NeedsAnswer if it resolves to anything else than what was consented to */
  checkHops(hops: readonly EffectiveHost[]): Promise<void>;
}

export interface TunnelServices {
  /** For the log. */
  readonly name: string;
  readonly log: Log;
  /** The state of the tunnel or of a forward has changed, other than its counters. */
  readonly onChange: () => void;
  /** The environment of the newest window that leases it. */
  readonly env: () => Environment;
  readonly permissions: TunnelPermissions;
  readonly secrets: SavedSecrets;
  /** SSH sessions that tunnels share. */
  readonly pool: SessionPool;
  readonly rememberedPort: (forwardKey: string) => number | undefined;
  readonly ownSockets: OwnSockets;
  readonly ports: ListenerRegistry;
  /** The connections of all forwards and programs of the daemon, with clients, targets and displays of this machine. */
  readonly sockets: FairLimit;
  /** The lookups of the names of targets on this machine, of all forwards of the daemon. */
  readonly lookups: FairLimit;
  /** How messages name it when it has a port that another tunnel wants. */
  readonly holder: () => TunnelHolder;
  /** Whether all windows that want it want it only on demand: connected when the first client connects. */
  readonly isOnDemand: () => boolean;
  /** Prompts in any window that leases it. Used when a client has connected, not for an automatic start. */
  readonly askAnyone: Ask;
  /** Milliseconds without a client after which a tunnel that connects on demand disconnects. */
  readonly idleTime: number;
  /** A folder that only the user can enter. */
  readonly privateFolder: string;
  /** The tunnel was started only for programs, and all of them have ended. */
  readonly onProgramsEnded: () => void;
}
