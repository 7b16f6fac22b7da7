// The clients of a port who have not said where they want to go: each within its time, and not too many at once.
import type { Duplex } from 'node:stream';

/** So many may take their time at once; then whoever has taken longest goes. */
const most = 1000;

export class Undecided {
  /** With what cuts each off; whoever began to wait first comes first. */
  readonly #clients = new Map<Duplex, NodeJS.Timeout>();

  /** @param patience milliseconds from now, whatever time it had before */
  add(client: Duplex, patience: number): void {
    this.delete(client);
    this.#clients.set(
      client,
      setTimeout(() => discard(client), patience),
    );
    const [oldest] = this.#clients.keys();
    if (oldest && this.#clients.size > most) {
      this.delete(oldest);
      discard(oldest);
    }
  }

  delete(client: Duplex): void {
    clearTimeout(this.#clients.get(client));
    this.#clients.delete(client);
  }
}

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
