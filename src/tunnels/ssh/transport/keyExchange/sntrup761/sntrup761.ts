// Streamlined NTRU Prime sntrup761, a key encapsulation mechanism for which no attack by a quantum computer is known
// (draft-josefsson-ntruprime-streamlined, which RFC 9941 uses). Compatible with OpenSSH's sntrup761.c.
import { createHash, randomBytes } from 'node:crypto';
import {
  decodeModular,
  decodeRounded,
  decodeSmall,
  encodeModular,
  encodeRounded,
  encodeSmall,
  modularBytes,
  roundedBytes,
  smallBytes,
} from './encoding';
import {
  modulo3,
  moduloQ,
  multiplyBySmall,
  negativeMask,
  nonZeroMask,
  p,
  reciprocalModulo3,
  reciprocalOf3,
  w,
} from './field';

const hashBytes = 32;

const publicKeyBytes = modularBytes;
export const ciphertextBytes = roundedBytes + hashBytes;
/** f, 1/g, the public key, what decides about a wrong ciphertext's secret, and the hash of the public key. */
const secretKeyBytes = 2 * smallBytes + publicKeyBytes + smallBytes + hashBytes;

export interface KeyPair {
  readonly publicKey: Buffer;
  readonly secretKey: Buffer;
}

export interface Encapsulated {
  readonly ciphertext: Buffer;
  /** 32 bytes. */
  readonly sharedSecret: Buffer;
}

/** @param random returns so many bytes */
export type RandomSource = (bytes: number) => Buffer;

export function generateKeyPair(random: RandomSource = randomBytes): KeyPair {
  let g: Int8Array;
  let inverse: Int16Array | undefined;
  do {
    g = randomSmall(random);
    inverse = reciprocalModulo3(g);
  } while (!inverse);
  const f = randomShort(random);
  // Every short polynomial has one.
  const scaled = reciprocalOf3(f) ?? new Int16Array(p);
  const publicKey = encodeModular(multiplyBySmall(scaled, g, moduloQ));
  const secretKey = Buffer.concat([
    encodeSmall(f),
    encodeSmall(inverse),
    publicKey,
    random(smallBytes),
    hash(4, publicKey),
  ]);
  wipe(g, inverse, f, scaled);
  return { publicKey, secretKey };
}

/**
 * What a server does.
 * @throws RangeError if the key has not 1158 bytes
 */
export function encapsulate(publicKey: Buffer, random: RandomSource = randomBytes): Encapsulated {
  checkLength('public key', publicKey, publicKeyBytes);
  const input = randomShort(random);
  const { ciphertext, encoded } = hide(input, publicKey, hash(4, publicKey));
  const sharedSecret = sessionHash(1, encoded, ciphertext);
  wipe(input, encoded);
  return { ciphertext, sharedSecret };
}

/**
 * What a client does. A ciphertext that was not made for the key leads to a secret that nobody knows, as it has to: to
 * tell would give away the key.
 * @returns 32 bytes
 * @throws RangeError if the ciphertext has not 1039 bytes, or the key not 1763
 */
export function decapsulate(ciphertext: Buffer, secretKey: Buffer): Buffer {
  checkLength('ciphertext', ciphertext, ciphertextBytes);
  checkLength('secret key', secretKey, secretKeyBytes);
  const publicKey = secretKey.subarray(2 * smallBytes, 2 * smallBytes + publicKeyBytes);
  const rest = secretKey.subarray(2 * smallBytes + publicKeyBytes);
  const input = decrypt(ciphertext, secretKey);
  const again = hide(input, publicKey, rest.subarray(smallBytes));
  const wrong = differenceMask(ciphertext, again.ciphertext);
  const { encoded } = again;
  for (let i = 0; i < smallBytes; i++) {
    const right = encoded[i] ?? 0;
    encoded[i] = right ^ (wrong & (right ^ (rest[i] ?? 0)));
  }
  const secret = sessionHash(1 + wrong, encoded, ciphertext);
  wipe(input, encoded, again.ciphertext);
  return secret;
}

/** @returns a short polynomial: a fixed one if the ciphertext leads to none */
function decrypt(ciphertext: Buffer, secretKey: Buffer): Int8Array {
  const f = decodeSmall(secretKey.subarray(0, smallBytes));
  const inverse = decodeSmall(secretKey.subarray(smallBytes, 2 * smallBytes));
  const product = multiplyBySmall(decodeRounded(ciphertext.subarray(0, roundedBytes)), f, moduloQ);
  for (let i = 0; i < p; i++) {
    product[i] = modulo3(moduloQ(3 * (product[i] ?? 0)));
  }
  const small = multiplyBySmall(product, inverse, modulo3);
  let weight = 0;
  for (const coefficient of small) {
    weight += coefficient & 1;
  }
  const wrong = nonZeroMask(weight - w);
  const short = new Int8Array(p);
  for (let i = 0; i < p; i++) {
    const otherwise = i < w ? 1 : 0;
    short[i] = (((small[i] ?? 0) ^ otherwise) & ~wrong) ^ otherwise;
  }
  wipe(f, inverse, product, small);
  return short;
}

