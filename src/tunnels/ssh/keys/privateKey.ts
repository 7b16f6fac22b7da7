// Private keys that sign in SSH's formats (RFC 4253 §6.6, RFC 5656 §3.1, RFC 8332, RFC 8709).
import { createPublicKey, sign } from 'node:crypto';
import type { JsonWebKey, KeyObject, SignKeyObjectInput } from 'node:crypto';
import type { KeyDefect } from '../../errors/ssh/keys/keyOrAgent';
import { mpint, wireString } from './wire';

export interface PrivateKey {
  /** The public key. */
  readonly blob: Buffer;
  /**
   * In another thread: with 16384 bits, RSA takes a second.
   * @param algorithm for RSA keys `rsa-sha2-512`, `rsa-sha2-256` or `ssh-rsa`; for others the key's type
   * @throws Error if the algorithm is not one of this key, or the key is too short for it
   */
  sign(data: Buffer, algorithm: string): Promise<Buffer>;
  /** The private key itself, in DER. */
  toPkcs8(): Buffer;
}

/** A private key as a file stores it. */
export interface LockedPrivateKey {
  readonly encrypted: boolean;
  /** The public key or a certificate. undefined: it isn't in clear. */
  readonly blob: Buffer | undefined;
  /**
   * @param passphrase not empty if the key is encrypted
   * @returns undefined when the passphrase is wrong
   * @throws UnusableKey
   */
  open(passphrase: string): KeyObject | undefined;
}

/** A key can't be used with any passphrase. */
export class UnusableKey extends Error {
  readonly defect: KeyDefect;
  /** The public key: an agent may have the private one. */
  readonly blob: Buffer | undefined;

  constructor(defect: KeyDefect, blob?: Buffer) {
    super(`the key can't be used: ${defect.defect}`);
    this.name = 'UnusableKey';
    this.defect = defect;
    this.blob = blob;
  }
}

/**
 * @param blob the public key, for the error
 * @throws UnusableKey instead of any other error
 */
export function readOrUnusable<T>(read: () => T, blob?: Buffer): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnusableKey) {
      throw error.blob || !blob ? error : new UnusableKey(error.defect, blob);
    }
    // OpenSSL's words, such as "error:1E08010C:DECODER routines::unsupported", tell nobody anything.
    const isOpenSsl = error instanceof Error && 'library' in error;
    const text = error instanceof Error ? error.message : String(error);
    throw new UnusableKey({ defect: 'damaged', ...(!isOpenSsl && { error: text }) }, blob);
  }
}

/** By their names in OpenSSL. */
const curves: ReadonlyMap<string, { readonly name: string; readonly hash: string }> = new Map([
  ['prime256v1', { name: 'nistp256', hash: 'sha256' }],
  ['secp384r1', { name: 'nistp384', hash: 'sha384' }],
  ['secp521r1', { name: 'nistp521', hash: 'sha512' }],
]);

const rsaHashes: ReadonlyMap<string, string> = new Map([
  ['rsa-sha2-512', 'sha512'],
  ['rsa-sha2-256', 'sha256'],
  ['ssh-rsa', 'sha1'],
]);

/** @throws UnusableKey for a type of key that SSH doesn't support, or no longer supports */
export function privateKeyOf(key: KeyObject): PrivateKey {
  const toPkcs8 = (): Buffer => key.export({ format: 'der', type: 'pkcs8' });
  switch (key.asymmetricKeyType) {
    case 'rsa':
      requireRsaSize(key.asymmetricKeyDetails?.modulusLength ?? 0);
      return { ...rsaKey(key, publicPartOf(key)), toPkcs8 };
    case 'ec':
      return { ...ecdsaKey(key), toPkcs8 };
    case 'ed25519':
      return { ...ed25519Key(key, publicPartOf(key)), toPkcs8 };
    default:
      throw unusableType(key.asymmetricKeyType ?? 'unknown');
  }
}

/**
 * In bits: OPENSSL_RSA_MAX_MODULUS_BITS, with which a server verifies, and SSHBUF_MAX_BIGNUM of OpenSSH. ssh reads a
 * longer key from PEM, but can't write its public key ("invalid argument"), and needs minutes for one of a million bits.
 */
const maxRsaBits = 16384;

/** @throws UnusableKey */
export function requireRsaSize(bits: number): void {
  if (bits > maxRsaBits) {
    throw new UnusableKey({ defect: 'rsaTooLong', bits, maximum: maxRsaBits });
  }
}

type Signer = Pick<PrivateKey, 'blob' | 'sign'>;

export function unusableType(type: string, blob?: Buffer): UnusableKey {
  return new UnusableKey({ defect: 'keyType', type }, blob);
}

function publicPartOf(key: KeyObject): JsonWebKey {
  return createPublicKey(key).export({ format: 'jwk' });
}

function rsaKey(key: KeyObject, jwk: JsonWebKey): Signer {
  return {
    blob: Buffer.concat([wireString('ssh-rsa'), mpint(bytesOf(jwk.e)), mpint(bytesOf(jwk.n))]),
    async sign(data, algorithm) {
      const hash = rsaHashes.get(algorithm);
      if (hash === undefined) {
        throw new Error(`an RSA key cannot sign as ${algorithm}`);
      }
      return Buffer.concat([wireString(algorithm), wireString(await signInThread(hash, data, key))]);
    },
  };
}

function ecdsaKey(key: KeyObject): Signer {
  const name = key.asymmetricKeyDetails?.namedCurve ?? 'unknown';
  const curve = curves.get(name);
  if (!curve) {
    throw unusableType(`ECDSA with the curve ${name}`);
  }
  const jwk = publicPartOf(key);
  const type = `ecdsa-sha2-${curve.name}`;
  const point = Buffer.concat([Buffer.of(4), bytesOf(jwk.x), bytesOf(jwk.y)]);
  return {
    blob: Buffer.concat([wireString(type), wireString(curve.name), wireString(point)]),
    async sign(data) {
      const pair = await signInThread(curve.hash, data, { key, dsaEncoding: 'ieee-p1363' });
      const half = pair.length / 2;
      const signature = Buffer.concat([mpint(pair.subarray(0, half)), mpint(pair.subarray(half))]);
      return Buffer.concat([wireString(type), wireString(signature)]);
    },
  };
}

function ed25519Key(key: KeyObject, jwk: JsonWebKey): Signer {
  const type = 'ssh-ed25519';
  return {
    blob: Buffer.concat([wireString(type), wireString(bytesOf(jwk.x))]),
    sign: async (data) => Buffer.concat([wireString(type), wireString(await signInThread(null, data, key))]),
  };
}

function signInThread(
  hash: string | null,
  data: Buffer,
  key: KeyObject | SignKeyObjectInput,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    sign(hash, data, key, (error, signature) => {
      if (error) {
        reject(error);
      } else {
        resolve(signature);
      }
    });
  });
}

function bytesOf(base64url: string | undefined): Buffer {
  return Buffer.from(base64url ?? '', 'base64url');
}
