// Ports for listeners whose number must be known beforehand, and that must still be free when it comes to them.
import { createServer } from 'node:net';

/** Below those that systems give away by themselves (ip_local_port_range, IANA's dynamic ports), and above the known. */
const lowest = 20_000;
const highest = 32_000;
const tries = 100;

/** So many ports in a row that nobody listens on, as the regress tests of OpenSSH take theirs. */
export async function quietPorts(count: number): Promise<readonly number[]> {
  for (let attempt = 0; attempt < tries; attempt++) {
    const first = lowest + Math.floor(Math.random() * (highest - lowest - count));
    const ports = Array.from({ length: count }, (_, at) => first + at);
    if ((await Promise.all(ports.map(isFree))).every(Boolean)) {
      return ports;
    }
  }
  throw new Error(`no ${count} free ports in a row between ${lowest} and ${highest}`);
}

export async function quietPort(): Promise<number> {
  const [port = 0] = await quietPorts(1);
  return port;
}

/** On every address at once. */
function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, () => server.close(() => resolve(true)));
  });
}
