// Keys from passphrases. Each function checks the cost at once: a file can ask for one that would take hours, or all
// memory. What it returns does the work, and blocks its thread (keyWorker.ts).
import { createHash, pbkdf2Sync } from 'node:crypto';
import { argon2d, argon2i, argon2id } from '@noble/hashes/argon2.js';
import { scrypt } from '@noble/hashes/scrypt.js';
import { pbkdf } from 'bcrypt-pbkdf';
import type { KeyFormat } from '../../../errors/ssh/keys/keyFormat';
import { UnusableKey } from '../privateKey';

/** @returns the key for a cipher */
export type Derive = (passphrase: Buffer) => Buffer;

/** A minute or so each, on a slow machine: some hundred times the cost that tools use by default. */
const limits = {
  /** ssh-keygen's default is 24. */
  bcryptRounds: 3000,
  /** OpenSSL's default is 2048. */
  pbkdf2Rounds: 10_000_000,
  /** Bytes. PuTTYgen's default is 8 MiB. */
  memory: 1024 ** 3,
  /** Memory in bytes, times passes. PuTTYgen's default is about 100 MiB. */
  work: 8 * 1024 ** 3,
};

/** bcrypt_pbkdf() of OpenSSH. @throws UnusableKey */
export function bcryptKey(salt: Buffer, rounds: number, length: number): Derive {
  check('bcrypt', 'openssh', rounds >= 1 && salt.length > 0, rounds <= limits.bcryptRounds);
  return (passphrase) => {
    const key = Buffer.alloc(length);
    if (pbkdf(passphrase, passphrase.length, salt, salt.length, key, length, rounds) !== 0) {
      throw damagedKey('bcrypt does not accept the parameters');
    }
    return key;
  };
}

export interface Argon2 {
  /** `Argon2id`, `Argon2i` or `Argon2d`. */
  readonly variant: string;
  /** KiB. */
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
  readonly salt: Buffer;
}

const argon2Variants: ReadonlyMap<string, typeof argon2id> = new Map([
  ['Argon2id', argon2id],
  ['Argon2i', argon2i],
  ['Argon2d', argon2d],
]);

/** RFC 9106. @throws UnusableKey */
export function argon2Key(options: Argon2, length: number): Derive {
  const { variant, memory, passes, parallelism, salt } = options;
  const bytes = memory * 1024;
  const derive = argon2Variants.get(variant);
  if (!derive) {
    throw new UnusableKey({ defect: 'cipher', cipher: variant, format: 'putty' });
  }
  check(
    variant,
    'putty',
    [memory, passes, parallelism].every((number) => Number.isInteger(number) || number === Infinity) &&
      passes >= 1 &&
      parallelism >= 1 &&
      memory >= 8 * parallelism &&
      salt.length >= 8,
    bytes <= limits.memory && bytes * passes <= limits.work,
  );
  return (passphrase) =>
    inMemory(variant, 'putty', () =>
      derive(passphrase, salt, { m: memory, t: passes, p: parallelism, dkLen: length }),
    );
}

/** RFC 8018 §5.2. @param hash its name in OpenSSL @throws UnusableKey */
export function pbkdf2Key(salt: Buffer, rounds: number, hash: string, length: number): Derive {
  check('PBKDF2', 'pem', rounds >= 1, rounds <= limits.pbkdf2Rounds);
  requireHash(hash);
  return (passphrase) => pbkdf2Sync(passphrase, salt, rounds, length, hash);
}

/** RFC 8018 §5.1. @throws UnusableKey */
export function pbkdf1Key(salt: Buffer, rounds: number, hash: string): Derive {
  check('PBKDF1', 'pem', rounds >= 1, rounds <= limits.pbkdf2Rounds);
  requireHash(hash);
  return (passphrase) => {
    let key = Buffer.concat([passphrase, salt]);
    for (let round = 0; round < rounds; round++) {
      key = createHash(hash).update(key).digest();
    }
    return key;
  };
}

export interface Scrypt {
  readonly salt: Buffer;
  /** N. */
  readonly cost: number;
  /** r. */
  readonly blockSize: number;
  /** p. */
  readonly parallelism: number;
}

/** RFC 7914. Electron's crypto lacks it. @throws UnusableKey */
export function scryptKey(options: Scrypt, length: number): Derive {
  const { salt, cost: N, blockSize: r, parallelism: p } = options;
  const bytes = 128 * N * r;
  check(
    'scrypt',
    'pem',
    Number.isInteger(Math.log2(N)) && N > 1 && r >= 1 && p >= 1,
    bytes + 128 * r * p <= limits.memory && bytes * p <= limits.work,
  );
  const maxmem = 2 * limits.memory;
  return (passphrase) =>
    inMemory('scrypt', 'pem', () => scrypt(passphrase, salt, { N, r, p, dkLen: length, maxmem }));
}

/**
 * RFC 7292 appendix B.2 with SHA-1.
 * @param id what the bytes are for: 1 a key, 2 an initialization vector
 * @throws UnusableKey
 */
export function pkcs12Key(salt: Buffer, rounds: number, id: 1 | 2, length: number): Derive {
  check('PKCS#12', 'pem', rounds >= 1, rounds <= limits.pbkdf2Rounds);
  const block = 64;
  const fill = (bytes: Buffer): Buffer =>
    bytes.length === 0 ? bytes : Buffer.alloc(Math.ceil(bytes.length / block) * block, bytes);
  return (passphrase) => {
    const name = Buffer.from(`${passphrase.toString('utf8')}\0`, 'utf16le').swap16();
    const input = Buffer.concat([fill(salt), fill(name)]);
    const parts: Buffer[] = [];
    for (let made = 0; made < length; made += 20) {
      let part = Buffer.concat([Buffer.alloc(block, id), input]);
      for (let round = 0; round < rounds; round++) {
        part = createHash('sha1').update(part).digest();
      }
      parts.push(part);
      const addend = fill(part).subarray(0, block);
      for (let start = 0; start < input.length; start += block) {
        addOne(input.subarray(start, start + block), addend);
      }
    }
    return Buffer.concat(parts).subarray(0, length);
  };
}

/** Adds, and one more, modulo 2 to the number of bits. */
function addOne(number: Buffer, addend: Buffer): void {
  let carry = 1;
  for (let index = number.length - 1; index >= 0; index--) {
    const sum = (number[index] ?? 0) + (addend[index] ?? 0) + carry;
    number[index] = sum & 0xff;
    carry = sum >> 8;
  }
}

/** This machine may have less memory than the limit. */
function inMemory(kdf: string, format: KeyFormat, derive: () => Uint8Array): Buffer {
  try {
    return Buffer.from(derive());
  } catch (error) {
    throw error instanceof RangeError ? new UnusableKey({ defect: 'cost', kdf, format }) : error;
  }
}

/** Electron's crypto lacks some. */
function requireHash(hash: string): void {
  try {
    createHash(hash);
  } catch {
    throw new UnusableKey({ defect: 'cipher', cipher: hash, format: 'pem' });
  }
}

function check(kdf: string, format: KeyFormat, isValid: boolean, isAffordable: boolean): void {
  if (!isValid) {
    throw damagedKey(`the parameters of ${kdf} are invalid`);
  }
  if (!isAffordable) {
    throw new UnusableKey({ defect: 'cost', kdf, format });
  }
}

function damagedKey(error: string): UnusableKey {
  return new UnusableKey({ defect: 'damaged', error });
}
