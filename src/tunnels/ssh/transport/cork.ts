// Gathers the small writes of one callback into one system call. ssh2 writes each packet in three pieces, and a download
// arrives in pieces of 32 KB: each write alone may wake the other side, which costs more than the copy. A login takes
// half the time by it, too.
import type { Writable } from 'node:stream';

/** Enough for one system call: more is not held back. */
const limit = 256 * 1024;

export class Cork {
  readonly #stream: Writable;
  #held = false;

  constructor(stream: Writable) {
    this.#stream = stream;
  }

  /** To be called before each write, which then goes out when the callback that runs has returned. */
  readonly hold = (): void => {
    if (this.#held && this.#stream.writableLength >= limit) {
      this.#release();
    }
    if (!this.#held) {
      this.#held = true;
      this.#stream.cork();
      process.nextTick(this.#release);
    }
  };

  readonly #release = (): void => {
    if (this.#held) {
      this.#held = false;
      this.#stream.uncork();
    }
  };
}
