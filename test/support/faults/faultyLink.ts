// The network between a client and its SSH server, as a TCP relay that a test can break: it can pause, drop or refuse
// connections, connect to another address, and be slow or distant.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import type { TcpAddress } from '../../../src/tunnels/util/address';
import { freePort } from '../freePort';
import { Wire } from './wire';

export class FaultyLink implements AsyncDisposable {
  /** Where new connections go. */
  behind: TcpAddress;
  /** In each direction. */
  bytesPerSecond = Infinity;
  /** Milliseconds, in each direction. */
  delay = 0;
  readonly #wires = new Set<Wire>();
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  /** While the link refuses connections, the system must not give its port away. */
  readonly port: number;
  #held = false;

  private constructor(behind: TcpAddress, port: number) {
    this.behind = behind;
    this.port = port;
  }

  static async open(behind: TcpAddress): Promise<FaultyLink> {
    const link = new FaultyLink(behind, await freePort());
    await link.accept();
    return link;
  }

  /** Pauses: nothing passes and nothing is lost, like packets that TCP will send again. */
  hold(): void {
    this.#setHeld(true);
  }

  /** Lets the paused data pass. */
  release(): void {
    this.#setHeld(false);
  }

  /** Existing connections stay silent for ever, as behind a router that has dropped them. New ones work. */
  forget(): void {
    this.#wires.forEach((wire) => wire.cut());
    this.#wires.clear();
  }

  /** Resets the existing connections. */
  reset(): void {
    this.#wires.clear();
    this.#sockets.forEach((socket) => socket.resetAndDestroy());
  }

  /** Refuses new connections; existing ones stay. */
  async refuse(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    // Not awaited: it closes when its last connection has closed.
    server?.close();
    await new Promise(setImmediate);
  }

  /** Accepts connections, at the same port as before. */
  async accept(): Promise<void> {
    const server = createServer({ noDelay: true, allowHalfOpen: true }, (near) => this.#join(near));
    server.listen({ port: this.port, host: '127.0.0.1', backlog: 4096 });
    await once(server, 'listening');
    this.#server = server;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#sockets.forEach((socket) => socket.destroy());
    await this.refuse();
  }

  #join(near: Socket): void {
    const far = connect({ ...this.behind, noDelay: true, allowHalfOpen: true });
    const wires = [new Wire(near, far, this), new Wire(far, near, this)];
    for (const wire of wires) {
      wire.held = this.#held;
      this.#wires.add(wire);
    }
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', (hadError) => {
        this.#sockets.delete(socket);
        const cut = wires.every((wire) => wire.isCut);
        wires.forEach((wire) => this.#wires.delete(wire));
        if (!cut && hadError) {
          other.resetAndDestroy();
        }
      });
    }
  }

  #setHeld(held: boolean): void {
    this.#held = held;
    this.#wires.forEach((wire) => (wire.held = held));
  }
}