/** Encrypts a short polynomial, and adds a hash that proves that its owner knows it. */
function hide(
  input: Int8Array,
  publicKey: Buffer,
  keyHash: Buffer,
): { readonly ciphertext: Buffer; readonly encoded: Buffer } {
  const encoded = encodeSmall(input);
  const product = multiplyBySmall(decodeModular(publicKey), input, moduloQ);
  for (let i = 0; i < p; i++) {
    const coefficient = product[i] ?? 0;
    product[i] = coefficient - modulo3(coefficient);
  }
  const ciphertext = Buffer.concat([encodeRounded(product), hash(2, hash(3, encoded), keyHash)]);
  wipe(product);
  return { ciphertext, encoded };
}

function sessionHash(prefix: number, encoded: Buffer, ciphertext: Buffer): Buffer {
  return hash(prefix, hash(3, encoded), ciphertext);
}

/** The first half of SHA-512. */
function hash(prefix: number, ...parts: readonly Buffer[]): Buffer {
  const digest = createHash('sha512').update(Buffer.of(prefix));
  for (const part of parts) {
    digest.update(part);
  }
  return digest.digest().subarray(0, hashBytes);
}

/** -1 if they differ, else 0. */
function differenceMask(a: Buffer, b: Buffer): number {
  let differing = 0;
  for (let i = 0; i < ciphertextBytes; i++) {
    differing |= (a[i] ?? 0) ^ (b[i] ?? 0);
  }
  return nonZeroMask(differing);
}

/** Coefficients -1, 0 and 1, at random. */
function randomSmall(random: RandomSource): Int8Array {
  const bytes = random(4 * p);
  const small = new Int8Array(p);
  for (let i = 0; i < p; i++) {
    // The upper two bits of three times a number of 30 bits.
    const number = bytes.readUInt32LE(4 * i) & 0x3fffffff;
    small[i] = Math.floor((number * 3) / 0x40000000) - 1;
  }
  bytes.fill(0);
  return small;
}

/** The same with w of them not 0: in an order that sorting random numbers makes. */
function randomShort(random: RandomSource): Int8Array {
  const bytes = random(4 * p);
  const numbers = new Int32Array(p);
  for (let i = 0; i < p; i++) {
    const number = bytes.readInt32LE(4 * i);
    // The lowest bits become the coefficient: 0 or 2 for -1 and 1, and 1 for 0. The highest is for an unsigned order.
    numbers[i] = (i < w ? number & ~1 : (number & ~3) | 1) ^ 0x80000000;
  }
  sort(numbers);
  const short = Int8Array.from(numbers, (number) => (number & 3) - 1);
  wipe(numbers);
  bytes.fill(0);
  return short;
}

/** A sorting network, which compares the same pairs whatever the numbers are (https://sorting.cr.yp.to). */
function sort(numbers: Int32Array): void {
  const { length } = numbers;
  let top = 1;
  while (top < length - top) {
    top += top;
  }
  for (let span = top; span >= 1; span >>= 1) {
    for (let i = 0; i < length - span; i++) {
      if ((i & span) === 0) {
        order(numbers, i, i + span);
      }
    }
    for (let further = top; further > span; further >>= 1) {
      for (let i = 0; i < length - further; i++) {
        if ((i & span) === 0) {
          order(numbers, i + span, i + further);
        }
      }
    }
  }
}

function order(numbers: Int32Array, lower: number, upper: number): void {
  const a = numbers[lower] ?? 0;
  const b = numbers[upper] ?? 0;
  // The sign of b - a, also where the difference needs 33 bits.
  const difference = (b - a) | 0;
  const overflow = (b ^ a) & (difference ^ b);
  const swap = negativeMask(difference ^ overflow) & (a ^ b);
  numbers[lower] = a ^ swap;
  numbers[upper] = b ^ swap;
}

function checkLength(what: string, bytes: Buffer, expected: number): void {
  if (bytes.length !== expected) {
    throw new RangeError(`sntrup761: a ${what} of ${bytes.length} instead of ${expected} bytes`);
  }
}

function wipe(...secrets: readonly { fill: (value: number) => unknown }[]): void {
  for (const secret of secrets) {
    secret.fill(0);
  }
}
