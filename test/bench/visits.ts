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
  const socket = connect({ host, port, noDelay: true, allowHalfOpen: true, highWaterMark: 256 * 1024 });
  await new Promise<void>((resolve, reject) => {
    socket.once('data', () => resolve()).once('error', reject);
    socket.once('close', () => reject(new Error(`port ${port} closed the connection without a greeting`)));
  });
  socket.removeAllListeners('close').removeAllListeners('error').on('error', () => undefined);
  return socket.pause();
}

/** The same, and asks for something. */
export async function ask(port: number, command: Command): Promise<Socket> {
  const socket = await greeted(port);
  socket.write(formatCommand(command));
  return socket;
}

/** Milliseconds from the call of connect() to the greeting. */
export async function connectionTime(port: number): Promise<number> {
  const start = performance.now();
  const socket = await greeted(port);
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
  const { start, received } = await new Promise<{ start: number; received: number }>((resolve, reject) => {
    let start = 0;
    let received = 0;
    // A buffer used again for every read: the reader should cost as little as can be.
    const socket = connect({
      host,
      port,
      onread: {
        buffer: readBuffer,
        callback: (length) => {
          if (start === 0) {
            start = performance.now();
            socket.write(formatCommand({ do: 'source', bytes, distinct: false }));
          } else {
            received += length;
          }
          return true;
        },
      },
    });
    socket.on('end', () => resolve({ start, received })).on('error', reject);
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
  await once(socket, 'end');
  socket.destroy();
  return hash.digest('hex');
}

/** Seconds for an upload, until the target has said that it has all. @throws Error where any is missing */
export async function upload(port: number, bytes: number): Promise<number> {
  const socket = await ask(port, { do: 'sink', hashed: false });
  const start = performance.now();
  const answer = wholeAnswer(socket);
  await sendAll(socket, bytes, false);
  const [received] = (await answer).split(' ');
  const seconds = (performance.now() - start) / 1000;
  if (Number(received) !== bytes) {
    throw new Error(`of ${bytes} bytes ${received ?? 'none'} arrived`);
  }
  return seconds;
}

/** The digest that the target made of an upload. */
export async function uploadDigest(port: number, bytes: number): Promise<string> {
  const socket = await ask(port, { do: 'sink', hashed: true });
  const answer = wholeAnswer(socket);
  await sendAll(socket, bytes, true);
  return (await answer).split(' ')[1] ?? '';
}

async function wholeAnswer(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (data) => (text += data.toString('latin1'))).resume();
  await once(socket, 'end');
  socket.destroy();
  return text;
}
