// Hosts of older majors that still run: asked to let go of what a tunnel of this one needs, tunnel by tunnel, so that
// what nobody takes over goes on there.
import { setTimeout as sleep } from 'node:timers/promises';
import { placesOf } from '../protocol/listenAddresses';
import { protocolMajor, yieldPlaces } from '../protocol/protocol';
import type { LeasedTunnel } from '../protocol/protocol';
import { tryConnect } from './connectToDaemon';
import { rpcOver } from '../protocol/rpc';

/** How long one of them may take to let go: milliseconds. */
const patience = 5000;

export class OlderDaemons {
  readonly #folder: string;
  /** What they have let go already. */
  readonly #yielded = new Set<string>();

  /** @param folder where hosts and windows of this user meet */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Whether this tunnel need not be asked for any more. */
  hasYielded(tunnel: LeasedTunnel): boolean {
    return protocolMajor === 1 || this.#yielded.has(keyOf(tunnel));
  }

  /** Resolves when none of them listens where this tunnel wants to, or when they don't say. Never rejects. */
  async release(tunnel: LeasedTunnel): Promise<void> {
    if (this.hasYielded(tunnel)) {
      return;
    }
    for (let major = 1; major < protocolMajor; major++) {
      await this.#ask(major, tunnel).catch(() => undefined);
    }
    this.#yielded.add(keyOf(tunnel));
  }

  async #ask(major: number, tunnel: LeasedTunnel): Promise<void> {
    const socket = await tryConnect(this.#folder, major);
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
      const late = sleep(patience, undefined, { ref: false });
      const answered = connection.sendRequest(yieldPlaces, placesOf(tunnel, true));
      await Promise.race([answered, closed, late]);
    } finally {
      connection.dispose();
      socket.destroy();
    }
  }
}

function keyOf(tunnel: LeasedTunnel): string {
  return JSON.stringify(placesOf(tunnel, true));
}
