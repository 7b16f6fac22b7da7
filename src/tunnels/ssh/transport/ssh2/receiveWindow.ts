// Limits how much data the server may send us ahead over one channel (RFC 4254 §5.2). ssh2 gives every channel a window
// of 2 MB and renews it when half is used, which halves the rate over a distance, and lets each slow reader hold 2 MB.
// Here, a window starts small, grows as the distance requires, and is renewed by what has been passed on.
import type { ClientChannel } from 'ssh2';
import { takeOverWindow } from './ssh2Internals';

/** The window that the message that opens a channel offers. */
export const offeredWindow = 192 * 1024;
const minSize = 256 * 1024;
/** Twice the window of OpenSSH's client. */
const maxSize = 4 * 1024 * 1024;
/** Renew when this fraction is used: often enough to keep the server sending, but not a message for every piece. */
const renewFraction = 1 / 4;
/** Grow when a round trip moves this fraction. The round trip is the shortest so far, not the current one. */
const growFraction = 1 / 4;
/** The fraction that a server may send in excess, as in channel_input_data() of OpenSSH's channels.c. */
const tolerance = 1 / 10;
/** The shortest time for measuring a rate: over less, a burst would look like a stream. */
const minSpanMs = 10;

const windows = new WeakMap<object, ReceiveWindow>();

export class ReceiveWindow {
  readonly #grant: (bytes: number) => void;
  readonly #roundTrip: () => number;
  #size = offeredWindow;
  /** How much the server may still send, and how much it has sent in excess. */
  #open = offeredWindow;
  #excess = 0;
  /** Bytes passed on but not yet renewed. */
  #used = 0;
  /** Bytes passed on since the start (milliseconds), to estimate how much one round trip needs. */
  #span: { readonly start: number; bytes: number };
  readonly #now: () => number;

  /**
   * Takes over the window of a channel, before any data arrives. The reader of the channel must get this object by `of`
   * and report what has been passed on: only that is renewed.
   * @param roundTrip returns the round-trip time to the server in milliseconds
   */
  constructor(channel: ClientChannel, roundTrip: () => number, now = (): number => performance.now()) {
    this.#grant = takeOverWindow(channel);
    this.#roundTrip = roundTrip;
    this.#now = now;
    this.#span = { start: now(), bytes: 0 };
    windows.set(channel, this);
    // At once, although nothing has been used: the message carries the TCP acknowledgement of the opening. Without it,
    // the server's kernel (Nagle's algorithm, which sshd leaves on) delays a greeting by 40 ms.
    this.#renew(minSize);
  }

  static of(channel: object): ReceiveWindow | undefined {
    return windows.get(channel);
  }

  /** @returns false when the server has sent much more than allowed */
  received(bytes: number): boolean {
    this.#open -= bytes;
    if (this.#open < 0) {
      this.#excess -= this.#open;
      this.#open = 0;
    }
    return this.#excess <= this.#size * tolerance;
  }

  passedOn(bytes: number): void {
    this.#used += bytes;
    this.#span.bytes += bytes;
    if (this.#used >= this.#size * renewFraction) {
      this.#renew(this.#neededSize());
    }
  }

  /** Doubles the size when the server may have had to wait for us. */
  #neededSize(): number {
    const now = this.#now();
    const { start, bytes } = this.#span;
    const roundTrip = this.#roundTrip();
    if (now - start < Math.max(roundTrip, minSpanMs)) {
      return this.#size;
    }
    this.#span = { start: now, bytes: 0 };
    const inOneRoundTrip = (bytes / (now - start)) * roundTrip;
    return inOneRoundTrip < this.#size * growFraction ? this.#size : Math.min(this.#size * 2, maxSize);
  }

  #renew(size: number): void {
    const more = this.#used + size - this.#size;
    this.#grant(more);
    this.#open += more;
    this.#size = size;
    this.#used = 0;
  }
}
