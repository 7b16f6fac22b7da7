// How sntrup761 writes polynomials as bytes (draft-josefsson-ntruprime-streamlined §3).
import { p, q, q12 } from './field';

/** Below this, a number is passed on to the next round; above, its lowest byte is written. */
const limit = 16384;

/** Of a number modulo 3 divided by 3: rounded coefficients are multiples of 3. */
const roundedRange = (q + 2) / 3;

export const smallBytes = (p + 3) >> 2;
export const roundedBytes = 1007;
export const modularBytes = 1158;

/** Coefficients modulo q, as in a public key. */
export function encodeModular(polynomial: Int16Array): Buffer {
  return encode(
    Array.from(polynomial, (x) => x + q12),
    new Array<number>(p).fill(q),
  );
}

export function decodeModular(bytes: Uint8Array): Int16Array {
  return Int16Array.from(decode(bytes, new Array<number>(p).fill(q)), (x) => x - q12);
}

/** Multiples of 3, as in a ciphertext. */
export function encodeRounded(polynomial: Int16Array): Buffer {
  return encode(
    Array.from(polynomial, (x) => ((x + q12) * 10923) >> 15),
    new Array<number>(p).fill(roundedRange),
  );
}

export function decodeRounded(bytes: Uint8Array): Int16Array {
  return Int16Array.from(decode(bytes, new Array<number>(p).fill(roundedRange)), (x) => x * 3 - q12);
}

/** Coefficients -1, 0 and 1: four in a byte. */
export function encodeSmall(polynomial: Int8Array | Int16Array): Buffer {
  const bytes = Buffer.alloc(smallBytes);
  for (let i = 0; i < p; i++) {
    bytes[i >> 2] = (bytes[i >> 2] ?? 0) | (((polynomial[i] ?? 0) + 1) << (2 * (i & 3)));
  }
  return bytes;
}

export function decodeSmall(bytes: Uint8Array): Int8Array {
  return Int8Array.from({ length: p }, (_, i) => (((bytes[i >> 2] ?? 0) >> (2 * (i & 3))) & 3) - 1);
}

/** Each number is below the range at the same index. The bytes written depend on the ranges only. */
function encode(numbers: readonly number[], ranges: readonly number[]): Buffer {
  const bytes: number[] = [];
  let values = numbers;
  let limits = ranges;
  while (values.length > 1) {
    const nextValues: number[] = [];
    const nextLimits: number[] = [];
    for (let i = 0; i + 1 < values.length; i += 2) {
      const range = limits[i] ?? 0;
      let value = (values[i] ?? 0) + (values[i + 1] ?? 0) * range;
      let most = range * (limits[i + 1] ?? 0);
      while (most >= limit) {
        bytes.push(value & 255);
        value >>>= 8;
        most = (most + 255) >>> 8;
      }
      nextValues.push(value);
      nextLimits.push(most);
    }
    if (values.length % 2 === 1) {
      nextValues.push(values.at(-1) ?? 0);
      nextLimits.push(limits.at(-1) ?? 0);
    }
    values = nextValues;
    limits = nextLimits;
  }
  let value = values[0] ?? 0;
  for (let most = limits[0] ?? 0; most > 1; most = (most + 255) >>> 8) {
    bytes.push(value & 255);
    value >>>= 8;
  }
  return Buffer.from(bytes);
}

/** The opposite of encode(). What is read is public, so it may divide. */
function decode(bytes: Uint8Array, ranges: readonly number[]): readonly number[] {
  if (ranges.length === 1) {
    const [range = 1] = ranges;
    const value = (bytes[0] ?? 0) + (range > 256 ? 256 * (bytes[1] ?? 0) : 0);
    return [value % range];
  }
  let at = 0;
  const low: { readonly value: number; readonly range: number }[] = [];
  const nextRanges: number[] = [];
  for (let i = 0; i + 1 < ranges.length; i += 2) {
    let most = (ranges[i] ?? 0) * (ranges[i + 1] ?? 0);
    let value = 0;
    let range = 1;
    while (most >= limit) {
      value += range * (bytes[at] ?? 0);
      at += 1;
      range *= 256;
      most = (most + 255) >>> 8;
    }
    low.push({ value, range });
    nextRanges.push(most);
  }
  if (ranges.length % 2 === 1) {
    nextRanges.push(ranges.at(-1) ?? 0);
  }
  const high = decode(bytes.subarray(at), nextRanges);
  const numbers = low.flatMap(({ value, range }, i) => {
    const both = value + range * (high[i] ?? 0);
    const first = ranges[2 * i] ?? 1;
    return [both % first, Math.floor(both / first) % (ranges[2 * i + 1] ?? 1)];
  });
  return ranges.length % 2 === 1 ? [...numbers, high.at(-1) ?? 0] : numbers;
}
