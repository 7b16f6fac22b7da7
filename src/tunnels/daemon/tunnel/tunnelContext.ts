// What a tunnel is given by the host that runs it.
import type { OwnSockets } from '../../forwards/local/ownSockets';
import type { PortBook } from '../../forwards/listenerRegistry';
import type { Environment } from '../../util/environment';
import type { TunnelHolder } from '../../errors/portHolder';
import type { Ask, SecretKeeper } from '../../model/prompt';
import type { SessionPool } from '../../ssh/session/sessionPool';

export interface TunnelContext {
  /** For the log. */
  readonly name: string;
  readonly log: (line: string) => void;
  /** The state of the tunnel or of a forward has changed (its counters are not told). */
  readonly onChange: () => void;
  /** The environment of the newest window that holds it. */
  readonly env: () => Environment;
  /** Whether the user has allowed what this hash stands for, or needed not. */
  readonly isConsented: (hash: string) => boolean;
  readonly secrets: SecretKeeper;
  /** Connections that it may share with other tunnels. */
  readonly pool: SessionPool;
  readonly rememberedPort: (forwardKey: string) => number | undefined;
  readonly ownSockets: OwnSockets;
  readonly ports: PortBook;
  /** How others call it whose port it has. */
  readonly holder: () => TunnelHolder;
  /** Whoever wants it wants it only when a client comes. */
  readonly isOnDemand: () => boolean;
  /** A person at any window that holds it; for a client that has come, not for an automatic start. */
  readonly askAnyone: Ask;
  /** Milliseconds without a client after which a tunnel that dials on demand hangs up. */
  readonly idleTime: number;
  /** Only the user can enter it. */
  readonly privateFolder: string;
  /** All that it was brought up for were programs, and they have ended. */
  readonly onProgramsOver: () => void;
}
