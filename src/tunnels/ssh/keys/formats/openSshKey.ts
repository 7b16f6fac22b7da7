// Reads OpenSSH's own format of private keys (OpenSSH PROTOCOL.key): sshkey_parse_private2() in sshkey.c.
import type { KeyObject } from 'node:crypto';
import { chacha20orig } from '@noble/ciphers/chacha.js';
import { poly1305 } from '@noble/ciphers/_poly1305.js';
import { timingSafeEqual } from 'node:crypto';
import { readable } from '../../../util/untrustedText';
import { cipherSize, decrypt } from './decrypt';
import { keyOfNumbers } from './keyNumbers';
import type { KeyNumbers } from './keyNumbers';
import { bcryptKey } from './passphraseKeys';
import type { Decrypter } from './decrypt';
import { readOrUnusable, UnusableKey, unusableType } from '../privateKey';
import type { LockedPrivateKey } from '../privateKey';
import { isOnSecurityKey, keyType } from '../publicKey';
import { WireReader } from '../wire';

/** OpenSSH 10.5 has one more: ssh-mldsa44-ed25519@openssh.com. */
const signableTypes: ReadonlySet<string> = new Set([
  'ssh-ed25519',
  'ssh-rsa',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
]);

interface CipherFacts {
  /** In OpenSSL. */
  readonly name: string;
  /** Bytes of the tag that follows the data, as in an authenticated cipher. */
  readonly tagLength: number;
}

const chacha20 = 'chacha20-poly1305@openssh.com';

/** Those of ssh-keygen -Z. */
const ciphers: ReadonlyMap<string, CipherFacts> = new Map([
  ...['aes128', 'aes192', 'aes256'].flatMap((aes) =>
    ['cbc', 'ctr'].map((mode): [string, CipherFacts] => [
      `${aes}-${mode}`,
      { name: `${aes.replace('aes', 'aes-')}-${mode}`, tagLength: 0 },
    ]),
  ),
  ['rijndael-cbc@lysator.liu.se', { name: 'aes-256-cbc', tagLength: 0 }],
  ['3des-cbc', { name: 'des-ede3-cbc', tagLength: 0 }],
  ['aes128-gcm@openssh.com', { name: 'aes-128-gcm', tagLength: 16 }],
  ['aes256-gcm@openssh.com', { name: 'aes-256-gcm', tagLength: 16 }],
]);

interface Envelope {
  readonly cipher: string;
  readonly kdf: string;
  readonly kdfOptions: Buffer;
  readonly blob: Buffer;
  /** The private part, encrypted or not. */
  readonly data: Buffer;
  /** What follows it: the tag of the cipher. */
  readonly rest: Buffer;
}

/** @throws UnusableKey */
export function readOpenSshKey(data: Buffer): LockedPrivateKey {
  const envelope = readOrUnusable(() => readEnvelope(data));
  const { cipher, kdf, blob } = envelope;
  const type = keyType(blob);
  if (isOnSecurityKey(type)) {
    throw new UnusableKey({ defect: 'onSecurityKey' }, blob);
  }
  if (!signableTypes.has(type)) {
    throw unusableType(type === 'ssh-dss' ? 'DSA' : readable(type), blob);
  }
  const encrypted = cipher !== 'none';
  if (encrypted && (kdf !== 'bcrypt' || (cipher !== chacha20 && !ciphers.has(cipher)))) {
    const name = kdf === 'bcrypt' ? cipher : kdf;
    throw new UnusableKey({ defect: 'cipher', cipher: readable(name), format: 'openssh' }, blob);
  }
  const unlock = encrypted ? readOrUnusable(() => decrypter(envelope), blob) : () => envelope.data;
  return {
    encrypted,
    blob,
    open(passphrase) {
      const secret = unlock(Buffer.from(passphrase));
      return secret && readSecret(secret, blob, encrypted);
    },
  };
}

