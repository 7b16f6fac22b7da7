// Detects that a client has reset its connection while its socket is not being read (paused, or after its end). Then
// the system reports the reset only to a write, and libuv reports a reset after unread data as a normal end.
import type { Socket } from 'node:net';

const nothing = Buffer.alloc(0);
const checkIntervalMs = 1000;

const watched = new Set<Socket>();
let timer: NodeJS.Timeout | undefined;

/** Watches the socket until it closes; a reset becomes its `error`. */
export function watchForReset(socket: Socket): void {
  if (socket.destroyed || watched.has(socket)) {
    // It may have emitted `close` already, and would never be removed.
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
  timer ??= setInterval(() => watched.forEach(probeIfNotReading), checkIntervalMs).unref();
}

/** Calls back if the client has not reset the connection; otherwise the socket emits `error`. */
export function ifAlive(socket: Socket, alive: () => void): void {
  if (!socket.writable || socket.writableLength > 0) {
    alive();
    return;
  }
  // This sends no bytes.
  socket.write(nothing, (error) => {
    if (!error) {
      alive();
    }
  });
}

function probeIfNotReading(socket: Socket): void {
  if (socket.isPaused() || socket.readableEnded) {
    ifAlive(socket, () => undefined);
  }
}

/**
 * Closes with a reset (RFC 9293 §3.5.2). A Unix socket has none: its client sees an end, unless it was still sending.
 */
export function reset(socket: Socket): void {
  try {
    socket.resetAndDestroy();
  } catch {
    // ERR_INVALID_HANDLE_TYPE: not a TCP socket.
    socket.destroy();
  }
}

/** As reset(), but safe at any time: while the end is being sent, Node refuses a reset and leaks the socket. */
export function drop(socket: Socket): void {
  if (socket.writableEnded) {
    socket.destroy();
  } else {
    reset(socket);
  }
}
