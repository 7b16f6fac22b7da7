// Sends this window's lease to the daemon, and sends it again only if it has changed.
import { leasedEnvironment } from '../../tunnels/daemon/protocol/leasedEnvironment';
import type { Lease, LeasedTunnel } from '../../tunnels/daemon/protocol/protocol';
import { isForPrograms } from '../../tunnels/config/definition';
import { localSocketPaths } from '../../tunnels/config/socketPaths';
import { isFromWorkspace } from '../settings/configuredTunnel';
import type { ValidTunnel } from '../settings/configuredTunnel';
import type { DaemonConnection } from './daemonConnection';
import type { WorkspaceStorage } from './workspaceStorage';
import type { DesiredState } from './desiredState';

export class LeaseSync {
  readonly #daemonConnection: DaemonConnection;
  readonly #workspaceStorage: WorkspaceStorage;
  readonly #desiredState: DesiredState;
  /** The lease that was sent last, as JSON. */
  #sent = '';
  /** The tunnels of that lease. */
  #ids: ReadonlySet<string> = new Set();

  constructor(
    daemonConnection: DaemonConnection,
    workspaceStorage: WorkspaceStorage,
    desiredState: DesiredState,
  ) {
    this.#daemonConnection = daemonConnection;
    this.#workspaceStorage = workspaceStorage;
    this.#desiredState = desiredState;
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /** The daemon that had the lease has exited. */
  forget(): void {
    this.#sent = '';
    this.#ids = new Set();
  }

  /**
   * Sends the lease if it has changed. Starts a daemon only if a tunnel is wanted. A running daemon gets the lease even
   * if none is wanted, because it reports the states of leased tunnels.
   */
  async push(): Promise<void> {
    const isAnyWanted = this.#desiredState.usable.some((tunnel) => this.#desiredState.isWanted(tunnel));
    const client = isAnyWanted
      ? await this.#daemonConnection.client()
      : await this.#daemonConnection.running();
    if (!client) {
      this.#desiredState.discardResumable();
      return;
    }
    // Computed after connecting: a tunnel may have been stopped meanwhile.
    const tunnels = this.#desiredState.usable.flatMap((tunnel) => this.#leased(tunnel));
    const lease: Lease = { env: leasedEnvironment(process.env), tunnels };
    const text = JSON.stringify(lease);
    if (text === this.#sent) {
      return;
    }
    this.#sent = text;
    this.#ids = new Set(tunnels.map(({ id }) => id));
    try {
      await client.setLease(lease);
    } catch (error) {
      this.#sent = '';
      throw error;
    }
  }

  #leased(tunnel: ValidTunnel): LeasedTunnel[] {
    if (!this.#desiredState.isLeased(tunnel)) {
      return [];
    }
    const permission = this.#desiredState.permission(tunnel);
    if (!permission.granted) {
      return [];
    }
    const { definition, autoStart } = tunnel.entry;
    const { connection, projectFolders } = this.#desiredState.settings;
    return [
      {
        id: tunnel.id,
        name: tunnel.name,
        definition,
        settings: connection,
        want: this.#desiredState.isWanted(tunnel),
        // A tunnel without forwards has no listener that a client could connect to.
        ...(autoStart === 'onConnect' && !isForPrograms(definition) && { onDemand: true }),
        rememberedPorts: this.#workspaceStorage.ports(tunnel.id),
        ...(permission.consent === undefined ? {} : { consent: permission.consent }),
        ...(isFromWorkspace(tunnel.origin) && {
          project: {
            folders: localSocketPaths(definition).length === 0 ? [] : projectFolders,
            allowed: permission.socketLinks ?? [],
          },
        }),
      },
    ];
  }
}
