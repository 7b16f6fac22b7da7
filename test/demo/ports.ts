// Ports of this machine: finds a free one, and checks whether something listens.
import { randomInt } from 'node:crypto';
import { connect, createServer } from 'node:net';

const loopback = ['127.0.0.1', '::1'];
/** Below the ephemeral ports, which may be taken again before we listen. */
const range = [20_000, 30_000] as const;

/** A port that is free on both loopback addresses. */
export async function choosePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries += 1) {
    const port = randomInt(...range);
    const free = await Promise.all(loopback.map((host) => canListen(host, port)));
    if (free.every(Boolean)) return port;
  }
  throw new Error(`There is no free port between ${range[0]} and ${range[1]}.`);
}

export async function isListening(port: number): Promise<boolean> {
  const answers = await Promise.all(loopback.map((host) => canConnect(host, port)));
  return answers.some(Boolean);
}

/** A machine without this address, for example without IPv6, has no listener on it either. */
function canListen(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code !== 'EADDRINUSE'));
    server.listen({ host, port }, () => server.close(() => resolve(true)));
  });
}

function canConnect(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}
