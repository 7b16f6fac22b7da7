// Verifies signatures in SSH's wire format, such as that of a certificate (RFC 4253 §6.6, RFC 5656 §3.1.2, RFC 8332,
// RFC 8709 §6, OpenSSH's PROTOCOL.u2f). ssh2 can verify neither those of security keys nor its own with SHA-2 for RSA.
import { createHash, createPublicKey, verify } from 'node:crypto';
import type { JsonWebKey, KeyObject } from 'node:crypto';
import { minRsaBits } from './publicKey';
import { lengthInBits, WireReader } from './wire';

/** SSHBUF_MAX_BIGNUM of OpenSSH, in bits. */
const maxRsaBits = 16384;

interface Curve {
  readonly jwk: string;
  /** Bytes of a coordinate. */
  readonly size: number;
  readonly hash: string;
}

/** By the names of RFC 5656 §10.1. */
const curves: ReadonlyMap<string, Curve> = new Map([
  ['nistp256', { jwk: 'P-256', size: 32, hash: 'sha256' }],
  ['nistp384', { jwk: 'P-384', size: 48, hash: 'sha384' }],
  ['nistp521', { jwk: 'P-521', size: 66, hash: 'sha512' }],
]);

const rsaHashes: ReadonlyMap<string, string> = new Map([
  ['rsa-sha2-512', 'sha512'],
  ['rsa-sha2-256', 'sha256'],
  ['ssh-rsa', 'sha1'],
]);

/** A public key that can verify signatures. */
type VerifyingKey =
  | { readonly kind: 'rsa'; readonly key: KeyObject; readonly size: number }
  | { readonly kind: 'ed25519'; readonly key: KeyObject; readonly application?: Buffer }
  | { readonly kind: 'ecdsa'; readonly key: KeyObject; readonly curve: Curve; readonly application?: Buffer };

/**
 * Whether a blob is a whole public key that can verify signatures: its numbers have the right lengths and its point is
 * on the curve.
 */
export function isValidPublicKey(blob: Buffer): boolean {
  return readKey(blob) !== undefined;
}

/** The algorithm that a signature names, such as `rsa-sha2-256`. undefined: it is malformed. */
export function signatureAlgorithm(signature: Buffer): string | undefined {
  try {
    return new WireReader(signature).string().toString('latin1');
  } catch {
    return undefined;
  }
}

/**
 * Whether a signature of some data is right, by any algorithm of the key, including SHA-1 for RSA: the caller decides
 * about the algorithm. A malformed key or signature is wrong.
 * @param blob a plain key
 */
export function isSignatureValid(blob: Buffer, data: Buffer, signature: Buffer): boolean {
  try {
    const key = readKey(blob);
    return (
      key !== undefined && verifies(key, keyTypeOf(blob), data, new WireReader(signature), signature.length)
    );
  } catch {
    // The signature is truncated, or this system's crypto refuses the key or the hash.
    return false;
  }
}

function keyTypeOf(blob: Buffer): string {
  return new WireReader(blob).string().toString('latin1');
}

function verifies(
  key: VerifyingKey,
  type: string,
  data: Buffer,
  reader: WireReader,
  length: number,
): boolean {
  const algorithm = reader.string().toString('latin1');
  const value = reader.string();
  const signed = 'application' in key ? signedBySecurityKey(key.application, data, reader) : data;
  if (reader.position !== length) {
    return false;
  }
  if (key.kind === 'rsa') {
    const hash = rsaHashes.get(algorithm);
    // OpenSSH accepts a signature without its leading zeros.
    return (
      hash !== undefined &&
      value.length <= key.size &&
      verify(hash, signed, key.key, Buffer.concat([Buffer.alloc(key.size - value.length), value]))
    );
  }
  if (algorithm !== type) {
    return false;
  }
  return key.kind === 'ed25519'
    ? value.length === 64 && verify(undefined, signed, key.key, value)
    : verifiesEcdsa(key.key, key.curve, signed, value);
}

function verifiesEcdsa(key: KeyObject, { size, hash }: Curve, data: Buffer, value: Buffer): boolean {
  const reader = new WireReader(value);
  const numbers = [reader.string(), reader.string()].map((number) => magnitude(number, size));
  const [r, s] = numbers;
  return (
    reader.position === value.length &&
    r !== undefined &&
    s !== undefined &&
    verify(hash, data, { key, dsaEncoding: 'ieee-p1363' }, Buffer.concat([r, s]))
  );
}

