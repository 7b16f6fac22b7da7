// Checks whether a local port is free, by listening on it briefly.
import { createServer } from 'node:net';
import type { TcpListen } from '../../tunnels/config/forward';

const maxTries = 200;
const maxPort = 65_535;

export async function isFree({ bind, port }: TcpListen): Promise<boolean> {
  const hosts =
    bind === undefined || bind === 'localhost' ? ['127.0.0.1', '::1'] : [bind === '*' ? '0.0.0.0' : bind];
  const [first, ...others] = await Promise.all(hosts.map((host) => tryListen(host, port)));
  // The machine may have no IPv6.
  return first === 'free' && others.every((result) => result !== 'taken');
}

/** @param from the first port to try @param reserved ports to skip */
export async function nextFreePort(
  { bind, port: from }: TcpListen,
  reserved: ReadonlySet<number>,
): Promise<number | undefined> {
  for (let port = from; port < from + maxTries && port <= maxPort; port++) {
    if (!reserved.has(port) && (await isFree({ bind, port }))) {
      return port;
    }
  }
  return undefined;
}

function tryListen(host: string, port: number): Promise<'free' | 'taken' | 'impossible'> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code === 'EADDRINUSE' || error.code === 'EACCES' ? 'taken' : 'impossible');
    });
    server.listen({ host, port, exclusive: true, ipv6Only: true }, () => {
      server.close(() => resolve('free'));
    });
  });
}
