// The lease of this window: what the daemon is told that it wants, and told again only when that has changed.
import { leasedEnvironment } from '../../tunnels/daemon/protocol/leasedEnvironment';
import type { Lease, LeasedTunnel } from '../../tunnels/daemon/protocol/protocol';
import { isForPrograms } from '../../tunnels/config/definition';
import type { UsableTunnel } from '../settings/configuredTunnel';
import type { DaemonConnection } from './daemonConnection';
import type { Memory } from './workspaceStorage';
import type { Wishes } from './desiredState';

export class WindowLease {
  readonly #link: DaemonConnection;
  readonly #memory: Memory;
  readonly #wishes: Wishes;
  /** What the host was last told, so that it is told nothing twice. */
  #told = '';
  /** What that lease holds. */
  #ids: ReadonlySet<string> = new Set();

  constructor(link: DaemonConnection, memory: Memory, wishes: Wishes) {
    this.#link = link;
    this.#memory = memory;
    this.#wishes = wishes;
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /** The host that was told of it has gone. */
  forget(): void {
    this.#told = '';
    this.#ids = new Set();
  }

  /**
   * Tells the host what this window wants, if that has changed. Starts it only where something is wanted; one that runs
   * is told all the same, for it says how things are.
   */
  async push(): Promise<void> {
    const wanting = this.#wishes.usable.some((tunnel) => this.#wishes.isWanted(tunnel));
    const client = wanting ? await this.#link.client() : await this.#link.running();
    if (!client) {
      this.#wishes.resumeNothing();
      return;
    }
    // Worked out now: somebody may have stopped one meanwhile.
    const tunnels = this.#wishes.usable.flatMap((tunnel) => this.#leased(tunnel));
    const lease: Lease = { env: leasedEnvironment(process.env), tunnels };
    const text = JSON.stringify(lease);
    if (text === this.#told) {
      return;
    }
    this.#told = text;
    this.#ids = new Set(tunnels.map(({ id }) => id));
    try {
      await client.setLease(lease);
    } catch (error) {
      this.#told = '';
      throw error;
    }
  }

  #leased(tunnel: UsableTunnel): LeasedTunnel[] {
    const permission = this.#wishes.permission(tunnel);
    if (!permission.granted || !this.#wishes.isLeased(tunnel)) {
      return [];
    }
    const { definition, autoStart } = tunnel.entry;
    return [
      {
        id: tunnel.id,
        name: tunnel.name,
        definition,
        settings: this.#wishes.settings.connection,
        want: this.#wishes.isWanted(tunnel),
        // Nobody connects to a tunnel that opens nothing.
        ...(autoStart === 'onConnect' && !isForPrograms(definition) && { onDemand: true }),
        rememberedPorts: this.#memory.ports(tunnel.id),
        ...(permission.consent === undefined ? {} : { consent: permission.consent }),
      },
    ];
  }
}
