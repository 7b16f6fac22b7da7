// Holds senders back while the SSH socket has more to send than it should keep, or while keys are renewed, when ssh2
// keeps it. ssh2 ignores what write() says, so without this only the windows of the channels would bound the memory,
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

  /** Whether a sender should stop reading its source for now. */
  get closed(): boolean {
    return this.#isHeld || this.#isFull;
  }

  /** Calls back once when the gate has opened again. */
  onceOpen(listener: () => void): void {
    this.#waiting.push(listener);
    this.#watch();
  }

  /** Closes it, until it is released. */
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
