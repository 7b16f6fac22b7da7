// Small TCP programs for both ends of a tunnel: targets that serve, clients that report how a connection went.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { Address, SocketPath } from '../../src/tunnels/util/address';

export interface TargetServer extends AsyncDisposable {
  /** 0 for a Unix socket. */
  readonly port: number;
  readonly address: Address;
  /** Connections that are open now. */
  readonly open: ReadonlySet<Socket>;
}

/** Listens on loopback or on a Unix socket; half-open connections allowed. */
export async function target(
  serve: (socket: Socket) => void,
  where: string | SocketPath = '127.0.0.1',
  at = 0,
): Promise<TargetServer> {
  const open = new Set<Socket>();
  const server: Server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    open.add(socket);
    socket.on('error', () => undefined).on('close', () => open.delete(socket));
    serve(socket);
  });
  server.listen(typeof where === 'string' ? { port: at, host: where, backlog: 4096 } : where);
  await once(server, 'listening');
  const bound: AddressInfo | string | null = server.address();
  const port = typeof bound === 'object' ? (bound?.port ?? 0) : 0;
  return {
    port,
    address: typeof where === 'string' ? { host: where, port } : where,
    open,
    async [Symbol.asyncDispose]() {
      for (const socket of open) {
        socket.destroy();
      }
      server.close();
      await once(server, 'close');
    },
  };
}

/** How a connection went for a client. */
export interface Exchange {
  readonly received: Buffer;
  /** The other side ended its stream properly. */
  readonly ended: boolean;
  /** For example ECONNRESET. */
  readonly error: string | undefined;
}

export interface Client {
  readonly socket: Socket;
  /** Resolves when the connection is closed. Never rejects. */
  readonly done: Promise<Exchange>;
}

export function client(port: number, host = '127.0.0.1'): Client {
  const socket = connect({ port, host, allowHalfOpen: true, noDelay: true });
  const chunks: Buffer[] = [];
  let ended = false;
  let error: string | undefined;
  socket.on('data', (data) => chunks.push(data));
  socket.on('end', () => (ended = true));
  socket.on('error', (cause: NodeJS.ErrnoException) => (error = cause.code ?? cause.message));
  const done = new Promise<Exchange>((resolve) => {
    socket.on('close', () => resolve({ received: Buffer.concat(chunks), ended, error }));
  });
  return { socket, done };
}

/** Sends a text, half-closes, and receives the rest. */
export async function exchange(port: number, text: string | Buffer = '', host?: string): Promise<Exchange> {
  const { socket, done } = client(port, host);
  socket.on('end', () => socket.end());
  socket.end(text);
  return done;
}
