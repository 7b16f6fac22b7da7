// Private keys from the numbers that OpenSSH's and PuTTY's formats store.
import { createPrivateKey } from 'node:crypto';
import type { JsonWebKey, KeyObject } from 'node:crypto';
import { requireRsaSize, unusableType } from '../privateKey';
import { lengthInBits, WireReader } from '../wire';

/** Big-endian, with or without a leading zero for the sign. */
export type KeyNumbers =
  | { readonly type: 'rsa'; readonly d: Buffer; readonly p: Buffer; readonly q: Buffer; readonly qi: Buffer }
  | { readonly type: 'ecdsa'; readonly d: Buffer }
  /** RFC 8032 §5.1.5: 32 bytes. */
  | { readonly type: 'ed25519'; readonly seed: Buffer };

/**
 * @param blob the public key
 * @throws UnusableKey for a type of key that isn't supported
 * @throws Error for numbers that aren't a key
 */
export function keyOfNumbers(blob: Buffer, numbers: KeyNumbers): KeyObject {
  return createPrivateKey({ key: jwkOf(blob, numbers), format: 'jwk' });
}

function jwkOf(blob: Buffer, numbers: KeyNumbers): JsonWebKey {
  const reader = new WireReader(blob);
  const type = reader.text();
  if (type === 'ssh-rsa' && numbers.type === 'rsa') {
    const [e, n] = [reader.string(), reader.string()];
    const { d, p, q, qi } = numbers;
    for (const number of [n, e, d, p, q, qi]) {
      requireRsaSize(lengthInBits(number));
    }
    const reduced = (prime: Buffer): Buffer => fromBigInt(toBigInt(d) % (toBigInt(prime) - 1n));
    const jwk: JsonWebKey = { kty: 'RSA' };
    for (const [name, number] of Object.entries({ n, e, d, p, q, dp: reduced(p), dq: reduced(q), qi })) {
      jwk[name] = base64url(unsigned(number));
    }
    return jwk;
  }
  if (type === 'ssh-ed25519' && numbers.type === 'ed25519') {
    return { kty: 'OKP', crv: 'Ed25519', x: base64url(reader.string()), d: base64url(numbers.seed) };
  }
  if (/^ecdsa-sha2-nistp(256|384|521)$/.test(type) && numbers.type === 'ecdsa') {
    const curve = reader.text().replace('nistp', 'P-');
    const point = reader.string().subarray(1);
    const half = point.length / 2;
    return {
      kty: 'EC',
      crv: curve,
      d: base64url(leftPadded(unsigned(numbers.d), half)),
      x: base64url(point.subarray(0, half)),
      y: base64url(point.subarray(half)),
    };
  }
  throw unusableType(type);
}

function base64url(bytes: Buffer): string {
  return bytes.toString('base64url');
}

/** A number without leading zeros. */
function unsigned(bytes: Buffer): Buffer {
  const start = bytes.findIndex((byte) => byte !== 0);
  return start < 0 ? Buffer.alloc(0) : bytes.subarray(start);
}

function leftPadded(bytes: Buffer, length: number): Buffer {
  return Buffer.concat([Buffer.alloc(Math.max(0, length - bytes.length)), bytes]);
}

function toBigInt(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex') || '0'}`);
}

function fromBigInt(value: bigint): Buffer {
  const hex = value.toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
}
