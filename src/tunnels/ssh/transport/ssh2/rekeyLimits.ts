// Decides when to renew the keys of a connection, as often as OpenSSH's ssh_packet_need_rekeying() in packet.c does: by
// RekeyLimit, and in any case before a cipher has encrypted too much with one key. ssh2 leaves that to the server.
import type { RekeyLimit } from '../../config/hostConfig';
import { maxTimerSeconds } from '../../../util/timeOuts';

export interface RekeyLimitsOptions {
  readonly limit: RekeyLimit;
  /** A limit is reached: nothing more should be sent with these keys. A packet may be half written. */
  readonly onDue: () => void;
  /** Called soon after, when no packet is half written. Starts a key exchange, unless one is running. */
  readonly rekey: () => void;
  /** Milliseconds since any fixed time. Default: performance.now(). */
  readonly now?: () => number;
}

/** The cipher of each direction: to the server, and from it. */
interface NewKeys {
  readonly cs: { readonly cipher: string };
  readonly sc: { readonly cipher: string };
}

const gibibyte = 2 ** 30;

/**
 * Bytes that one key may encrypt: 2^32 blocks of 16 bytes, or 1 GB with smaller blocks; ssh_set_newkeys() in OpenSSH's
 * packet.c. 2^31 packets come after that: the shortest has 36 bytes.
 */
function cipherLimit(cipher: string): number {
  return /^(chacha20|3des|blowfish|cast128|arcfour)/.test(cipher) ? gibibyte : 64 * gibibyte;
}

export class RekeyLimits implements Disposable {
  readonly #limit: RekeyLimit;
  readonly #onDue: () => void;
  readonly #rekey: () => void;
  readonly #now: () => number;
  readonly #most = { sent: Infinity, received: Infinity };
  readonly #bytes = { sent: 0, received: 0 };
  #since: number;
  #timer: NodeJS.Timeout | undefined;
  #isLoggedIn = false;
  #isDue = false;
  #isOver = false;

  constructor({ limit, onDue, rekey, now = () => performance.now() }: RekeyLimitsOptions) {
    this.#limit = limit;
    this.#onDue = onDue;
    this.#rekey = rekey;
    this.#now = now;
    this.#since = now();
  }

  /** Call it at the end of each key exchange, before anything is sent with the new keys. */
  newKeys({ cs, sc }: NewKeys): void {
    const { bytes = Infinity } = this.#limit;
    this.#most.sent = Math.min(cipherLimit(cs.cipher), bytes);
    this.#most.received = Math.min(cipherLimit(sc.cipher), bytes);
    this.#bytes.sent = 0;
    this.#bytes.received = 0;
    this.#since = this.#now();
    this.#isDue = false;
    this.#startTimer();
  }

  /** Call it after the login: OpenSSH renews no keys before. */
  loggedIn(): void {
    this.#isLoggedIn = true;
    this.#startTimer();
    this.#check();
  }

  sent(bytes: number): void {
    this.#bytes.sent += bytes;
    this.#check();
  }

  received(bytes: number): void {
    this.#bytes.received += bytes;
    this.#check();
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  #startTimer(): void {
    const { seconds } = this.#limit;
    clearTimeout(this.#timer);
    if (seconds !== undefined && this.#isLoggedIn && !this.#isOver) {
      const left = seconds * 1000 - (this.#now() - this.#since);
      this.#timer = setTimeout(this.#onTime, Math.min(Math.max(left, 1), maxTimerSeconds * 1000)).unref();
    }
  }

  readonly #onTime = (): void => {
    this.#check();
    if (!this.#isTimeOver) {
      this.#startTimer();
    }
  };

  get #isTimeOver(): boolean {
    const { seconds } = this.#limit;
    return seconds !== undefined && this.#now() - this.#since >= seconds * 1000;
  }

  get #isNeeded(): boolean {
    const { sent, received } = this.#bytes;
    // An idle connection keeps its keys: the next packet renews them.
    const isUsed = sent > 0 || received > 0;
    return isUsed && (this.#isTimeOver || sent > this.#most.sent || received > this.#most.received);
  }

  #check(): void {
    if (this.#isDue || !this.#isLoggedIn || this.#isOver || !this.#isNeeded) {
      return;
    }
    this.#isDue = true;
    this.#onDue();
    // ssh2 writes a packet in several pieces.
    setImmediate(() => {
      if (!this.#isOver && this.#isDue) {
        this.#rekey();
      }
    });
  }
}
