// The way a connection ends: what was sent last gets a moment to leave, and then it is closed, whatever the other side
// does or leaves undone.
import type { Duplex } from 'node:stream';

/** Milliseconds. */
const goodbyeTime = 500;
/** In which a jump host has to close a channel. */
const closeTime = 2000;

export class Departure {
  readonly #transport: Duplex;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(transport: Duplex) {
    this.#transport = transport;
  }

  get hasBegun(): boolean {
    return this.#isOver || this.#timer !== undefined;
  }

  /** Listens no more, and lets what was sent last leave. */
  leave(): void {
    if (!this.hasBegun) {
      this.#timer = setTimeout(() => this.drop(), goodbyeTime);
      this.#transport.removeAllListeners('data').resume();
    }
  }

  /** Closes it at once. */
  drop(): void {
    this.#transport.destroy();
    clearTimeout(this.#timer);
    if (!this.#isOver) {
      // The channel of a jump host closes when that says so: all who listen have to hear of it all the same.
      this.#timer = setTimeout(() => this.#transport.emit('close'), closeTime);
    }
  }

  /** It has closed. */
  end(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }
}
