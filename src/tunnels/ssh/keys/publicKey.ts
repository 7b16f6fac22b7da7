// Public keys and certificates in SSH's wire format (RFC 4253 §6.6, OpenSSH PROTOCOL.certkeys): reads them, and says the
// type and the fingerprint of a key.
import { createHash } from 'node:crypto';
import type { KeyFacts } from '../../errors/ssh/hostKeys/keyFacts';
import { lengthInBits, WireReader, wireString } from './wire';

/** SSH_RSA_MINIMUM_MODULUS_SIZE of OpenSSH, in bits: shorter RSA keys are never used, whatever RequiredRSASize is. */
export const minRsaBits = 1024;

const certificateSuffix = '-cert-v01@openssh.com';

/** The number of fields after the type of a public key. */
const fieldCounts: ReadonlyMap<string, number> = new Map([
  ['ssh-rsa', 2],
  ['ssh-ed25519', 1],
  ['ecdsa-sha2-nistp256', 2],
  ['ecdsa-sha2-nistp384', 2],
  ['ecdsa-sha2-nistp521', 2],
  ['sk-ssh-ed25519@openssh.com', 2],
  ['sk-ecdsa-sha2-nistp256@openssh.com', 3],
]);

export interface Certificate {
  /** The certified public key, as a separate blob. */
  readonly key: Buffer;
  /** Whether it is for a user, rather than a host. */
  readonly isForUser: boolean;
}

export function isCertificate(type: string): boolean {
  return type.endsWith(certificateSuffix);
}

/** Removes the certificate from a key type or signature algorithm: `ssh-ed25519-cert-v01@…` → `ssh-ed25519`. */
export function withoutCertificate(name: string): string {
  return name.startsWith('sk-')
    ? name.replace(certificateSuffix, '@openssh.com')
    : name.replace(certificateSuffix, '');
}

/** Adds the certificate to a plain signature algorithm. */
export function withCertificate(algorithm: string): string {
  return `${algorithm.replace(/@openssh\.com$/, '')}${certificateSuffix}`;
}

/**
 * The algorithms of signatures by keys without a certificate that OpenSSH allows by default, the preferred first:
 * KEX_DEFAULT_PK_ALG and SSH_ALLOWED_CA_SIGALGS in its myproposal.h, since version 8.8.
 */
export const defaultPlainAlgorithms: readonly string[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'sk-ssh-ed25519@openssh.com',
  'sk-ecdsa-sha2-nistp256@openssh.com',
  'rsa-sha2-512',
  'rsa-sha2-256',
];

/** Whether the private key is on a security key, which only an agent can use (OpenSSH PROTOCOL.u2f). */
export function isOnSecurityKey(type: string): boolean {
  return type.startsWith('sk-');
}

/** The number of fields after the type of a plain public key. undefined: an unknown type. */
export function plainFieldCount(type: string): number | undefined {
  return fieldCounts.get(type);
}

/** The public key, without the certificate around it. */
export function plainKey(blob: Buffer): Buffer {
  return readCertificate(blob)?.key ?? blob;
}

/** @returns undefined if the blob is not a supported certificate */
export function readCertificate(blob: Buffer): Certificate | undefined {
  const type = keyType(blob);
  const count = fieldCounts.get(withoutCertificate(type));
  if (!isCertificate(type) || count === undefined) {
    return undefined;
  }
  try {
    const reader = new WireReader(blob);
    reader.string();
    reader.string(); // nonce
    const start = reader.position;
    for (let field = 0; field < count; field++) {
      reader.string();
    }
    const key = Buffer.concat([wireString(withoutCertificate(type)), blob.subarray(start, reader.position)]);
    reader.uint64(); // serial
    const isForUser = reader.uint32() === 1;
    reader.string(); // key id
    reader.string(); // principals
    reader.uint64(); // valid after
    reader.uint64(); // valid before
    for (let rest = 0; rest < 5; rest++) {
      reader.string(); // critical options, extensions, reserved, key of the authority, signature
    }
    return reader.position === blob.length ? { key, isForUser } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The length of an RSA key's modulus in bits, also of one in a certificate; 0 if it can't be parsed. undefined: it is
 * a key of another type.
 */
export function rsaBits(blob: Buffer): number | undefined {
  if (withoutCertificate(keyType(blob)) !== 'ssh-rsa') {
    return undefined;
  }
  try {
    const reader = new WireReader(plainKey(blob));
    if (reader.text() !== 'ssh-rsa') {
      return 0;
    }
    reader.string(); // the public exponent
    return lengthInBits(reader.string());
  } catch {
    return 0;
  }
}

/** The first key in lines of the form `TYPE BASE64 COMMENT`. undefined: there is none. */
export function parsePublicKeyLines(text: string): Buffer | undefined {
  for (const line of text.split('\n')) {
    const [type = '', base64 = ''] = line.trim().split(/\s+/);
    const blob = Buffer.from(base64, 'base64');
    if (type !== '' && !type.startsWith('#') && keyType(blob) === type) {
      return blob;
    }
  }
  return undefined;
}

/** `SHA256:` and the hash in base64 without padding, as printed by `ssh-keygen -l`. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** What users compare of a public key. */
export function keyFacts(key: Buffer): KeyFacts {
  return { type: keyType(key), fingerprint: fingerprint(key) };
}

/** The type name at the start of a public key (RFC 4253 §6.6), such as `ssh-ed25519`. `unknown` if there is none. */
export function keyType(key: Buffer): string {
  const length = key.length < 4 ? 0 : key.readUInt32BE(0);
  return length === 0 || length > key.length - 4 ? 'unknown' : key.toString('latin1', 4, 4 + length);
}
