// Reads PuTTY's private keys, versions 2 and 3 (PuTTY manual, appendix C).
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { readable } from '../../../util/untrustedText';
import { cipherSize, decrypt } from './decrypt';
import { keyOfNumbers } from './keyNumbers';
import type { KeyNumbers } from './keyNumbers';
import { argon2Key } from './passphraseKeys';
import { readOrUnusable, UnusableKey, unusableType } from '../privateKey';
import type { LockedPrivateKey } from '../privateKey';
import { keyType, plainKey, withoutCertificate } from '../publicKey';
import { WireReader, wireString } from '../wire';

const headerPattern = /^[ \t]*PuTTY-User-Key-File-(\d+): *(\S+)/m;
const cipher = 'aes-256-cbc';

const typeNames: ReadonlyMap<string, string> = new Map([
  ['ssh-dss', 'DSA'],
  ['ssh-ed448', 'Ed448'],
]);

/** Where a PuTTY key begins; -1 if there is none. */
export function puttyKeyAt(text: string): number {
  return text.search(headerPattern);
}

/** A key for the cipher, its initialization vector, and a key for the MAC. */
interface Keys {
  readonly key: Buffer;
  readonly iv: Buffer;
  readonly mac: Buffer;
}

/** Ignores what precedes and follows the key. @param text each character is a byte: the comment is in any encoding @throws UnusableKey */
export function readPuttyKey(text: string): LockedPrivateKey {
  const header = headerPattern.exec(text);
  const [, version = '', type = ''] = header ?? [];
  const lines = text
    .slice(header?.index ?? 0)
    .split(/\r\n|\r|\n/)
    .map((line) => line.trimStart())
    .filter((line) => line !== '');
  const line = (name: string): string | undefined =>
    lines.find((each) => each.startsWith(`${name}: `))?.slice(name.length + 2);
  // Only in the comment, which the MAC covers, spaces at the end count.
  const value = (name: string): string | undefined => line(name)?.replace(/[^\x21-\x7e]+$/, '');
  const block = (name: string): Buffer => {
    const start = lines.findIndex((each) => each.startsWith(`${name}: `)) + 1;
    const end = start + Number(value(name));
    // A header follows, and has a colon.
    const isWhole = lines
      .slice(start, end + 1)
      .every((each, n) => each.includes(':') === (start + n === end));
    if (start === 0 || !isWhole) {
      throw damaged();
    }
    return Buffer.from(lines.slice(start, end).join(''), 'base64');
  };
  const encryption = value('Encryption');
  if (encryption === undefined) {
    throw damaged();
  }
  const encrypted = encryption !== 'none';
  if (!['2', '3'].includes(version) || !['none', 'aes256-cbc'].includes(encryption)) {
    throw new UnusableKey({
      defect: 'puttyFormat',
      version: readable(version),
      encryption: readable(encryption),
    });
  }
  const blob = block('Public-Lines');
  if (keyType(blob) !== type) {
    throw damaged();
  }
  const numbersOf = numberReaders.get(withoutCertificate(type));
  if (!numbersOf) {
    throw unusableType(typeNames.get(type) ?? readable(type), blob);
  }
  const derive = readOrUnusable(() => {
    if (encrypted) {
      cipherSize(cipher, 'putty');
    }
    return version === '2' ? keysOfVersion2 : keysOfVersion3(encrypted, value);
  }, blob);
  const openWith = (passphrase: Buffer): KeyObject | undefined => {
    const keys = derive(passphrase);
    const stored = block('Private-Lines');
    const secret = encrypted ? decrypt({ cipher, data: stored, padded: false }, keys.key, keys.iv) : stored;
    const comment = Buffer.from(line('Comment') ?? '', 'latin1');
    const signed = [type, encryption, comment, blob, secret ?? stored].map(wireString);
    const mac = createHmac(version === '3' ? 'sha256' : 'sha1', keys.mac);
    const expectedMac = mac.update(Buffer.concat(signed)).digest();
    const storedMac = Buffer.from(value('Private-MAC') ?? '', 'hex');
    if (storedMac.length !== expectedMac.length) {
      throw damaged(blob);
    }
    if (!secret || !timingSafeEqual(storedMac, expectedMac)) {
      if (encrypted && !(secret && isOfKey(secret, type))) {
        return undefined;
      }
      // The passphrase is right, and something else was changed, such as the comment.
      throw damaged(blob);
    }
    return readOrUnusable(() => keyOfNumbers(plainKey(blob), numbersOf(new WireReader(secret))), blob);
  };
  return {
    blob,
    encrypted,
    open(passphrase) {
      if (!encrypted) {
        return openWith(Buffer.alloc(0));
      }
      for (const bytes of encodings(passphrase)) {
        const key = openWith(bytes);
        if (key) {
          return key;
        }
      }
      return undefined;
    },
  };
}

