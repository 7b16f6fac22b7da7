// The ends of a client of the proxy. Its last words must reach it: a connection that is closed over unread data is reset,
// and takes them with it.
import type { Duplex } from 'node:stream';

/** How long a client may go on talking after that: milliseconds. */
const patience = 5000;

export function hangUp(client: Duplex, lastWords: Buffer | string): void {
  client.end(lastWords);
  linger(client);
}

/** For one that has been ended. */
export function linger(client: Duplex): void {
  client.resume();
  const timer = setTimeout(() => discard(client), patience).unref();
  client.once('close', () => clearTimeout(timer));
}

/** Closes it with whatever it still says. A channel of ssh2 that nobody reads would never get to its `close`. */
export function discard(stream: Duplex): void {
  stream.destroy();
  stream.resume();
}
