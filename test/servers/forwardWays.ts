// The forwards that depend on what the server can do: every kind, over TCP and Unix sockets.
import type { Socket } from 'node:net';
import type { Address, TcpAddress } from '../../src/tunnels/util/address';
import { formatAddress } from '../../src/tunnels/util/address';
import { dial } from './socketIo';

const loopback = '127.0.0.1';

export interface ForwardWay {
  readonly title: string;
  /** The target is a Unix socket. */
  readonly toPath?: true;
  /** The client names the target. */
  readonly isProxy?: true;
  /** Which side connects to the target. */
  readonly dialler: 'server' | 'this machine';
  /** A feature that not every server has. */
  readonly needs?: 'dialsUnixSockets' | 'listensOnUnixSockets' | 'choosesPorts';
  /** A tunnel's settings for this forward. @param free an unused port and path */
  settings(target: Address, free: { readonly port: number; readonly path: string }): object;
  /** Connects to the listener. */
  connect(bound: Address, target: Address): Promise<Socket>;
}

export const forwardWays: readonly ForwardWay[] = [
  {
    title: 'a local forward',
    dialler: 'server',
    settings: (target) => ({ localForward: { listen: `${loopback}:0`, target: formatAddress(target) } }),
    connect: open,
  },
  {
    title: 'a dynamic forward',
    dialler: 'server',
    isProxy: true,
    settings: () => ({ dynamicForward: `${loopback}:0` }),
    connect: openByProxy,
  },
  {
    title: 'a local forward to a Unix socket',
    dialler: 'server',
    toPath: true,
    needs: 'dialsUnixSockets',
    settings: (target) => ({ localForward: { listen: `${loopback}:0`, target: formatAddress(target) } }),
    connect: open,
  },
  {
    title: 'a remote forward',
    dialler: 'this machine',
    settings: (target, { port }) => ({ remoteForward: { listen: port, target: formatAddress(target) } }),
    connect: open,
  },
  {
    title: 'a remote forward whose port the server chooses',
    dialler: 'this machine',
    needs: 'choosesPorts',
    settings: (target) => ({ remoteForward: { listen: 0, target: formatAddress(target) } }),
    connect: open,
  },
  {
    title: 'a remote forward on one address',
    dialler: 'this machine',
    settings: (target, { port }) => ({
      remoteForward: { listen: `${loopback}:${port}`, target: formatAddress(target) },
    }),
    connect: open,
  },
  {
    title: 'a remote dynamic forward',
    dialler: 'this machine',
    isProxy: true,
    settings: (_, { port }) => ({ remoteForward: { listen: `${loopback}:${port}` } }),
    connect: openByProxy,
  },
  {
    title: 'a remote forward on a Unix socket',
    dialler: 'this machine',
    needs: 'listensOnUnixSockets',
    settings: (target, { path }) => ({ remoteForward: { listen: path, target: formatAddress(target) } }),
    connect: open,
  },
];

/** The proxy refused with this reply. */
export class ProxyRefusal extends Error {
  readonly reply: number;

  constructor(reply: number) {
    super(`the proxy replied ${reply}`);
    this.reply = reply;
  }
}

function open(bound: Address): Promise<Socket> {
  return dial('port' in bound ? bound.port : bound.path);
}

/** CONNECT of SOCKS 5 (RFC 1928). */
async function openByProxy(bound: Address, target: Address): Promise<Socket> {
  const socket = await open(bound);
  const { host, port } = target as TcpAddress;
  const name = Buffer.from(host);
  socket.write(Buffer.from([5, 1, 0]));
  await take(socket, 2);
  socket.write(Buffer.from([5, 1, 0, 3, name.length, ...name, port >> 8, port & 255]));
  const [, reply = -1] = await take(socket, 10);
  if (reply !== 0) {
    socket.destroy();
    throw new ProxyRefusal(reply);
  }
  return socket;
}

/** Reads that many bytes, and nothing after them. */
function take(socket: Socket, length: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      socket.off('readable', look).off('close', hungUp);
      act();
    };
    const look = (): void => {
      const data = socket.read(length) as Buffer | null;
      if (data !== null) {
        settle(() => resolve(data));
      }
    };
    const hungUp = (): void => settle(() => reject(new Error('the proxy hung up')));
    socket.on('readable', look).on('close', hungUp);
    look();
  });
}
