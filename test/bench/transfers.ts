// The client's side of the bench: connections through a tunnel to the target, timed.
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

/** Connects and waits for the greeting. @throws Error where nobody greets */
export async function greeted(port: number): Promise<Socket> {
  const socket = connect({ host, port, noDelay: true });
  await new Promise<void>((resolve, reject) => {
    socket.once('data', () => resolve()).once('error', reject);
    socket.once('close', () => reject(new Error(`port ${port} closed the connection without a greeting`)));
  });
  return socket.on('error', () => undefined);
}

/** Connects and asks for something. */
export async function ask(port: number, command: Command): Promise<Socket> {
  const socket = connect({ host, port, noDelay: true, allowHalfOpen: true });
  await once(socket, 'connect');
  socket.on('error', () => undefined).write(formatCommand(command));
  return socket;
}

/** Milliseconds from the call of connect() to the greeting of the server. */
export async function greetingTime(port: number): Promise<number> {
  const start = performance.now();
  const socket = await greeted(port);
  const time = performance.now() - start;
  socket.destroy();
  return time;
}

/** Milliseconds from the call of connect() to the answer to what we said first. */
export async function answerTime(port: number): Promise<number> {
  const start = performance.now();
  const socket = await ask(port, { do: 'echo' });
  socket.write('.');
  await once(socket, 'data');
  const time = performance.now() - start;
  socket.destroy();
  return time;
}

/** Milliseconds until one byte has come back, over a connection in echo mode. */
export async function roundTripTime(socket: Socket): Promise<number> {
  const start = performance.now();
  const answer = new Promise((resolve) => socket.once('data', resolve));
  socket.resume();
  socket.write('.');
  await answer;
  return performance.now() - start;
}

/** Seconds for a download of so many bytes. @throws Error where any is missing */
export async function download(port: number, bytes: number): Promise<number> {
  const start = performance.now();
  let received = 0;
  await new Promise((resolve, reject) => {
    // A buffer used again for every read: the reader should cost as little as can be.
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

/** Seconds for an upload, until the target has said that it has all. @throws Error where any is missing */
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

/** @throws Error where the connection is lost before the other side has ended it */
async function ended(socket: Socket): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    socket.once('end', resolve).once('error', reject);
    socket.once('close', () => reject(new Error('the connection was lost')));
  });
  socket.destroy();
}
