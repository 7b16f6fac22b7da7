// Reads 256 KB at a time from the SSH socket, into one reused buffer. Node's own reads are of 64 KB, each into a new
// buffer, which makes a download cost a fifth more.
import type { OnReadOpts, Socket } from 'node:net';

const reusedSize = 256 * 1024;
/** The size of Node's own reads. */
const newSize = 64 * 1024;

const known = new WeakMap<object, LargeReads>();

export class LargeReads {
  #reused: Buffer | undefined;
  #socket: Socket | undefined;
  #isReuseAllowed = false;

  /** Pass them to net.connect(). */
  readonly options: OnReadOpts = {
    buffer: () =>
      this.#isReuseAllowed ? (this.#reused ??= Buffer.allocUnsafe(reusedSize)) : Buffer.allocUnsafe(newSize),
    callback: (size, buffer) => this.#received(Buffer.from(buffer.buffer, buffer.byteOffset, size)),
  };

  static of(transport: object): LargeReads | undefined {
    return known.get(transport);
  }

  /** Attaches the socket that was created with the options. Until `reuse` is set, it behaves like any other socket. */
  attach(socket: Socket): void {
    this.#socket = socket;
    known.set(socket, this);
  }

  /**
   * Whether the `data` listeners are finished with a piece when they return. Of ssh2's ciphers, only AES-GCM is: the
   * others, and the key exchange before them, hold on to parts of the data. While set, the socket must not be paused.
   */
  set reuse(allowed: boolean) {
    this.#isReuseAllowed = allowed;
  }

  /** @returns whether to go on reading */
  #received(data: Buffer): boolean {
    if (data.buffer === this.#reused?.buffer) {
      this.#socket?.emit('data', data);
      return true;
    }
    return this.#socket?.push(data) ?? true;
  }
}
