// The kinds of forwards: local, remote and dynamic, over IPv4, IPv6 and Unix sockets.
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Address, TcpAddress } from '../../../src/tunnels/util/address';
import { formatAddress, isSocketPath } from '../../../src/tunnels/util/address';

export interface ForwardKind {
  readonly title: string;
  /** The target's loopback address; undefined: it listens on a Unix socket. */
  readonly loopback: '127.0.0.1' | '::1' | undefined;
  /** Whether the client names the target. */
  readonly isProxy: boolean;
  /** A tunnel's settings for this forward. */
  settings(target: Address, freePath: string): object;
  /** Connects to the listener, and requests the target if it is a proxy. */
  connect(bound: Address, target: Address): Promise<Socket>;
}

type Kind = 'localForward' | 'remoteForward';

function fixed(title: string, kind: Kind, loopback: '127.0.0.1' | '::1'): ForwardKind {
  return {
    title,
    loopback,
    isProxy: false,
    settings: (target) => ({ [kind]: { listen: `${bracket(loopback)}:0`, target: formatAddress(target) } }),
    connect: (bound) => open(at(loopback, bound)),
  };
}

function proxy(
  title: string,
  kind: 'dynamicForward' | 'remoteForward',
  loopback: '127.0.0.1' | '::1',
): ForwardKind {
  return {
    title,
    loopback,
    isProxy: true,
    settings: () => ({ [kind]: { listen: `${bracket(loopback)}:0` } }),
    connect: async (bound, target) => {
      const socket = await open(at(loopback, bound));
      await askFor(socket, target as TcpAddress);
      return socket;
    },
  };
}

function byPath(title: string, kind: Kind): ForwardKind {
  return {
    title,
    loopback: undefined,
    isProxy: false,
    settings: (target, freePath) => ({ [kind]: { listen: freePath, target: formatAddress(target) } }),
    connect: (bound) => open(bound),
  };
}

export const localForwardKinds: readonly ForwardKind[] = [
  fixed('a local forward over IPv4', 'localForward', '127.0.0.1'),
  fixed('a local forward over IPv6', 'localForward', '::1'),
  proxy('a dynamic forward over IPv4', 'dynamicForward', '127.0.0.1'),
  proxy('a dynamic forward over IPv6', 'dynamicForward', '::1'),
  byPath('a local forward between Unix sockets', 'localForward'),
];

export const remoteForwardKinds: readonly ForwardKind[] = [
  fixed('a remote forward over IPv4', 'remoteForward', '127.0.0.1'),
  fixed('a remote forward over IPv6', 'remoteForward', '::1'),
  proxy('a reverse dynamic forward over IPv4', 'remoteForward', '127.0.0.1'),
  proxy('a reverse dynamic forward over IPv6', 'remoteForward', '::1'),
  byPath('a remote forward between Unix sockets', 'remoteForward'),
];

/** The proxy refused with this reply. */
export class ProxyRefusal extends Error {
  readonly reply: number;

  constructor(reply: number) {
    super(`the proxy replied ${reply}`);
    this.reply = reply;
  }
}

/** CONNECT of SOCKS 5 (RFC 1928). Reads nothing after the reply. */
async function askFor(socket: Socket, { host, port }: TcpAddress): Promise<void> {
  socket.write(Buffer.from([5, 1, 0]));
  await take(socket, 2);
  const name = Buffer.from(host);
  socket.write(Buffer.from([5, 1, 0, 3, name.length, ...name, port >> 8, port & 255]));
  const reply = await take(socket, 10);
  if (reply[1] !== 0) {
    socket.destroy();
    throw new ProxyRefusal(reply[1] ?? -1);
  }
}

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

/** sshd's queue for a Unix socket holds 128 connections; a client that finds it full is refused, and tries again. */
async function open(address: Address): Promise<Socket> {
  for (;;) {
    try {
      return await tryOpen(address);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) {
        throw error;
      }
      await sleep(10);
    }
  }
}

async function tryOpen(address: Address): Promise<Socket> {
  const socket = connect({ ...address, allowHalfOpen: true, noDelay: true });
  // It may be reset as soon as it is connected.
  socket.once('connect', () => socket.on('error', () => undefined));
  await once(socket, 'connect');
  return socket;
}

/** The listener's address; the state may contain a name. */
function at(loopback: string, bound: Address): Address {
  return isSocketPath(bound) ? bound : { host: loopback, port: bound.port };
}

function bracket(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
