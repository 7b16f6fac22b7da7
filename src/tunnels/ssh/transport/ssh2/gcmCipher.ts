// Encrypts AES-GCM packets (RFC 5647) with less work than ssh2: one scratch buffer instead of a new buffer for each
// packet, and padding from a pool of random bytes instead of a system call. Makes an upload a tenth cheaper. The same
// for receiving gained nothing.
import { createCipheriv, createSecretKey, randomFillSync } from 'node:crypto';
import type { Client } from 'ssh2';
import { gcmCipherOf } from './ssh2Internals';

const lengthSize = 4;
const blockSize = 16;
/** The longest packet that ssh2 makes of the 32 KB that a server accepts at once. Longer ones are allocated. */
const scratchSize = 36 * 1024;
/** Below this size, an allocation from Node's pool is as cheap as the scratch buffer. */
const smallPacket = 2048;

/** Call it at the end of each key exchange, when ssh2 has created a new cipher. Other ciphers stay unchanged. */
export function replaceGcmCipher(client: Client): void {
  const cipher = gcmCipherOf(client);
  if (!cipher) {
    return;
  }
  const key = createSecretKey(cipher._encKey);
  const scratch = Buffer.allocUnsafe(scratchSize);
  const padding = new PaddingSupply();
  // ssh2 fills and encrypts a packet before it allocates the next one.
  cipher.allocPacket = (payloadSize) => {
    const unpadded = 1 + payloadSize;
    const leastPadding = blockSize - (unpadded % blockSize);
    const paddingSize = leastPadding < 4 ? leastPadding + blockSize : leastPadding;
    const size = lengthSize + unpadded + paddingSize;
    const fits = size >= smallPacket && size <= scratch.length;
    const packet = fits ? scratch.subarray(0, size) : Buffer.allocUnsafe(size);
    packet.writeUInt32BE(size - lengthSize, 0);
    packet[lengthSize] = paddingSize;
    padding.fill(packet, size - paddingSize);
    return packet;
  };
  cipher.encrypt = (packet) => {
    if (cipher._dead) {
      return;
    }
    const sealing = createCipheriv(cipher._encSSLName, key, cipher._encIV);
    // Copied: the socket may hold it for a while, but the scratch buffer is reused at once.
    const length = Buffer.from(packet.subarray(0, lengthSize));
    sealing.setAAD(length);
    const sealed = sealing.update(packet.subarray(lengthSize));
    sealing.final();
    cipher._onWrite(length);
    cipher._onWrite(sealed);
    cipher._onWrite(sealing.getAuthTag());
    increment(cipher._encIV);
    cipher.outSeqno = (cipher.outSeqno + 1) >>> 0;
  };
}

/** Random bytes, generated one memory page at a time. */
class PaddingSupply {
  readonly #bytes = Buffer.allocUnsafe(4096);
  #at = this.#bytes.length;

  fill(packet: Buffer, from: number): void {
    const size = packet.length - from;
    if (this.#at + size > this.#bytes.length) {
      randomFillSync(this.#bytes);
      this.#at = 0;
    }
    this.#bytes.copy(packet, from, this.#at, this.#at + size);
    this.#at += size;
  }
}

/** Increments the invocation counter, the last eight bytes (RFC 5647 §7.1). */
function increment(iv: Buffer): void {
  for (let at = iv.length - 1; at >= 4; at--) {
    const next = ((iv[at] ?? 0) + 1) & 0xff;
    iv[at] = next;
    if (next !== 0) {
      return;
    }
  }
}
