// Ports for listeners whose number must be known in advance, and that must still be free when they listen.
import { createServer } from 'node:net';
import type { Server } from 'node:net';

/**
 * Below the ports that systems assign automatically, also to outgoing connections (ip_local_port_range, IANA's
 * dynamic ports), and above the well-known ones.
 */
const lowest = 20_000;
const highest = 32_000;
/** Each process has its own block of ports, so that two that run side by side never choose the same. */
const blockSize = 200;
const blocks = (highest - lowest) / blockSize;

interface Block {
  readonly first: number;
  /** The next to be given away. */
  next: number;
  /** Listens on the first port as long as this process lives, to claim the block. */
  readonly owner: Server;
}

let block: Promise<Block> | undefined;

/** So many free ports in a row. None is given away again before all others of the block. */
export async function reservePorts(count: number): Promise<readonly number[]> {
  block ??= takeBlock();
  const own = await block;
  for (let tried = 0; tried < blockSize; tried++) {
    if (own.next + count > own.first + blockSize) {
      own.next = own.first + 1;
    }
    const ports = Array.from({ length: count }, (_, at) => own.next + at);
    own.next += count;
    if ((await Promise.all(ports.map(isFree))).every(Boolean)) {
      return ports;
    }
  }
  throw new Error(`no ${count} free ports in a row above ${own.first}`);
}

export async function reservePort(): Promise<number> {
  const [port = 0] = await reservePorts(1);
  return port;
}

/** The system ends the claim with the process, however that exits. */
async function takeBlock(): Promise<Block> {
  const start = Math.floor(Math.random() * blocks);
  for (let at = 0; at < blocks; at++) {
    const first = lowest + ((start + at) % blocks) * blockSize;
    const owner = await listen(first, '127.0.0.1');
    if (owner) {
      owner.unref();
      return { first, next: first + 1, owner };
    }
  }
  throw new Error(`every block of ports between ${lowest} and ${highest} is taken`);
}

/** On every address at once. */
async function isFree(port: number): Promise<boolean> {
  const server = await listen(port);
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  return server !== undefined;
}

function listen(port: number, host?: string): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', () => resolve(undefined));
    server.listen({ port, host, exclusive: true }, () => resolve(server));
  });
}
