// Pauses senders while the SSH socket has too much data to send, or during a rekey, when ssh2 queues the data. ssh2
// ignores the result of write(), so without this gate, memory would be limited only by the windows of all channels
// together.

interface Sink {
  readonly writableLength: number;
  once(event: 'drain', listener: () => void): unknown;
}

const highWaterMark = 4 * 1024 * 1024;

export class SendGate {
  readonly #sink: Sink;
  #waiting: (() => void)[] = [];
  #isHeld = false;
  #awaitsDrain = false;

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  /** Whether a sender should pause reading its source. */
  get closed(): boolean {
    return this.#isHeld || this.#isFull;
  }

  /** Calls back once when the gate is open again. */
  onceOpen(listener: () => void): void {
    this.#waiting.push(listener);
    this.#watch();
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

  get #isFull(): boolean {
    return this.#sink.writableLength > highWaterMark;
  }

  #watch(): void {
    if (this.#isHeld || this.#awaitsDrain) {
      return;
    }
    if (!this.#isFull) {
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
    for (const listener of waiting) {
      listener();
    }
  }
}
