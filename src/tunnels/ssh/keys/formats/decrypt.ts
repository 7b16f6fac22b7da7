// Decrypts what a passphrase protects. What this build of Node can't do is told from a wrong passphrase: OpenSSL 3 keeps
// DES and its like in a provider that isn't loaded, and Electron's BoringSSL lacks others.
import { createDecipheriv, createHash, getCipherInfo, getCiphers } from 'node:crypto';
import type { KeyFormat } from '../../../errors/ssh/keyFormat';
import { UnusableKey } from '../privateKey';

export interface Encrypted {
  /** Its name in OpenSSL, such as `aes-256-cbc`, in any case. */
  readonly cipher: string;
  readonly data: Buffer;
  /** The tag of an authenticated cipher. */
  readonly tag?: Buffer;
  /** Whether padding as in PKCS#7 follows the data. */
  readonly padded: boolean;
}

export interface CipherSize {
  /** Bytes. */
  readonly keyLength: number;
  /** Bytes. */
  readonly ivLength: number;
}

/** @throws UnusableKey if the cipher is not supported here */
export function cipherSize(cipher: string, format: KeyFormat, blob?: Buffer): CipherSize {
  const name = cipher.toLowerCase();
  const info = isDes(name) ? { keyLength: 8, ivLength: 8 } : getCipherInfo(name);
  // It knows the size of more ciphers than it can use.
  if (!info || !getCiphers().includes(isDes(name) ? 'des-ede3-cbc' : name)) {
    throw new UnusableKey({ defect: 'cipher', cipher, format }, blob);
  }
  return { keyLength: info.keyLength, ivLength: info.ivLength ?? 0 };
}

/** @returns undefined when the key is wrong, as far as padding or tag show it */
export function decrypt(
  { cipher, data, tag, padded }: Encrypted,
  key: Buffer,
  iv: Buffer,
): Buffer | undefined {
  const name = cipher.toLowerCase();
  try {
    // Triple DES with three equal keys is DES.
    const decipher = isDes(name)
      ? createDecipheriv('des-ede3-cbc', Buffer.concat([key, key, key]), iv)
      : createDecipheriv(name, key, iv);
    decipher.setAutoPadding(padded);
    if (tag) {
      (decipher as ReturnType<typeof createDecipheriv> & { setAuthTag(tag: Buffer): void }).setAuthTag(tag);
    }
    return Buffer.concat([decipher.update(data), decipher.final()]);
  } catch {
    return undefined;
  }
}

/** EVP_BytesToKey() of OpenSSL with one round of MD5: the key of `Proc-Type: 4,ENCRYPTED`. */
export function opensslKey(passphrase: Buffer, salt: Buffer, length: number): Buffer {
  let key = Buffer.alloc(0);
  let last = Buffer.alloc(0);
  while (key.length < length) {
    last = createHash('md5').update(last).update(passphrase).update(salt).digest();
    key = Buffer.concat([key, last]);
  }
  return key.subarray(0, length);
}

function isDes(name: string): boolean {
  return name === 'des-cbc';
}
