// Reads a private key file of any format: OpenSSH's own, PEM (PKCS#1, SEC1), PKCS#8 and PuTTY's. Tells what is written
// in clear at once, the public half above all, so that a passphrase is asked for only where a server wants the key.
import { createPrivateKey } from 'node:crypto';
import { utils } from 'ssh2';
import { keyType } from '../hostKeys/knownHosts';
import { isPuttyKey, readPuttyKey } from './ppk';
import { privateKeyOf, UnusableKey, unusableType } from './privateKey';
import type { PrivateKey } from './privateKey';
import { isOnSecurityKey } from './publicKey';
import { WireReader } from './wire';

export interface PrivateKeyFile {
  readonly encrypted: boolean;
  /** The public half; undefined where it is encrypted as well. */
  readonly blob: Buffer | undefined;
  /**
   * @param passphrase empty where there is none
   * @returns undefined when the passphrase is wrong
   * @throws UnusableKey
   */
  open(passphrase: string): PrivateKey | undefined;
}

const openSshPattern =
  /-----BEGIN OPENSSH PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END OPENSSH PRIVATE KEY-----/;
const pemPattern = /-----BEGIN (RSA |EC |DSA |ENCRYPTED |)PRIVATE KEY-----/;

/** Whether it claims to be a private key, in whatever state. */
export function looksPrivate(text: string): boolean {
  return /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text) || isPuttyKey(text);
}

/** @throws UnusableKey */
export function readPrivateKey(text: string): PrivateKeyFile {
  const openSsh = openSshPattern.exec(text)?.[1];
  if (openSsh !== undefined) {
    return readOpenSsh(text, Buffer.from(openSsh, 'base64'));
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
  throw new UnusableKey(
    'it holds no private key in a format that this version knows',
    "Convert it with ssh-keygen or puttygen to OpenSSH's format.",
  );
}

/** OpenSSH PROTOCOL.key. */
function readOpenSsh(text: string, data: Buffer): PrivateKeyFile {
  const { cipher, blob } = readEnvelope(data);
  const type = keyType(blob);
  if (isOnSecurityKey(type)) {
    throw new UnusableKey(
      'its private half is inside a security key',
      'Load it into an agent with ssh-add, and plug the security key in.',
      blob,
    );
  }
  if (cipher.startsWith('chacha20')) {
    throw new UnusableKey(
      `it is encrypted with ${cipher}, which this version cannot read`,
      'Encrypt it anew with "ssh-keygen -p -Z aes256-ctr -f FILE".',
      blob,
    );
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
        if (encrypted) {
          return undefined;
        }
        throw new UnusableKey(`it is damaged (${parsed.message})`, 'Restore it from a copy.');
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
    throw new UnusableKey(`it is damaged (${messageOf(error)})`, 'Restore it from a copy.');
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
    const key = explained(() => open(''));
    return { encrypted, blob: key.blob, open: () => key };
  }
  return {
    encrypted,
    blob: undefined,
    open(passphrase) {
      try {
        return passphrase === '' ? undefined : open(passphrase);
      } catch (error) {
        // OpenSSL tells a wrong passphrase in a dozen ways: by what it took for the key.
        if (error instanceof UnusableKey) {
          throw error;
        }
        return undefined;
      }
    },
  };
}

function explained<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof UnusableKey
      ? error
      : new UnusableKey(`it is damaged (${messageOf(error)})`, 'Restore it from a copy.');
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
