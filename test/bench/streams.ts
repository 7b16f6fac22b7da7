// Writes the bytes of a transfer to a socket, and reads them: at full speed, or slowly on purpose.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Socket } from 'node:net';
import { pieces } from './bytes';

const slowStep = 100;

/** Sends that many bytes and half-closes. Resolves when all is written, or the socket is closed. */
export function sendAll(socket: Socket, total: number, distinct: boolean): Promise<void> {
  const source = pieces(total, distinct);
  return new Promise((resolve) => {
    const proceed = (): void => {
      for (let next = source.next(); next.done !== true; next = source.next()) {
        if (!socket.write(next.value)) {
          return;
        }
      }
      socket.end(resolve);
    };
    socket.on('drain', proceed).on('close', resolve);
    proceed();
  });
}

/** Reads that many bytes per second, until the socket ends or is closed. */
export async function readSlowly(socket: Socket, bytesPerSecond: number): Promise<number> {
  const step = Math.ceil((bytesPerSecond * slowStep) / 1000);
  let total = 0;
  // Without this, nothing is read from the system.
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
