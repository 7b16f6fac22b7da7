// Whether a port of this machine is free, found out by listening on it for a moment.
import { createServer } from 'node:net';
import type { TcpListen } from '../../tunnels/config/forward';

const mostTries = 200;
const highest = 65_535;

export async function isFree({ bind, port }: TcpListen): Promise<boolean> {
  const hosts =
    bind === undefined || bind === 'localhost' ? ['127.0.0.1', '::1'] : [bind === '*' ? '0.0.0.0' : bind];
  const [first, ...others] = await Promise.all(hosts.map((host) => tryListen(host, port)));
  // There may be no IPv6 here.
  return first === 'free' && others.every((result) => result !== 'taken');
}

/** @param from the first to be tried @param passOver ports that are meant for something else */
export async function nextFreePort(
  { bind, port: from }: TcpListen,
  passOver: ReadonlySet<number>,
): Promise<number | undefined> {
  for (let port = from; port < from + mostTries && port <= highest; port++) {
    if (!passOver.has(port) && (await isFree({ bind, port }))) {
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
