// UMAC (RFC 4418), the message authentication code of umac-64 and umac-128 in OpenSSH: a universal hash of the message,
// encrypted with a pad that AES makes of the packet's number. No kept library has it. Sections are those of the RFC.
import { createCipheriv } from 'node:crypto';
import type { Cipher } from 'node:crypto';

/** In bytes. */
const blockSize = 16;
/** Of the key, in bytes. */
const keySize = 16;
/** Bytes that the first layer hashes at once (§5.2). */
const chunkSize = 1024;
/** NH takes this many bytes at a time, and the last chunk is padded to that (§5.2.1). */
const stripeSize = 32;
/** Above, §5.3.1 needs a prime of 128 bits. A packet of SSH has at most 256 KB. */
const maxMessageSize = 2 ** 24;

/** The primes of §5.3 and §5.4. */
const prime36 = 2 ** 36 - 5;
const prime64 = 2n ** 64n - 59n;
/** Words from here on may not be below the prime, and are hashed in two steps (§5.3.2). */
const maxWord = 2n ** 64n - 2n ** 32n;
const polyKeyMask = 0x01ff_ffff_01ff_ffffn;

/** 64 bits, in two halves: numbers are many times faster than bigints. */
interface Word64 {
  readonly high: number;
  readonly low: number;
}

/** The keys of one of the hashes, each of which makes four bytes of the tag. */
interface HashKeys {
  readonly nh: DataView;
  readonly poly: bigint;
  /** For pieces of 16 bits. The first half of §5.4's eight pieces is always zero here. */
  readonly inner: readonly [number, number, number, number];
  readonly mask: number;
}

export class Umac {
  readonly #pads: Cipher;
  readonly #tagSize: 8 | 16;
  readonly #hashes: readonly HashKeys[];

  /** @param tagSize in bytes: 8 for UMAC-64, 16 for UMAC-128 */
  constructor(key: Buffer, tagSize: 8 | 16) {
    const count = tagSize / 4;
    this.#tagSize = tagSize;
    this.#pads = aes(derive(key, 0, keySize));
    const nh = derive(key, 1, chunkSize + (count - 1) * blockSize);
    const poly = derive(key, 2, count * 24);
    const inner = derive(key, 3, count * 64);
    const masks = derive(key, 4, count * 4);
    const innerKey = (index: number, piece: number): number =>
      Number(inner.readBigUInt64BE(index * 64 + piece * 8) % BigInt(prime36));
    this.#hashes = Array.from({ length: count }, (_, index) => ({
      nh: viewOf(nh.subarray(index * blockSize, index * blockSize + chunkSize)),
      poly: poly.readBigUInt64BE(index * 24) & polyKeyMask,
      inner: [innerKey(index, 4), innerKey(index, 5), innerKey(index, 6), innerKey(index, 7)],
      mask: masks.readUInt32BE(index * 4),
    }));
  }

  /**
   * @param nonce of 8 bytes, not used before with this key
   * @throws RangeError for a message of more than 16 MB
   */
  tag(message: Buffer, nonce: Buffer): Buffer {
    if (message.length > maxMessageSize) {
      throw new RangeError(`UMAC: a message of ${message.length} bytes`);
    }
    const padded = Buffer.concat([message], roundUp(message.length, stripeSize));
    const tag = this.#pad(nonce);
    this.#hashes.forEach((keys, index) => {
      const hash = innerProduct(compress(padded, message.length, keys), keys);
      tag.writeUInt32BE((tag.readUInt32BE(index * 4) ^ hash) >>> 0, index * 4);
    });
    return tag;
  }

  /** PDF (§3.3). A block of AES has two pads of 8 bytes: the nonce's last bit says which. */
  #pad(nonce: Buffer): Buffer {
    const block = Buffer.alloc(blockSize);
    nonce.copy(block);
    if (this.#tagSize === blockSize) {
      return this.#pads.update(block);
    }
    const at = nonce.length - 1;
    const start = (block.readUInt8(at) & 1) * this.#tagSize;
    block.writeUInt8(block.readUInt8(at) & 0xfe, at);
    return this.#pads.update(block).subarray(start, start + this.#tagSize);
  }
}

