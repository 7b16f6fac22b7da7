// Reads PuTTY's private keys, versions 2 and 3 (PuTTY manual, appendix C). Version 3 with a passphrase is unsupported: it
// needs Argon2, which Node 20 doesn't have.
import { createDecipheriv, createHash, createHmac, createPrivateKey, timingSafeEqual } from 'node:crypto';
import type { JsonWebKey, KeyObject } from 'node:crypto';
import { keyType } from '../hostKeys/knownHosts';
import { UnusableKey, unusableType } from './privateKey';
import { WireReader, wireString } from './wire';

export interface PuttyKey {
  /** The public key, which is never encrypted. */
  readonly blob: Buffer;
  readonly encrypted: boolean;
  /**
   * @throws UnusableKey for a damaged file, an unsupported type of key, or an unsupported encryption
   * @returns undefined when the passphrase is wrong
   */
  open(passphrase: string): KeyObject | undefined;
}

const headerPattern = /^PuTTY-User-Key-File-(\d+): (\S+)/;

export function isPuttyKey(text: string): boolean {
  return headerPattern.test(text);
}

/** @throws UnusableKey */
export function readPuttyKey(text: string): PuttyKey {
  const [, version = '', type = ''] = headerPattern.exec(text) ?? [];
  const lines = text.split(/\r?\n/);
  const value = (name: string): string | undefined =>
    lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
  const block = (name: string): Buffer => {
    const start = lines.findIndex((line) => line.startsWith(`${name}: `)) + 1;
    return Buffer.from(lines.slice(start, start + Number(value(name))).join(''), 'base64');
  };
  const encryption = value('Encryption') ?? '';
  const encrypted = encryption !== 'none';
  const blob = block('Public-Lines');
  if (keyType(blob) !== type) {
    throw damaged();
  }
  if (!['2', '3'].includes(version) || !['none', 'aes256-cbc'].includes(encryption)) {
    throw new UnusableKey({ defect: 'puttyFormat', version, encryption }, blob);
  }
  if (version === '3' && encrypted) {
    throw new UnusableKey({ defect: 'puttyPassphrase' }, blob);
  }
  return {
    blob,
    encrypted,
    open(passphrase) {
      const stored = block('Private-Lines');
      const secret = encrypted ? decrypt(stored, passphrase) : stored;
      const signed = [type, encryption, value('Comment') ?? '', blob, secret ?? stored].map(wireString);
      const mac = createHmac(version === '3' ? 'sha256' : 'sha1', macKey(version, passphrase));
      const expectedMac = mac.update(Buffer.concat(signed)).digest();
      const storedMac = Buffer.from(value('Private-MAC') ?? '', 'hex');
      if (!secret || storedMac.length !== expectedMac.length || !timingSafeEqual(storedMac, expectedMac)) {
        if (encrypted) {
          return undefined;
        }
        throw damaged();
      }
      return createPrivateKey({ key: toJwk(type, blob, secret), format: 'jwk' });
    },
  };
}

function damaged(): UnusableKey {
  return new UnusableKey({ defect: 'damaged' });
}

function sha1(...parts: readonly (Buffer | string)[]): Buffer {
  const hash = createHash('sha1');
  for (const part of parts) {
    hash.update(part);
  }
  return hash.digest();
}

/** Without encryption, version 3 has an empty MAC key. */
function macKey(version: string, passphrase: string): Buffer {
  return version === '3' ? Buffer.alloc(0) : sha1('putty-private-key-file-mac-key', passphrase);
}

function decrypt(data: Buffer, passphrase: string): Buffer | undefined {
  const key = Buffer.concat([0, 1].map((n) => sha1(Buffer.of(0, 0, 0, n), passphrase))).subarray(0, 32);
  try {
    const decipher = createDecipheriv('aes-256-cbc', key, Buffer.alloc(16)).setAutoPadding(false);
    return Buffer.concat([decipher.update(data), decipher.final()]);
  } catch {
    return undefined;
  }
}

function toJwk(type: string, publicBlob: Buffer, secret: Buffer): JsonWebKey {
  const publicReader = new WireReader(publicBlob);
  const secretReader = new WireReader(secret);
  publicReader.string();
  switch (type) {
    case 'ssh-rsa': {
      const [e, n] = [publicReader.string(), publicReader.string()];
      const [d, p, q, qi] = [
        secretReader.string(),
        secretReader.string(),
        secretReader.string(),
        secretReader.string(),
      ];
      const reduced = (prime: Buffer): Buffer => fromBigInt(toBigInt(d) % (toBigInt(prime) - 1n));
      const numbers = { n, e, d, p, q, dp: reduced(p), dq: reduced(q), qi };
      const jwk: JsonWebKey = { kty: 'RSA' };
      for (const [name, number] of Object.entries(numbers)) {
        jwk[name] = base64url(unsigned(number));
      }
      return jwk;
    }
    case 'ssh-ed25519': {
      // Little-endian, so a number that ends in zeros may be stored shorter.
      const seed = Buffer.concat([secretReader.string(), Buffer.alloc(32)]).subarray(0, 32);
      return { kty: 'OKP', crv: 'Ed25519', x: base64url(publicReader.string()), d: base64url(seed) };
    }
    case 'ecdsa-sha2-nistp256':
    case 'ecdsa-sha2-nistp384':
    case 'ecdsa-sha2-nistp521': {
      const curve = publicReader.text().replace('nistp', 'P-');
      const point = publicReader.string().subarray(1);
      const half = point.length / 2;
      return {
        kty: 'EC',
        crv: curve,
        d: base64url(leftPadded(unsigned(secretReader.string()), half)),
        x: base64url(point.subarray(0, half)),
        y: base64url(point.subarray(half)),
      };
    }
    default:
      throw unusableType(type);
  }
}

function base64url(bytes: Buffer): string {
  return bytes.toString('base64url');
}

/** An mpint without its leading zero for the sign. */
function unsigned(bytes: Buffer): Buffer {
  return bytes[0] === 0 ? bytes.subarray(1) : bytes;
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