/** PROTOCOL.u2f, "SSH U2F signatures": what the device has signed. */
function signedBySecurityKey(application: Buffer | undefined, data: Buffer, reader: WireReader): Buffer {
  const sha256 = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();
  if (application === undefined) {
    return data;
  }
  const start = Buffer.of(reader.byte(), 0, 0, 0, 0);
  start.writeUInt32BE(reader.uint32(), 1);
  return Buffer.concat([sha256(application), start, sha256(data)]);
}

/** @returns undefined if it is malformed, or of a type that can't verify signatures */
function readKey(blob: Buffer): VerifyingKey | undefined {
  try {
    const reader = new WireReader(blob);
    const type = reader.string().toString('latin1');
    const key = readFields(type, reader);
    return reader.position === blob.length ? key : undefined;
  } catch {
    return undefined;
  }
}

function readFields(type: string, reader: WireReader): VerifyingKey | undefined {
  switch (type) {
    case 'ssh-ed25519':
      return { kind: 'ed25519', key: readEd25519(reader) };
    case 'sk-ssh-ed25519@openssh.com':
      return { kind: 'ed25519', key: readEd25519(reader), application: reader.string() };
    case 'sk-ecdsa-sha2-nistp256@openssh.com': {
      const point = readPoint('nistp256', reader);
      return point && { kind: 'ecdsa', ...point, application: reader.string() };
    }
    case 'ssh-rsa':
      return readRsa(reader);
    default: {
      const curve = /^ecdsa-sha2-(nistp\d+)$/.exec(type)?.[1];
      const point = curve === undefined ? undefined : readPoint(curve, reader);
      return point && { kind: 'ecdsa', ...point };
    }
  }
}

function readEd25519(reader: WireReader): KeyObject {
  const bytes = reader.string();
  if (bytes.length !== 32) {
    throw new RangeError('an Ed25519 key has 32 bytes');
  }
  return importKey({ kty: 'OKP', crv: 'Ed25519', x: base64Url(bytes) });
}

function readPoint(name: string, reader: WireReader): { key: KeyObject; curve: Curve } | undefined {
  const curve = curves.get(name);
  const nameOfBlob = reader.string().toString('latin1');
  const point = reader.string();
  if (!curve || nameOfBlob !== name || point.length !== 1 + 2 * curve.size || point[0] !== 4) {
    return undefined;
  }
  const [x, y] = [point.subarray(1, 1 + curve.size), point.subarray(1 + curve.size)].map(base64Url);
  return { key: importKey({ kty: 'EC', crv: curve.jwk, x: x ?? '', y: y ?? '' }), curve };
}

function readRsa(reader: WireReader): VerifyingKey | undefined {
  const [exponent, modulus] = [reader.string(), reader.string()].map((number) => magnitude(number));
  const bits = modulus ? lengthInBits(modulus) : 0;
  // With the exponent 1, which OpenSSL and OpenSSH accept, anyone can sign.
  const isExponent = exponent !== undefined && lengthInBits(exponent) > 1 && (exponent.at(-1) ?? 0) % 2 === 1;
  return isExponent && modulus && bits >= minRsaBits && bits <= maxRsaBits
    ? {
        kind: 'rsa',
        key: importKey({ kty: 'RSA', n: base64Url(modulus), e: base64Url(exponent) }),
        size: Math.ceil(bits / 8),
      }
    : undefined;
}

/**
 * The bytes of an mpint (RFC 4251 §5), without leading zeros or filled up to a size.
 * @returns undefined if it is negative or too long
 */
function magnitude(number: Buffer, size?: number): Buffer | undefined {
  const start = number.findIndex((byte) => byte !== 0);
  const bytes = start < 0 ? Buffer.alloc(0) : number.subarray(start);
  if ((number[0] ?? 0) >= 0x80 || bytes.length > (size ?? Infinity)) {
    return undefined;
  }
  return size === undefined ? bytes : Buffer.concat([Buffer.alloc(size - bytes.length), bytes]);
}

function base64Url(bytes: Buffer): string {
  return bytes.toString('base64url');
}

function importKey(key: JsonWebKey): KeyObject {
  return createPublicKey({ key, format: 'jwk' });
}
