// Decrypts what a passphrase protects. What this build of Node can't do is told from a wrong passphrase: OpenSSL 3 keeps
// DES and its like in a provider that isn't loaded, and Electron's BoringSSL lacks others.
import { createDecipheriv, createHash, getCipherInfo } from 'node:crypto';
import type { KeyFormat } from '../../../errors/ssh/keys/keyFormat';
import { UnusableKey } from '../privateKey';

/** @returns undefined when the passphrase is wrong; otherwise the data, which a wrong passphrase may have garbled */
export type Decrypter = (passphrase: Buffer) => Buffer | undefined;

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
export function cipherSize(cipher: string, format: KeyFormat): CipherSize {
  const name = cipher.toLowerCase();
  const { keyLength = 0, ivLength = 0 } = getCipherInfo(isDes(name) ? 'des-ede3-cbc' : name) ?? {};
  try {
    // Its size may be known all the same.
    createDecipheriv(isDes(name) ? 'des-ede3-cbc' : name, Buffer.alloc(keyLength), Buffer.alloc(ivLength));
  } catch {
    throw new UnusableKey({ defect: 'cipher', cipher, format });
  }
  return { keyLength: isDes(name) ? 8 : keyLength, ivLength };
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
