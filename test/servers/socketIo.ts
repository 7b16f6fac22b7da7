// Reads from and writes to a socket whose two sides may end separately.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { eventually, longWaitMs } from '../support/eventually';

/** Connects to a local port or a path. */
export async function dial(where: number | string): Promise<Socket> {
  const to = typeof where === 'number' ? { host: '127.0.0.1', port: where } : { path: where };
  const socket = connect({ ...to, allowHalfOpen: true, noDelay: true });
  // It may be reset as soon as it is connected.
  socket.once('connect', () => socket.on('error', () => undefined));
  await once(socket, 'connect');
  return socket;
}

/** Sends a text, and returns an answer of the same length. */
export async function exchange(socket: Socket, text: string): Promise<string> {
  socket.write(text);
  return (await read(socket, Buffer.byteLength(text))).toString();
}

/** @throws Error if the connection ends, or a long time passes, before so many bytes have arrived */
export function read(socket: Socket, length: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let got = 0;
    const settle = (act: () => void): void => {
      clearTimeout(timer);
      socket.off('data', take).off('end', tooEarly).off('close', tooEarly);
      act();
    };
    const take = (data: Buffer): void => {
      chunks.push(data);
      got += data.length;
      if (got >= length) {
        settle(() => resolve(Buffer.concat(chunks)));
      }
    };
    const tooEarly = (): void => {
      settle(() => reject(new Error(`the connection ended after ${got} of ${length} bytes`)));
    };
    const timer = setTimeout(() => {
      settle(() => reject(new Error(`${got} of ${length} bytes have come in ${longWaitMs} ms`)));
    }, longWaitMs);
    socket.on('data', take).on('end', tooEarly).on('close', tooEarly);
  });
}

/** Everything until the other side ends, or the connection is reset. */
export async function readAll(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let isOver = false;
  socket
    .on('data', (data) => chunks.push(data))
    .on('end', () => (isOver = true))
    .on('close', () => (isOver = true));
  await eventually('the other side ends', () => isOver);
  return Buffer.concat(chunks);
}

/** @throws Error at once if the connection ends before */
export async function untilOrGone(socket: Socket, what: string, reached: () => boolean): Promise<void> {
  await eventually(what, () => {
    const isGone = socket.destroyed || socket.readableEnded;
    assert.ok(reached() || !isGone, `the connection ended before ${what}`);
    return reached();
  });
}
