// Reads private key files: OpenSSH's own format, PEM (PKCS#1, SEC1), PKCS#8 and PuTTY's. Reads the unencrypted parts
// at once, mainly the public key, so that a passphrase is needed only when a server accepts the key.
import { createPrivateKey } from 'node:crypto';
import { utils } from 'ssh2';
import { keyType } from './publicKey';
import { isPuttyKey, readPuttyKey } from './ppk';
import { privateKeyOf, UnusableKey, unusableType } from './privateKey';
import type { PrivateKey } from './privateKey';
import { isOnSecurityKey } from './publicKey';
import { WireReader } from './wire';
import { readable } from '../../util/untrustedText';

export interface PrivateKeyFile {
  readonly encrypted: boolean;
  /** The public key. undefined: it is encrypted as well. */
  readonly blob: Buffer | undefined;
  /**
   * @param passphrase empty if there is none
   * @returns undefined when the passphrase is wrong
   * @throws UnusableKey
   */
  open(passphrase: string): PrivateKey | undefined;
}

/** OpenSSH 10.5 has one more: ssh-mldsa44-ed25519@openssh.com. */
const signableTypes: ReadonlySet<string> = new Set([
  'ssh-ed25519',
  'ssh-rsa',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
]);

const openSshPattern =
  /^-----BEGIN OPENSSH PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END OPENSSH PRIVATE KEY-----/;
const pemPattern = /^-----BEGIN (RSA |EC |DSA |ENCRYPTED |)PRIVATE KEY-----/;
const beginPattern = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;
/** What the library says of a wrong passphrase. Anything else it says of a damaged key. */
const wrongPassphrase = /bad passphrase|unable to authenticate/i;

/** Whether the text looks like a private key, even a damaged one. */
export function looksPrivate(text: string): boolean {
  return beginPattern.test(text) || isPuttyKey(text);
}

/** Reads the first key of a file, and ignores what precedes and follows it. @throws UnusableKey */
export function readPrivateKey(file: string): PrivateKeyFile {
  const text = file.slice(beginPattern.exec(file)?.index ?? 0);
  const [block, openSsh] = openSshPattern.exec(text) ?? [];
  if (block !== undefined && openSsh !== undefined) {
    return readOpenSsh(block, Buffer.from(openSsh, 'base64'));
  }
  if (isPuttyKey(text)) {
    const putty = readPuttyKey(text);
    return {
      blob: putty.blob,
      encrypted: putty.encrypted,
      open(passphrase) {
        const key = putty.open(passphrase);
        return key && privateKeyOf(key);
      },
    };
  }
  const pem = pemPattern.exec(text)?.[1];
  if (pem !== undefined) {
    return readPem(text, pem.trim());
  }
  throw new UnusableKey({ defect: 'notAKey' });
}

/** OpenSSH PROTOCOL.key. */
function readOpenSsh(text: string, data: Buffer): PrivateKeyFile {
  const { cipher, blob } = readEnvelope(data);
  const type = keyType(blob);
  if (isOnSecurityKey(type)) {
    throw new UnusableKey({ defect: 'onSecurityKey' }, blob);
  }
  if (!signableTypes.has(type)) {
    throw new UnusableKey({ defect: 'keyType', type: type === 'ssh-dss' ? 'DSA' : readable(type) }, blob);
  }
  if (cipher.startsWith('chacha20')) {
    throw new UnusableKey({ defect: 'cipher', cipher }, blob);
  }
  const encrypted = cipher !== 'none';
  return {
    encrypted,
    blob,
    open(passphrase) {
      if (encrypted && passphrase === '') {
        return undefined;
      }
      const parsed = utils.parseKey(text, encrypted ? passphrase : undefined);
      if (parsed instanceof Error) {
        if (encrypted && wrongPassphrase.test(parsed.message)) {
          return undefined;
        }
        throw new UnusableKey({ defect: 'damaged', error: parsed.message }, blob);
      }
      return privateKeyOf(createPrivateKey(parsed.getPrivatePEM()));
    },
  };
}

function readEnvelope(data: Buffer): { cipher: string; blob: Buffer } {
  const magic = 'openssh-key-v1\0';
  try {
    if (data.toString('latin1', 0, magic.length) !== magic) {
      throw new Error(`it does not begin with ${magic.trim()}`);
    }
    const reader = new WireReader(data.subarray(magic.length));
    const cipher = reader.text();
    reader.string(); // kdf
    reader.string(); // its options
    reader.uint32(); // how many keys: one
    return { cipher, blob: Buffer.from(reader.string()) };
  } catch (error) {
    throw new UnusableKey({ defect: 'damaged', error: messageOf(error) });
  }
}

function readPem(text: string, kind: string): PrivateKeyFile {
  if (kind === 'DSA') {
    throw unusableType('DSA');
  }
  const encrypted = kind === 'ENCRYPTED' || /^Proc-Type: 4,ENCRYPTED/m.test(text);
  const open = (passphrase: string): PrivateKey =>
    privateKeyOf(createPrivateKey({ key: text, format: 'pem', ...(encrypted ? { passphrase } : {}) }));
  if (!encrypted) {
    const key = convertErrors(() => open(''));
    return { encrypted, blob: key.blob, open: () => key };
  }
  return {
    encrypted,
    blob: undefined,
    open(passphrase) {
      try {
        return passphrase === '' ? undefined : open(passphrase);
      } catch (error) {
        // OpenSSL has a dozen errors for a wrong passphrase, depending on how it interprets the result.
        if (error instanceof UnusableKey) {
          throw error;
        }
        return undefined;
      }
    },
  };
}

function convertErrors<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof UnusableKey
      ? error
      : new UnusableKey({ defect: 'damaged', error: messageOf(error) });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