/** PuTTYgen takes what is typed in the encoding of its system: UTF-8, or on Windows its code page, mostly 1252. */
function encodings(passphrase: string): readonly Buffer[] {
  const utf8 = Buffer.from(passphrase);
  const latin1 = Buffer.from(passphrase, 'latin1');
  return latin1.equals(utf8) || latin1.toString('latin1') !== passphrase ? [utf8] : [utf8, latin1];
}

/** Whether the data are the numbers of a key: those that a wrong passphrase has garbled never are. */
function isOfKey(secret: Buffer, type: string): boolean {
  const reader = new WireReader(secret);
  try {
    const count = withoutCertificate(type) === 'ssh-rsa' ? 4 : 1;
    for (let number = 0; number < count; number++) {
      reader.string();
    }
    // Padding fills a block of the cipher.
    return secret.length - reader.position < 16;
  } catch {
    return false;
  }
}

const ecdsaNumbers = (reader: WireReader): KeyNumbers => ({ type: 'ecdsa', d: reader.string() });

const numberReaders: ReadonlyMap<string, (reader: WireReader) => KeyNumbers> = new Map<
  string,
  (reader: WireReader) => KeyNumbers
>([
  [
    'ssh-rsa',
    (reader) => {
      const [d, p, q, qi] = [reader.string(), reader.string(), reader.string(), reader.string()];
      return { type: 'rsa', d, p, q, qi };
    },
  ],
  [
    'ssh-ed25519',
    // Little-endian, so a number that ends in zeros may be stored shorter.
    (reader) => ({
      type: 'ed25519',
      seed: Buffer.concat([reader.string(), Buffer.alloc(32)]).subarray(0, 32),
    }),
  ],
  ['ecdsa-sha2-nistp256', ecdsaNumbers],
  ['ecdsa-sha2-nistp384', ecdsaNumbers],
  ['ecdsa-sha2-nistp521', ecdsaNumbers],
]);

function damaged(blob?: Buffer): UnusableKey {
  return new UnusableKey({ defect: 'damaged' }, blob);
}

function sha1(...parts: readonly (Buffer | string)[]): Buffer {
  const hash = createHash('sha1');
  for (const part of parts) {
    hash.update(part);
  }
  return hash.digest();
}

function keysOfVersion2(passphrase: Buffer): Keys {
  const key = Buffer.concat([0, 1].map((n) => sha1(Buffer.of(0, 0, 0, n), passphrase))).subarray(0, 32);
  return { key, iv: Buffer.alloc(16), mac: sha1('putty-private-key-file-mac-key', passphrase) };
}

function keysOfVersion3(
  encrypted: boolean,
  value: (name: string) => string | undefined,
): (passphrase: Buffer) => Keys {
  if (!encrypted) {
    return () => ({ key: Buffer.alloc(0), iv: Buffer.alloc(0), mac: Buffer.alloc(0) });
  }
  const number = (name: string): number => Number(value(name) ?? NaN);
  const argon2 = {
    variant: readable(value('Key-Derivation') ?? ''),
    memory: number('Argon2-Memory'),
    passes: number('Argon2-Passes'),
    parallelism: number('Argon2-Parallelism'),
    salt: Buffer.from(value('Argon2-Salt') ?? '', 'hex'),
  };
  const derive = argon2Key(argon2, 80);
  return (passphrase) => {
    const derived = derive(passphrase);
    return { key: derived.subarray(0, 32), iv: derived.subarray(32, 48), mac: derived.subarray(48) };
  };
}
