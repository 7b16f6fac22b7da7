// Pauses senders while the SSH socket has too much data to send, or during a rekey, when ssh2 queues the data. ssh2
// ignores the result of write(), so without this gate, memory would be limited only by the windows of all channels
// together.

import type { Writable } from 'node:stream';

interface Sink {
  readonly writableLength: number;
  once(event: 'drain', listener: () => void): unknown;
}

const highWaterMark = 4 * 1024 * 1024;

export class SendBackpressure {
  readonly #sink: Sink;
  #waiting: (() => void)[] = [];
  #isHeld = false;
  #isOver = false;
  #awaitsDrain = false;

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  /** Whether a sender should pause reading its source. */
  get closed(): boolean {
    return !this.#isOver && (this.#isHeld || this.#isFull);
  }

  /** Calls back once when the gate is open again. */
  onceOpen(listener: () => void): void {
    this.#waiting.push(listener);
    this.#watch();
  }

  /**
   * Lets a channel take the next data only when the gate is open. ssh2 takes all that the server's window allows, which
   * may be gigabytes, and the server may not read.
   */
  limit(channel: Writable): void {
    const write = channel._write.bind(channel);
    channel._write = (data, encoding, done) =>
      write(data, encoding, (error) => {
        if (this.closed) {
          this.onceOpen(() => done(error));
        } else {
          done(error);
        }
      });
  }

  /** Closes the gate until it is released. */
  hold(): void {
    this.#isHeld = true;
  }

  release(): void {
    this.#isHeld = false;
    if (this.#waiting.length > 0) {
      this.#watch();
    }
  }

  /** The session has ended. Calls back all that wait, and is open from now on. */
  end(): void {
    this.#isOver = true;
    this.#isHeld = false;
    this.#awaitsDrain = false;
    this.#open();
  }

  get #isFull(): boolean {
    return this.#sink.writableLength > highWaterMark;
  }

  #watch(): void {
    if (this.#isHeld || this.#awaitsDrain) {
      return;
    }
    if (!this.closed) {
      this.#open();
      return;
    }
    this.#awaitsDrain = true;
    this.#sink.once('drain', () => {
      this.#awaitsDrain = false;
      this.#watch();
    });
  }

  #open(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const [at, listener] of waiting.entries()) {
      if (this.closed) {
        // One of them has filled it again.
        this.#waiting = [...waiting.slice(at), ...this.#waiting];
        this.#watch();
        return;
      }
      listener();
    }
  }
}
