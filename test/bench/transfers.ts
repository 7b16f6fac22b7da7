// The client side of the bench: timed connections through a tunnel to the target.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { formatCommand } from './commands';
import type { Command } from './commands';
import { sendAll } from './streams';

const host = '127.0.0.1';
const readBuffer = Buffer.allocUnsafe(256 * 1024);

/** Connects and waits for the greeting. @throws Error when none comes */
export async function greeted(port: number): Promise<Socket> {
  const socket = connect({ host, port, noDelay: true });
  await new Promise<void>((resolve, reject) => {
    socket.once('data', () => resolve()).once('error', reject);
    socket.once('close', () => reject(new Error(`port ${port} closed the connection without a greeting`)));
  });
  return socket.on('error', () => undefined);
}

/** Connects and sends a command. */
export async function ask(port: number, command: Command): Promise<Socket> {
  const socket = connect({ host, port, noDelay: true, allowHalfOpen: true });
  await once(socket, 'connect');
  socket.on('error', () => undefined).write(formatCommand(command));
  return socket;
}

/** Milliseconds from the call of connect() to the server's greeting. */
export async function greetingTime(port: number): Promise<number> {
  const start = performance.now();
  const socket = await greeted(port);
  const time = performance.now() - start;
  socket.destroy();
  return time;
}

/** Milliseconds from the call of connect() to the answer to our first bytes. */
export async function answerTime(port: number): Promise<number> {
  const start = performance.now();
  const socket = await ask(port, { do: 'echo' });
  socket.write('.');
  await once(socket, 'data');
  const time = performance.now() - start;
  socket.destroy();
  return time;
}

/** Milliseconds for one byte to return, over a connection in echo mode. */
export async function roundTripTime(socket: Socket): Promise<number> {
  const start = performance.now();
  const answer = new Promise((resolve) => socket.once('data', resolve));
  socket.resume();
  socket.write('.');
  await answer;
  return performance.now() - start;
}

/**
 * Milliseconds that a tunnel takes to stop while 20 clients download through its port.
 * @param stop resolves when it has stopped
 * @throws Error when its port still takes connections
 */
export async function timeToStop(port: number, stop: () => Promise<void>): Promise<number> {
  const command = { do: 'source', bytes: 2 ** 40, distinct: false } as const;
  const clients = await Promise.all(Array.from({ length: 20 }, () => ask(port, command)));
  await Promise.all(clients.map((socket) => once(socket.resume(), 'data')));
  const start = performance.now();
  await stop();
  const time = performance.now() - start;
  clients.forEach((socket) => socket.destroy());
  const late = connect({ host, port });
  const refused = await once(late, 'connect').then(
    () => false,
    () => true,
  );
  late.destroy();
  if (!refused) throw new Error(`Port ${port} takes connections after the tunnel was stopped.`);
  return time;
}

/** Seconds for a download of that many bytes. @throws Error when bytes are missing */
export async function download(port: number, bytes: number): Promise<number> {
  const start = performance.now();
  let received = 0;
  await new Promise((resolve, reject) => {
    // One buffer for every read: the reader should cost as little as possible.
    const buffer = readBuffer;
    const callback = (length: number): boolean => {
      received += length;
      return true;
    };
    const socket = connect({ host, port, onread: { buffer, callback } });
    socket.write(formatCommand({ do: 'source', bytes, distinct: false }));
    socket.on('end', resolve).on('error', reject);
  });
  const seconds = (performance.now() - start) / 1000;
  if (received !== bytes) {
    throw new Error(`of ${bytes} bytes ${received} came`);
  }
  return seconds;
}

/** The digest of a download. */
export async function downloadDigest(port: number, bytes: number): Promise<string> {
  const socket = await ask(port, { do: 'source', bytes, distinct: true });
  const hash = createHash('sha256');
  socket.on('data', (data) => hash.update(data));
  await ended(socket);
  return hash.digest('hex');
}

/** Seconds for an upload, until the target has confirmed all bytes. @throws Error when bytes are missing */
export async function upload(port: number, bytes: number): Promise<number> {
  const start = performance.now();
  const socket = await ask(port, { do: 'sink', hashed: false });
  const [answer] = await Promise.all([wholeAnswer(socket), sendAll(socket, bytes, false)]);
  const [received] = answer.split(' ');
  const seconds = (performance.now() - start) / 1000;
  if (Number(received) !== bytes) {
    throw new Error(`of ${bytes} bytes ${received ?? 'none'} arrived`);
  }
  return seconds;
}

/** The digest that the target made of an upload. */
export async function uploadDigest(port: number, bytes: number): Promise<string> {
  const socket = await ask(port, { do: 'sink', hashed: true });
  const [answer] = await Promise.all([wholeAnswer(socket), sendAll(socket, bytes, true)]);
  return answer.split(' ')[1] ?? '';
}

async function wholeAnswer(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (data) => (text += data.toString('latin1')));
  await ended(socket);
  return text;
}

/** @throws Error when the connection is lost before the other side has ended it */
async function ended(socket: Socket): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    socket.once('end', resolve).once('error', reject);
    socket.once('close', () => reject(new Error('the connection was lost')));
  });
  socket.destroy();
}
