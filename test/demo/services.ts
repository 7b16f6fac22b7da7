// The targets of the demo's tunnels: a web page, and a service that echoes lines.
import { readFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import type { Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { repoRoot } from '../support/setup.mjs';

export interface Service {
  /** On 127.0.0.1. */
  readonly port: number;
  readonly stop: () => Promise<void>;
}

export interface WebPage extends Service {
  /** The bytes of every answer. */
  readonly page: Buffer;
}

export const echoGreeting = 'This is the echo behind the tunnel: whatever line you send comes back.';

export async function startWebPage(): Promise<WebPage> {
  const page = await readFile(path.join(repoRoot, 'test/demo/page.html'));
  const server = createHttpServer((request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Content-Length': page.length });
    response.end(request.method === 'HEAD' ? undefined : page);
  });
  return { ...(await serve(server)), page };
}

export async function startEcho(): Promise<Service> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.write(`${echoGreeting}\n`);
    createInterface({ input: socket }).on('line', (line) => socket.write(`You said: ${line}\n`));
  });
  return await serve(server);
}

/** Listens on a loopback port that the system chooses; stopping it also ends its connections. */
export async function serve(server: Server): Promise<Service> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A TCP server has a port.');
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return { port: address.port, stop };
}
