// Notices that a client has reset its connection while nobody reads from it: after its end, or while it is paused, the
// system tells only who writes. And libuv takes a reset behind unread data for a proper end.
import type { Socket } from 'node:net';

const nothing = Buffer.alloc(0);
/** Milliseconds. */
const interval = 1000;

const watched = new Set<Socket>();
let timer: NodeJS.Timeout | undefined;

/** Looks after it until it closes; a reset becomes its `error`. */
export function watchForReset(socket: Socket): void {
  if (socket.destroyed) {
    // It may have told of its close already, and would be looked after for ever.
    return;
  }
  watched.add(socket);
  socket.once('close', () => {
    watched.delete(socket);
    if (watched.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  });
  timer ??= setInterval(() => watched.forEach(probeIfDeaf), interval).unref();
}

/** Calls back if the client is still there; otherwise its `error` tells. */
export function ifAlive(socket: Socket, alive: () => void): void {
  if (!socket.writable || socket.writableLength > 0) {
    alive();
    return;
  }
  // No byte is sent by it.
  socket.write(nothing, (error) => {
    if (!error) {
      alive();
    }
  });
}

function probeIfDeaf(socket: Socket): void {
  if (socket.isPaused() || socket.readableEnded) {
    ifAlive(socket, () => undefined);
  }
}

/** By a reset (RFC 9293 §3.5.2). A Unix socket has none: its client sees an end, unless it was still sending. */
export function reset(socket: Socket): void {
  try {
    socket.resetAndDestroy();
  } catch {
    // ERR_INVALID_HANDLE_TYPE: no TCP socket.
    socket.destroy();
  }
}

/** The same at any time: a reset is refused, and the socket leaked, while its end is being sent. */
export function drop(socket: Socket): void {
  if (socket.writableEnded) {
    socket.destroy();
  } else {
    reset(socket);
  }
}
