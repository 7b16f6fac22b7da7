// Holds senders back while the SSH socket has more to send than it should keep. ssh2 ignores what write() says,
// so without this only the windows of the channels would bound the memory, together.

interface Sink {
  readonly writableLength: number;
  once(event: 'drain', listener: () => void): unknown;
}

const highWaterMark = 4 * 1024 * 1024;

export class SendGate {
  readonly #sink: Sink;
  #waiting: (() => void)[] = [];

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  /** Whether a sender should stop reading its source for now. */
  get closed(): boolean {
    return this.#sink.writableLength > highWaterMark;
  }

  /** Calls back once when the gate has opened again. */
  onceOpen(listener: () => void): void {
    this.#waiting.push(listener);
    if (this.#waiting.length === 1) {
      this.#sink.once('drain', () => this.#open());
    }
  }

  #open(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const listener of waiting) {
      listener();
    }
  }
}
