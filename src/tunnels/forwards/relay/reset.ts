// Ends a client of ours so that it can't take half an answer for a whole one.
import type { Socket } from 'node:net';

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
