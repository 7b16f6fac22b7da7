// Moves the bytes of a transfer in and out of a socket: as fast as it goes, or slowly on purpose.
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Socket } from 'node:net';
import { pieces } from './bytes';

const slowStep = 100;

/** Sends so many bytes and ends its side. */
export async function sendAll(socket: Socket, total: number, distinct: boolean): Promise<void> {
  for (const piece of pieces(total, distinct)) {
    if (socket.destroyed) {
      return;
    }
    if (!socket.write(piece)) {
      await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
    }
  }
  socket.end();
}

/** Reads so many bytes a second, until the socket ends or is closed. The socket is paused. */
export async function readSlowly(socket: Socket, bytesPerSecond: number): Promise<number> {
  const step = Math.ceil((bytesPerSecond * slowStep) / 1000);
  let total = 0;
  // Without this nobody asks the system for more.
  socket.on('readable', () => undefined);
  while (!socket.destroyed && !socket.readableEnded) {
    for (let left = step; left > 0;) {
      const data: unknown = socket.read(Math.min(left, socket.readableLength)) ?? undefined;
      if (!Buffer.isBuffer(data)) {
        break;
      }
      left -= data.length;
      total += data.length;
    }
    await sleep(slowStep);
  }
  return total;
}