/** @throws Error for invalid data */
function readEnvelope(data: Buffer): Envelope {
  const magic = 'openssh-key-v1\0';
  if (data.toString('latin1', 0, magic.length) !== magic) {
    throw new Error(`it does not begin with ${magic.slice(0, -1)}`);
  }
  const reader = new WireReader(data.subarray(magic.length));
  const cipher = reader.text();
  const kdf = reader.text();
  const kdfOptions = reader.string();
  if (reader.uint32() !== 1) {
    throw new Error('it does not contain exactly one key');
  }
  const blob = Buffer.from(reader.string());
  const secret = reader.string();
  const rest = data.subarray(magic.length + reader.position);
  return { cipher, kdf, kdfOptions, blob, data: secret, rest };
}

/** @throws UnusableKey @throws RangeError for invalid data */
function decrypter({ cipher, kdfOptions, data, rest }: Envelope): Decrypter {
  const { name, tagLength } = ciphers.get(cipher) ?? { name: chacha20, tagLength: 16 };
  const { keyLength, ivLength } =
    name === chacha20 ? { keyLength: 64, ivLength: 0 } : cipherSize(name, 'openssh');
  const options = new WireReader(kdfOptions);
  const derive = bcryptKey(options.string(), options.uint32(), keyLength + ivLength);
  const tag = rest.subarray(0, tagLength);
  if (tag.length < tagLength) {
    throw new RangeError('the tag of the cipher is missing');
  }
  return (passphrase) => {
    const derived = derive(passphrase);
    const [key, iv] = [derived.subarray(0, keyLength), derived.subarray(keyLength)];
    return name === chacha20
      ? decryptChacha20(data, tag, key)
      : decrypt({ cipher: name, data, padded: false, ...(tagLength > 0 && { tag }) }, key, iv);
  };
}

/** OpenSSH PROTOCOL.chacha20poly1305, of packet 0 and without a length. @returns undefined when the key is wrong */
function decryptChacha20(data: Buffer, tag: Buffer, key: Buffer): Buffer | undefined {
  const mainKey = key.subarray(0, 32);
  const nonce = Buffer.alloc(8);
  const macKey = chacha20orig(mainKey, nonce, Buffer.alloc(32), undefined, 0);
  return timingSafeEqual(poly1305(data, macKey), tag)
    ? Buffer.from(chacha20orig(mainKey, nonce, data, undefined, 1))
    : undefined;
}

/** @returns undefined when the passphrase is wrong */
function readSecret(secret: Buffer, blob: Buffer, encrypted: boolean): KeyObject | undefined {
  return readOrUnusable(() => {
    const reader = new WireReader(secret);
    if (secret.length < 8 || reader.uint32() !== reader.uint32()) {
      if (encrypted) {
        return undefined;
      }
      throw new Error('its check numbers differ');
    }
    if (reader.text() !== keyType(blob)) {
      throw new Error('its public and its private key are of different types');
    }
    const numbers = readNumbers(keyType(blob), reader);
    reader.string(); // comment
    const padding = secret.subarray(reader.position);
    if (padding.some((byte, index) => byte !== ((index + 1) & 0xff))) {
      throw new Error('its padding is wrong');
    }
    return keyOfNumbers(blob, numbers);
  }, blob);
}

function readNumbers(type: string, reader: WireReader): KeyNumbers {
  switch (type) {
    case 'ssh-rsa': {
      reader.string(); // n
      reader.string(); // e
      const [d, qi, p, q] = [reader.string(), reader.string(), reader.string(), reader.string()];
      return { type: 'rsa', d, p, q, qi };
    }
    case 'ssh-ed25519':
      reader.string(); // the public key
      // The seed, and once more the public key.
      return { type: 'ed25519', seed: reader.string().subarray(0, 32) };
    default:
      reader.string(); // curve
      reader.string(); // point
      return { type: 'ecdsa', d: reader.string() };
  }
}
