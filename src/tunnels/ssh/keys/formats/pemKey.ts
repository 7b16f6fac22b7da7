// Reads private keys in PEM (RFC 7468): PKCS#1, SEC1, PKCS#8, each plain or encrypted.
import { createPrivateKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { cipherSize, decrypt, opensslKey } from './decrypt';
import type { Decrypter } from './decrypt';
import { derChildren, derOid, derTag, readDer, writeDer } from './der';
import type { DerValue } from './der';
import { pkcs8Decrypter } from './pkcs8';
import { readOrUnusable, requireRsaSize, UnusableKey, unusableType } from '../privateKey';
import type { LockedPrivateKey } from '../privateKey';
import { lengthInBits } from '../wire';

type Structure = 'pkcs1' | 'sec1' | 'pkcs8';

export interface PemBlock {
  /** `RSA`, `EC`, `ENCRYPTED`, … */
  readonly kind: string;
  readonly headers: string;
  readonly der: Buffer;
}

const rsa = '1.2.840.113549.1.1.1';
const ec = '1.2.840.10045.2.1';
const ed25519 = '1.3.101.112';
const typeNames: ReadonlyMap<string, string> = new Map([
  ['1.2.840.113549.1.1.10', 'RSA-PSS'],
  ['1.2.840.10040.4.1', 'DSA'],
  ['1.3.101.110', 'X25519'],
  ['1.3.101.111', 'X448'],
  ['1.3.101.113', 'Ed448'],
  ['2.16.840.1.101.3.4.3.17', 'ML-DSA-44'],
  ['2.16.840.1.101.3.4.3.18', 'ML-DSA-65'],
  ['2.16.840.1.101.3.4.3.19', 'ML-DSA-87'],
]);

const curvesOfSsh: ReadonlySet<string> = new Set(['1.2.840.10045.3.1.7', '1.3.132.0.34', '1.3.132.0.35']);
const curveNames: ReadonlyMap<string, string> = new Map([
  ['1.2.840.10045.3.1.1', 'P-192'],
  ['1.3.132.0.33', 'P-224'],
  ['1.2.156.10197.1.301', 'SM2'],
  // SEC 2, appendix A.2.
  ...Object.entries({ secp160r1: 8, secp160k1: 9, secp160r2: 30 }).map(ofCerticom),
  ...Object.entries({ secp192k1: 31, secp224k1: 32, secp256k1: 10 }).map(ofCerticom),
  ...Object.entries({ sect163k1: 1, sect163r2: 15, sect233k1: 26, sect233r1: 27 }).map(ofCerticom),
  ...Object.entries({ sect283k1: 16, sect283r1: 17, sect409k1: 36, sect409r1: 37 }).map(ofCerticom),
  ...Object.entries({ sect571k1: 38, sect571r1: 39 }).map(ofCerticom),
  // RFC 5639 §4.1.
  ...[160, 192, 224, 256, 320, 384, 512].flatMap((bits, row): [string, string][] => [
    [`1.3.36.3.3.2.8.1.1.${2 * row + 1}`, `brainpoolP${bits}r1`],
    [`1.3.36.3.3.2.8.1.1.${2 * row + 2}`, `brainpoolP${bits}t1`],
  ]),
]);

function ofCerticom([name, number]: [string, number]): [string, string] {
  return [`1.3.132.0.${number}`, name];
}

/** @throws UnusableKey */
export function readPemKey(block: PemBlock): LockedPrivateKey {
  const { kind, headers, der } = block;
  if (kind === 'ENCRYPTED' || /Proc-Type:\s*4\s*,\s*ENCRYPTED/.test(headers)) {
    requireKind(kind);
    const unlock = readOrUnusable(() =>
      kind === 'ENCRYPTED' ? pkcs8Decrypter(der) : headerDecrypter(headers, der),
    );
    return {
      encrypted: true,
      blob: undefined,
      open(passphrase) {
        const plain = unlock(Buffer.from(passphrase));
        // Padding is right by chance for one wrong passphrase in 256.
        return plain && isOneSequence(plain) ? keyOfDer(plain) : undefined;
      },
    };
  }
  requireKind(kind);
  const key = keyOfDer(der);
  return { encrypted: false, blob: undefined, open: () => key };
}

function requireKind(kind: string): void {
  if (kind === 'DSA') {
    throw unusableType('DSA');
  }
  if (!['RSA', 'EC', 'ENCRYPTED', ''].includes(kind)) {
    throw new UnusableKey({ defect: 'notAKey' });
  }
}

/** `DEK-Info: AES-128-CBC,` and the initialization vector, whose first 8 bytes are the salt: RFC 1421 and OpenSSL. */
function headerDecrypter(headers: string, data: Buffer): Decrypter {
  const [, cipher = '', hex = ''] = /DEK-Info:\s*([\w-]+)\s*,\s*([0-9A-Fa-f]+)/.exec(headers) ?? [];
  const iv = Buffer.from(hex, 'hex');
  if (cipher === '') {
    throw new UnusableKey({ defect: 'damaged', error: 'DEK-Info is missing' });
  }
  const { keyLength, ivLength } = cipherSize(cipher, 'pem');
  if (iv.length !== ivLength || iv.length < 8) {
    throw new UnusableKey({ defect: 'damaged', error: 'DEK-Info is invalid' });
  }
  return (passphrase) =>
    decrypt({ cipher, data, padded: true }, opensslKey(passphrase, iv.subarray(0, 8), keyLength), iv);
}

function isOneSequence(der: Buffer): boolean {
  try {
    return readDer(der).tag === derTag.sequence;
  } catch {
    return false;
  }
}

/** @throws UnusableKey */
function keyOfDer(der: Buffer): KeyObject {
  return readOrUnusable(() => {
    const parts = derChildren(readDer(der));
    const structure = structureOf(parts);
    requireTypeOfSsh(parts, structure);
    requireShortNumbers(parts, structure);
    const key = structure === 'pkcs8' ? withoutPublicKey(parts) : der;
    return createPrivateKey({ key, format: 'der', type: structure });
  });
}

/** By the second part, as labels are often wrong. */
function structureOf([, second]: readonly DerValue[]): Structure {
  switch (second?.tag) {
    case derTag.sequence:
      return 'pkcs8';
    case derTag.octetString:
      return 'sec1';
    default:
      return 'pkcs1';
  }
}

/** Version 1 of RFC 5208. Version 2 (RFC 5958) adds the public key, which OpenSSL 3.0 doesn't expect. */
function withoutPublicKey(parts: readonly DerValue[]): Buffer {
  const version = { tag: derTag.integer, content: Buffer.of(0) };
  const content = Buffer.concat([version, ...parts.slice(1, 3)].map(writeDer));
  return writeDer({ tag: derTag.sequence, content });
}

/** Looks at the type by itself: for one that OpenSSL doesn't know, its error is that of a damaged key. */
function requireTypeOfSsh(parts: readonly DerValue[], structure: Structure): void {
  if (structure === 'sec1') {
    const parameters = parts.find(({ tag }) => tag === derTag.context0);
    requireCurve(parameters && derChildren(parameters)[0]);
  } else if (structure === 'pkcs8') {
    const [type, parameters] = parts[1] ? derChildren(parts[1]) : [];
    const oid = derOid(type) ?? 'unknown';
    if (oid === ec) {
      requireCurve(parameters);
    } else if (oid !== rsa && oid !== ed25519) {
      throw unusableType(typeNames.get(oid) ?? oid);
    }
  }
}

/** OpenSSL reads numbers of any length, and then signs for minutes: also with a short modulus, when another is long. */
function requireShortNumbers(parts: readonly DerValue[], structure: Structure): void {
  const inner = structure === 'pkcs8' ? parts[2] && readDer(parts[2].content) : undefined;
  const numbers = structure === 'pkcs1' ? parts : inner?.tag === derTag.sequence ? derChildren(inner) : [];
  for (const { content } of numbers) {
    requireRsaSize(lengthInBits(content));
  }
}

/** A curve may also be described by its numbers; OpenSSL recognizes it then. */
function requireCurve(value: DerValue | undefined): void {
  const curve = derOid(value);
  if (curve !== undefined && !curvesOfSsh.has(curve)) {
    throw unusableType(`ECDSA with the curve ${curveNames.get(curve) ?? curve}`);
  }
}
