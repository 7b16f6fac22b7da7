// Reads an IdentityFile: a private key, or only a public key that selects a key of the agent. Like OpenSSH's
// load_public_identity_files() in ssh.c and sshkey_perm_ok() in authfile.c.
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { keyUnreadable, keyUnsupported } from '../../errors/ssh/keys/keyOrAgent';
import type { KeyError } from '../../errors/ssh/keys/keyOrAgent';
import { keyType } from './publicKey';
import { UnusableKey } from './privateKey';
import type { PrivateKey } from './privateKey';
import { openInWorker } from './openKey';
import { isCertificate, parsePublicKeyLines, readCertificate } from './publicKey';
import { keyText, looksPrivate, readPrivateKey } from './readPrivateKey';
import type { PrivateKeyFile } from './readPrivateKey';

/** Bytes. A key of 16384 bits takes 13 KB. */
const maxSize = 1024 * 1024;

export interface KeyFile {
  readonly path: string;
  readonly name: string;
  /** The public key, or the certificate in `KEY.pub`. undefined: it is in no file, or encrypted. */
  readonly blob: Buffer | undefined;
  /** The private key. undefined: it is missing or can't be used. */
  readonly secret: LockedKey | undefined;
  /** Why the private key can't be used, if it exists. */
  readonly problem: KeyError | undefined;
}

/** A private key that may need a passphrase. Once open, it stays open for this login. */
export class LockedKey {
  readonly #file: PrivateKeyFile;
  readonly bytes: Buffer;
  #key: PrivateKey | undefined;

  constructor(file: PrivateKeyFile, bytes: Buffer) {
    this.#file = file;
    this.bytes = bytes;
  }

  /** Whether a passphrase is still needed. */
  get isLocked(): boolean {
    return this.#file.encrypted && !this.#key;
  }

  /**
   * @param signal when nobody waits for it any longer
   * @returns undefined when the passphrase is wrong
   * @throws UnusableKey
   * @throws the reason of `signal`
   */
  async open(passphrase: string, signal: AbortSignal): Promise<PrivateKey | undefined> {
    return (this.#key ??= this.#file.encrypted
      ? passphrase === ''
        ? undefined
        : await openInWorker({ bytes: this.bytes, passphrase }, signal)
      : this.#file.open(''));
  }
}

/** @returns undefined if neither the file nor its public key exists */
export async function readKeyFile(path: string): Promise<KeyFile | undefined> {
  const base = { path, name: basename(path) };
  const adjacentKey = await readPublicKey(`${path}.pub`);
  const read = await readSmallFile(path);
  if (read === undefined) {
    return adjacentKey && { ...base, blob: adjacentKey, secret: undefined, problem: undefined };
  }
  if ('problem' in read) {
    return { ...base, blob: adjacentKey, secret: undefined, problem: read.problem };
  }
  const text = keyText(read.bytes);
  const publicKey = looksPrivate(text) ? undefined : parsePublicKeyLines(text);
  if (publicKey) {
    return { ...base, blob: publicKey, secret: undefined, problem: undefined };
  }
  try {
    const file = readPrivateKey(text);
    const blob = certificateOf(file.blob, adjacentKey) ?? file.blob ?? adjacentKey;
    const problem = permissionsProblem(path, read);
    return { ...base, blob, secret: problem ? undefined : new LockedKey(file, read.bytes), problem };
  } catch (error) {
    const own = error instanceof UnusableKey ? error.blob : undefined;
    return {
      ...base,
      blob: certificateOf(own, adjacentKey) ?? own ?? adjacentKey,
      secret: undefined,
      problem: permissionsProblem(path, read) ?? unusable(path, error),
    };
  }
}

/** A certificate in `KEY.pub` is offered instead of the key, as in OpenSSH. undefined: it isn't one for this key. */
function certificateOf(key: Buffer | undefined, adjacent: Buffer | undefined): Buffer | undefined {
  const certificate = adjacent && readCertificate(adjacent);
  return certificate && (!key || certificate.key.equals(key)) ? adjacent : undefined;
}

/**
 * Reads the certificate in a file, or in the file with `.pub` after its name: sshkey_load_public() in OpenSSH's
 * authfile.c. undefined: there is none.
 */
export async function readCertificateFile(path: string): Promise<Buffer | undefined> {
  const blob = (await readPublicKey(path)) ?? (await readPublicKey(`${path}.pub`));
  return blob && isCertificate(keyType(blob)) ? blob : undefined;
}

export function unusable(path: string, error: unknown): KeyError {
  return error instanceof UnusableKey
    ? keyUnsupported(path, error.defect)
    : keyUnreadable(path, { reason: 'parseError', error: String(error) });
}

async function readPublicKey(path: string): Promise<Buffer | undefined> {
  const read = await readSmallFile(path);
  return read && 'bytes' in read ? parsePublicKeyLines(keyText(read.bytes)) : undefined;
}

interface FileRead {
  readonly bytes: Buffer;
  readonly mode: number;
  readonly owner: number;
}

/** @returns undefined if it is missing */
async function readSmallFile(path: string): Promise<FileRead | { problem: KeyError } | undefined> {
  try {
    const stats = await stat(path);
    if (!stats.isFile() || stats.size > maxSize) {
      const reason = stats.isDirectory() ? 'folder' : stats.isFile() ? 'tooLarge' : 'notAKeyFile';
      return { problem: keyUnreadable(path, { reason }) };
    }
    return { bytes: await readFile(path), mode: stats.mode, owner: stats.uid };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      return undefined;
    }
    return {
      problem: keyUnreadable(
        path,
        code === 'EACCES' ? { reason: 'noPermission' } : { reason: 'readError', error: String(error) },
      ),
    };
  }
}

/** Checks the file mode like ssh does. Windows has no such modes. */
function permissionsProblem(path: string, { mode, owner }: FileRead): KeyError | undefined {
  if (process.platform === 'win32' || owner !== process.getuid?.() || (mode & 0o077) === 0) {
    return undefined;
  }
  return keyUnreadable(path, {
    reason: 'othersCanRead',
    mode: (mode & 0o777).toString(8).padStart(4, '0'),
  });
}
