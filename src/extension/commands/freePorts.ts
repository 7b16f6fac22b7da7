// Suggests a free local port for Use Another Port…, by listening on it briefly.
import { createServer } from 'node:net';
import { bindAddresses } from '../../tunnels/config/forward';
import type { TcpListen } from '../../tunnels/config/forward';

const maxTries = 200;
const maxPort = 65_535;

export async function isFree({ bind, port }: TcpListen): Promise<boolean> {
  const results = await Promise.all(
    bindAddresses(bind).map(async ({ host, optional }) => ({
      result: await tryListen(host, port),
      optional,
    })),
  );
  return results.every(({ result, optional }) => result === 'free' || (optional && result === 'impossible'));
}

/** @param from the first port to try @param reserved ports to skip */
export async function suggestPort(
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
