// Certificates of hosts with any content, signed in this process (OpenSSH's PROTOCOL.certkeys): ssh-keygen signs only
// what is well formed.
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { mpint, uint32, wireString } from '../../src/tunnels/ssh/keys/wire';

/** A key that can sign. */
export interface Signer {
  readonly type: string;
  /** The fields of its public key, after the type. */
  readonly fields: Buffer;
  /** RFC 4253 §6.6. */
  readonly blob: Buffer;
  sign(data: Buffer, algorithm?: string): Buffer;
}

const curves = { nistp256: 'P-256', nistp384: 'P-384', nistp521: 'P-521' } as const;
export type SignerKind = 'ed25519' | keyof typeof curves | 'rsa' | 'sk-ed25519' | 'sk-nistp256';

/** @param bits of an RSA key */
export function makeSigner(kind: SignerKind, bits = 2048): Signer {
  if (kind === 'rsa') {
    return rsa(bits);
  }
  const isOnSecurityKey = kind.startsWith('sk-');
  const application = isOnSecurityKey ? wireString('ssh:') : Buffer.alloc(0);
  const signed = (data: Buffer): Buffer =>
    isOnSecurityKey ? Buffer.concat([sha256('ssh:'), flags, sha256(data)]) : data;
  const end = isOnSecurityKey ? flags : Buffer.alloc(0);
  const curve = kind === 'ed25519' || kind === 'sk-ed25519' ? undefined : curveOf(kind);
  if (curve === undefined) {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const type = isOnSecurityKey ? 'sk-ssh-ed25519@openssh.com' : 'ssh-ed25519';
    const fields = Buffer.concat([wireString(coordinate(publicKey, 'x')), application]);
    return signer(type, fields, (data) =>
      Buffer.concat([wireString(sign(undefined, signed(data), privateKey)), end]),
    );
  }
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: curves[curve] });
  const point = Buffer.concat([Buffer.of(4), coordinate(publicKey, 'x'), coordinate(publicKey, 'y')]);
  const type = isOnSecurityKey ? 'sk-ecdsa-sha2-nistp256@openssh.com' : `ecdsa-sha2-${curve}`;
  const hash = { nistp256: 'sha256', nistp384: 'sha384', nistp521: 'sha512' }[curve];
  return signer(type, Buffer.concat([wireString(curve), wireString(point), application]), (data) => {
    const both = sign(hash, signed(data), { key: privateKey, dsaEncoding: 'ieee-p1363' });
    const [r, s] = [both.subarray(0, both.length / 2), both.subarray(both.length / 2)];
    return Buffer.concat([wireString(Buffer.concat([mpint(r), mpint(s)])), end]);
  });
}

/** Of a security key: touched, and the count of signatures. */
const flags = Buffer.of(1, 0, 0, 0, 9);

function curveOf(kind: keyof typeof curves | 'sk-nistp256'): keyof typeof curves {
  return kind === 'sk-nistp256' ? 'nistp256' : kind;
}

function rsa(bits: number): Signer {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: bits });
  const fields = Buffer.concat([mpint(coordinate(publicKey, 'e')), mpint(coordinate(publicKey, 'n'))]);
  const hashes: Readonly<Record<string, string>> = {
    'rsa-sha2-512': 'sha512',
    'rsa-sha2-256': 'sha256',
    'ssh-rsa': 'sha1',
  };
  return signer(
    'ssh-rsa',
    fields,
    (data, algorithm) => wireString(sign(hashes[algorithm] ?? 'sha512', data, privateKey)),
    'rsa-sha2-512',
  );
}

function signer(
  type: string,
  fields: Buffer,
  value: (data: Buffer, algorithm: string) => Buffer,
  usual = type,
): Signer {
  return {
    type,
    fields,
    blob: Buffer.concat([wireString(type), fields]),
    sign: (data, algorithm = usual) => Buffer.concat([wireString(algorithm), value(data, algorithm)]),
  };
}

function coordinate(key: KeyObject, name: 'x' | 'y' | 'e' | 'n'): Buffer {
  const value = key.export({ format: 'jwk' })[name];
  return Buffer.from(String(value), 'base64url');
}

function sha256(data: Buffer | string): Buffer {
  return createHash('sha256').update(data).digest();
}

/** The fields of a certificate, each as it is written. */
export interface CertificateFields {
  readonly type: string;
  readonly nonce: Buffer;
  readonly key: Buffer;
  readonly serial: Buffer;
  readonly kind: Buffer;
  readonly keyId: Buffer;
  readonly principals: Buffer;
  readonly validAfter: Buffer;
  readonly validBefore: Buffer;
  readonly criticalOptions: Buffer;
  readonly extensions: Buffer;
  readonly reserved: Buffer;
  readonly authority: Buffer;
}

export function uint64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
}

/** @param names as one field of strings */
export function namesField(names: readonly string[]): Buffer {
  return wireString(Buffer.concat(names.map((name) => wireString(name))));
}

/** A good certificate for `h`, with some fields changed before it is signed. */
export function makeCertificate(
  host: Signer,
  authority: Signer,
  changed: Partial<CertificateFields> = {},
  makeSignature: (data: Buffer) => Buffer = (data) => authority.sign(data),
): Buffer {
  const fields: CertificateFields = {
    type: `${host.type.replace('@openssh.com', '')}-cert-v01@openssh.com`,
    nonce: wireString(Buffer.alloc(32, 7)),
    key: host.fields,
    serial: uint64(7n),
    kind: uint32(2),
    keyId: wireString('host h'),
    principals: namesField(['h']),
    validAfter: uint64(0n),
    validBefore: uint64(0xffff_ffff_ffff_ffffn),
    criticalOptions: wireString(''),
    extensions: wireString(''),
    reserved: wireString(''),
    authority: wireString(authority.blob),
    ...changed,
  };
  const { type, ...rest } = fields;
  const body = Buffer.concat([wireString(type), ...Object.values(rest)]);
  return Buffer.concat([body, wireString(makeSignature(body))]);
}
