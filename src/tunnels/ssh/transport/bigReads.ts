// Reads from the SSH socket 256 KB at a time, into one buffer that is used again: Node's own reads are of 64 KB, each
// into a new one, which makes a download cost a fifth more.
import type { OnReadOpts, Socket } from 'node:net';

const reusedSize = 256 * 1024;
/** Node's own. */
const newSize = 64 * 1024;

const known = new WeakMap<object, BigReads>();

export class BigReads {
  #reused: Buffer | undefined;
  #socket: Socket | undefined;
  #reusing = false;

  /** For net.connect(). */
  readonly options: OnReadOpts = {
    buffer: () =>
      this.#reusing ? (this.#reused ??= Buffer.allocUnsafe(reusedSize)) : Buffer.allocUnsafe(newSize),
    callback: (size, buffer) => this.#arrived(Buffer.from(buffer.buffer, buffer.byteOffset, size)),
  };

  static of(transport: object): BigReads | undefined {
    return known.get(transport);
  }

  /** The socket that was made with the options; until `reuse` it behaves like any other. */
  serve(socket: Socket): void {
    this.#socket = socket;
    known.set(socket, this);
  }

  /**
   * Whether those who listen to `data` are done with a piece when they return. Of ssh2's ciphers only AES-GCM is: the
   * others, and the key exchange before them, keep parts of what came. Nobody may pause the socket from then on.
   */
  set reuse(allowed: boolean) {
    this.#reusing = allowed;
  }

  /** @returns whether to go on reading */
  #arrived(data: Buffer): boolean {
    if (data.buffer === this.#reused?.buffer) {
      this.#socket?.emit('data', data);
      return true;
    }
    return this.#socket?.push(data) ?? true;
  }
}
