// Asks running daemons of older majors to release the ports of a tunnel, one tunnel at a time. Tunnels that no newer
// window takes over keep running there.
import { setTimeout as sleep } from 'node:timers/promises';
import { listenAddressesOf } from '../protocol/listenAddresses';
import { protocolMajor, yieldAddresses } from '../protocol/protocol';
import type { LeasedTunnel } from '../protocol/protocol';
import { tryConnect } from './endpointConnection';
import { rpcOver } from '../protocol/rpc';

/** Builds of older majors were never published. */
const firstMajor = 2;

/** How long an older daemon may take to release its ports. */
const releaseTimeoutMs = 5000;

export class OlderDaemons {
  readonly #folders: readonly string[];
  /** Tunnels whose ports they have released. */
  readonly #yielded = new Set<string>();

  /** @param folders all of endpointFolders() */
  constructor(folders: readonly string[]) {
    this.#folders = folders;
  }

  /** Whether there is nothing left to ask for this tunnel. */
  hasYielded(tunnel: LeasedTunnel): boolean {
    return protocolMajor === firstMajor || this.#yielded.has(keyOf(tunnel));
  }

  /** Resolves when no older daemon listens where this tunnel wants to, or none answers in time. Never rejects. */
  async release(tunnel: LeasedTunnel): Promise<void> {
    if (this.hasYielded(tunnel)) {
      return;
    }
    for (let major = firstMajor; major < protocolMajor; major++) {
      for (const folder of this.#folders) {
        await this.#ask(folder, major, tunnel).catch(() => undefined);
      }
    }
    this.#yielded.add(keyOf(tunnel));
  }

  async #ask(folder: string, major: number, tunnel: LeasedTunnel): Promise<void> {
    const socket = await tryConnect(folder, major);
    if (!socket) {
      return;
    }
    const connection = rpcOver(socket);
    try {
      connection.onError(() => undefined);
      connection.listen();
      socket.on('error', () => undefined).resume();
      const closed = new Promise((resolve) => {
        connection.onClose(resolve);
      });
      const timeout = sleep(releaseTimeoutMs, undefined, { ref: false });
      const answered = connection.sendRequest(yieldAddresses, listenAddressesOf(tunnel, true));
      await Promise.race([answered, closed, timeout]);
    } finally {
      connection.dispose();
      socket.destroy();
    }
  }
}

function keyOf(tunnel: LeasedTunnel): string {
  return JSON.stringify(listenAddressesOf(tunnel, true));
}
