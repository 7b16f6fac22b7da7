// Suggests a free local port, by listening on it briefly.
import { createServer } from 'node:net';
import { bindAddresses } from '../../tunnels/config/forward';
import type { TcpListen } from '../../tunnels/config/forward';
import type { PortFacts } from '../../tunnels/config/portHints';
import { isHeld, unprotectedListeners } from '../../tunnels/util/system/unprotectedListeners';
import type { TcpAddress } from '../../tunnels/util/address';

const maxTries = 200;
const maxPort = 65_535;
/** Added to a privileged port to get the usual unprivileged one: 8080 for 80. */
const unprivilegedOffset = 8000;
/** From here to twice as many, no system hands out ports to programs. */
const lowPorts = 10_000;

export async function isFree(listen: TcpListen, readListeners = unprotectedListeners): Promise<boolean> {
  return isFreeBeside(listen, await readListeners());
}

/** @param from the first port to try @param reserved ports to skip */
export async function suggestPort(
  { bind, port: from }: TcpListen,
  reserved: ReadonlySet<number>,
  readListeners = unprotectedListeners,
): Promise<number | undefined> {
  const held = await readListeners();
  for (let port = from; port < from + maxTries && port <= maxPort; port++) {
    if (!reserved.has(port) && (await isFreeBeside({ bind, port }, held))) {
      return port;
    }
  }
  return undefined;
}

/** A free port to use instead of one that is in use, needs privileges, or is handed out to programs. */
export async function suggestInstead(
  { bind, port }: TcpListen,
  { unprivilegedFrom, handedOut }: PortFacts,
  reserved: ReadonlySet<number>,
): Promise<number | undefined> {
  const from =
    port < unprivilegedFrom
      ? port + unprivilegedOffset
      : port >= handedOut.from && port <= handedOut.to
        ? lowPorts + (port % lowPorts)
        : port + 1;
  return suggestPort({ bind, port: from }, reserved);
}

/** @param held the listeners beside which the system would let us listen */
async function isFreeBeside({ bind, port }: TcpListen, held: readonly TcpAddress[]): Promise<boolean> {
  const results = await Promise.all(
    bindAddresses(bind).map(async ({ host, optional }) => ({
      result: isHeld({ host, port }, held) ? 'taken' : await tryListen(host, port),
      optional,
    })),
  );
  return results.every(({ result, optional }) => result === 'free' || (optional && result === 'impossible'));
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
