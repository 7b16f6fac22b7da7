// The last words to a client of the proxy. They must reach it: a connection that is closed over unread data is reset,
// and takes them with it.
import type { Duplex } from 'node:stream';

/** How long a client may go on talking after that: milliseconds. */
const patience = 5000;

export function hangUp(client: Duplex, lastWords: Buffer | string): void {
  client.end(lastWords);
  client.resume();
  const timer = setTimeout(() => client.destroy(), patience).unref();
  client.once('close', () => clearTimeout(timer));
}
