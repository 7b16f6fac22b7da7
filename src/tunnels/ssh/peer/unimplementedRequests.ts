// Answers of servers that know no global requests, such as tinysshd: SSH_MSG_UNIMPLEMENTED with the number of the packet
// (RFC 4253 §11.4), for which ssh2 goes on waiting. They count as SSH_MSG_REQUEST_FAILURE.
import type { Client } from 'ssh2';
import { Fields } from './messageNumbers';

type Callback = () => void;

interface Internals {
  readonly _protocol?: {
    /** Replaced in every key exchange. The number is that of the next packet. */
    readonly _cipher: { readonly outSeqno: number };
  };
  /** One for each unanswered global request, the oldest first. */
  readonly _callbacks: Callback[];
}

export class UnimplementedRequests {
  readonly #internals: Internals;
  /** The number of the first packet that may be the request. */
  readonly #numbers = new WeakMap<Callback, number>();

  /** @param client that has begun to connect */
  constructor(client: Client) {
    const internals = client as unknown as Internals;
    this.#internals = internals;
    const callbacks = internals._callbacks;
    callbacks.push = (...added) => {
      for (const callback of added) {
        this.#numbers.set(callback, this.#nextNumber);
      }
      return Array.prototype.push.apply(callbacks, added);
    };
  }

  /** Whether SSH_MSG_UNIMPLEMENTED is about the oldest unanswered request. Servers answer in order. */
  isAnswer(unimplemented: Buffer): boolean {
    const [oldest] = this.#internals._callbacks;
    const first = oldest && this.#numbers.get(oldest);
    const rejected = new Fields(unimplemented).uint32();
    // tinysshd reports the number after it.
    return first !== undefined && rejected !== undefined && rejected >= first && rejected <= this.#nextNumber;
  }

  get #nextNumber(): number {
    return this.#internals._protocol?._cipher.outSeqno ?? 0;
  }
}