/** The first two layers, L1-HASH and L2-HASH (§5.2, §5.3). */
function compress(padded: Buffer, length: number, { nh: key, poly }: HashKeys): Word64 {
  const view = viewOf(padded);
  const only = nh(key, view, 0, Math.min(length, chunkSize));
  if (length <= chunkSize) {
    return only;
  }
  let hash = polynomial(1n, poly, toBigInt(only));
  for (let at = chunkSize; at < length; at += chunkSize) {
    hash = polynomial(hash, poly, toBigInt(nh(key, view, at, Math.min(length - at, chunkSize))));
  }
  return { high: Number(hash >> 32n), low: Number(hash & 0xffff_ffffn) };
}

/** NH (§5.2.2) of a chunk, plus its length in bits (§5.2.1). */
function nh(key: DataView, data: DataView, start: number, length: number): Word64 {
  // Sums of products of halves of 16 bits: with at most 128 of them, exact in a number.
  let high = 0;
  let middle = 0;
  let low = length * 8;
  const size = roundUp(length, stripeSize);
  for (let stripe = 0; stripe < size; stripe += stripeSize) {
    for (let at = stripe; at < stripe + stripeSize / 2; at += 4) {
      const a = (data.getUint32(start + at, true) + key.getUint32(at)) >>> 0;
      const b = (data.getUint32(start + at + 16, true) + key.getUint32(at + 16)) >>> 0;
      const aHigh = a >>> 16;
      const aLow = a & 0xffff;
      const bHigh = b >>> 16;
      const bLow = b & 0xffff;
      high += aHigh * bHigh;
      middle += aHigh * bLow + aLow * bHigh;
      low += aLow * bLow;
    }
  }
  low += (middle % 2 ** 16) * 2 ** 16;
  return {
    high: (high + Math.floor(middle / 2 ** 16) + Math.floor(low / 2 ** 32)) % 2 ** 32,
    low: low % 2 ** 32,
  };
}

/** POLY (§5.3.2), one step. */
function polynomial(hash: bigint, key: bigint, word: bigint): bigint {
  if (word < maxWord) {
    return (key * hash + word) % prime64;
  }
  const marked = (key * hash + prime64 - 1n) % prime64;
  return (key * marked + word - (2n ** 64n - prime64)) % prime64;
}

/** The third layer, L3-HASH (§5.4). */
function innerProduct({ high, low }: Word64, { inner: [k1, k2, k3, k4], mask }: HashKeys): number {
  // Each product is below 2^52.
  const sum =
    (((high >>> 16) * k1) % prime36) +
    (((high & 0xffff) * k2) % prime36) +
    (((low >>> 16) * k3) % prime36) +
    (((low & 0xffff) * k4) % prime36);
  return (((sum % prime36) % 2 ** 32) ^ mask) >>> 0;
}

/** KDF (§3.2). */
function derive(key: Buffer, purpose: number, size: number): Buffer {
  const blocks = Buffer.alloc(roundUp(size, blockSize));
  for (let at = 0; at < blocks.length; at += blockSize) {
    blocks.writeUInt8(purpose, at + 7);
    blocks.writeUInt8(at / blockSize + 1, at + 15);
  }
  return aes(key).update(blocks).subarray(0, size);
}

function aes(key: Buffer): Cipher {
  return createCipheriv('aes-128-ecb', key, null).setAutoPadding(false);
}

/** To a positive multiple. */
function roundUp(size: number, unit: number): number {
  return Math.max(1, Math.ceil(size / unit)) * unit;
}

function toBigInt({ high, low }: Word64): bigint {
  return (BigInt(high) << 32n) | BigInt(low);
}

function viewOf({ buffer, byteOffset, length }: Buffer): DataView {
  return new DataView(buffer, byteOffset, length);
}
