// How much the server may have under way to us over one channel (RFC 4254 §5.2). ssh2 gives every channel 2 MB and
// renews them when half are used up, which halves the rate over a distance, and lets each slow reader hold 2 MB. Here a
// channel starts small, grows as far as the distance needs, and what is renewed is what has been passed on.
import type { ClientChannel } from 'ssh2';
import { takeOverWindow } from './ssh2Internals';

/** What the message that opens a channel offers. */
export const offeredWindow = 192 * 1024;
const smallest = 256 * 1024;
/** Twice as much as OpenSSH's client. */
const largest = 4 * 1024 * 1024;
/** Renewed when so much of it is used up: often enough to keep the server sending, not a packet for every piece. */
const portion = 1 / 4;
/** It grows where a round trip moves so much of it: the round trip is the shortest there was, not that of now. */
const muchOfIt = 1 / 4;
/** Of its size: what a server may send too much in all, as in channel_input_data() of OpenSSH's channels.c. */
const tolerance = 1 / 10;
/** Milliseconds over which a rate is taken at least: over less, a burst would look like a stream. */
const shortestSpan = 10;

const windows = new WeakMap<object, ReceiveWindow>();

export class ReceiveWindow {
  readonly #grant: (bytes: number) => void;
  readonly #roundTrip: () => number;
  #size = offeredWindow;
  /** What the server may still send, and how much more than that it has sent. */
  #open = offeredWindow;
  #excess = 0;
  /** Passed on, and not yet renewed. */
  #used = 0;
  /** What was passed on since when (milliseconds): its rate says how much a round trip needs. */
  #span: { readonly start: number; bytes: number };
  readonly #now: () => number;

  /**
   * Takes the window of a channel into its hands, before anything has come. Whoever reads the channel has to find it by
   * `of` and to tell it what has been passed on; what nobody tells is never renewed.
   * @param roundTrip milliseconds to the server and back
   */
  constructor(channel: ClientChannel, roundTrip: () => number, now = (): number => performance.now()) {
    this.#grant = takeOverWindow(channel);
    this.#roundTrip = roundTrip;
    this.#now = now;
    this.#span = { start: now(), bytes: 0 };
    windows.set(channel, this);
    // At once, although nothing is used up yet: it carries the TCP acknowledgement of the opening. Without that the
    // server's kernel (Nagle's algorithm, which sshd leaves on) holds a greeting back for 40 ms.
    this.#renew(smallest);
  }

  static of(channel: object): ReceiveWindow | undefined {
    return windows.get(channel);
  }

  /** @returns false where the server has sent a good deal more than it may */
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
    if (this.#used >= this.#size * portion) {
      this.#renew(this.#neededSize());
    }
  }

  /** Twice as large where the server may have to wait for us. */
  #neededSize(): number {
    const now = this.#now();
    const { start, bytes } = this.#span;
    const roundTrip = this.#roundTrip();
    if (now - start < Math.max(roundTrip, shortestSpan)) {
      return this.#size;
    }
    this.#span = { start: now, bytes: 0 };
    const inOneRoundTrip = (bytes / (now - start)) * roundTrip;
    return inOneRoundTrip < this.#size * muchOfIt ? this.#size : Math.min(this.#size * 2, largest);
  }

  #renew(size: number): void {
    const more = this.#used + size - this.#size;
    this.#grant(more);
    this.#open += more;
    this.#size = size;
    this.#used = 0;
  }
}
