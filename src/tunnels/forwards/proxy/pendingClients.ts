// The clients of a proxy port that have not named a target yet: each has a time-out, and their number is limited.
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { drop } from '../relay/resetDetector';

/** With more clients than this, the one that has waited longest is disconnected. */
const mostPending = 1000;

export class PendingClients {
  /** Each with its time-out, the oldest first. */
  readonly #clients = new Map<Duplex, NodeJS.Timeout>();

  /** @param timeoutMs from now; replaces an earlier time-out */
  add(client: Duplex, timeoutMs: number): void {
    this.delete(client);
    this.#clients.set(
      client,
      setTimeout(() => discard(client), timeoutMs),
    );
    const [oldest] = this.#clients.keys();
    if (oldest && this.#clients.size > mostPending) {
      this.delete(oldest);
      discard(oldest);
    }
  }

  delete(client: Duplex): void {
    clearTimeout(this.#clients.get(client));
    this.#clients.delete(client);
  }
}

/** How long a client may go on sending after our last message. */
const lingerTimeoutMs = 5000;

/** Sends a last message and closes the connection. */
export function hangUp(client: Duplex, lastMessage: Buffer | string): void {
  client.end(lastMessage);
  linger(client);
}

/** Gives a client whose stream was ended some time to close its side. */
export function linger(client: Duplex): void {
  client.resume();
  if (client.closed) {
    return;
  }
  const timer = setTimeout(() => discard(client), lingerTimeoutMs).unref();
  client.once('close', () => clearTimeout(timer));
}

/** Closes a stream and drops its unread data. An ssh2 channel emits `close` only after its data was read. */
export function discard(stream: Duplex): void {
  stream.destroy();
  stream.resume();
}

/** Closes a stream in the middle of an answer: with a reset, if it is a socket. */
export function interrupt(stream: Duplex): void {
  if (stream instanceof Socket) {
    drop(stream);
  }
  discard(stream);
}
