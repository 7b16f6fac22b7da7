// Reads private key files: OpenSSH's own format, PEM (PKCS#1, SEC1, PKCS#8) and PuTTY's. Reads the unencrypted parts at
// once, mainly the public key, so that a passphrase is needed only when a server accepts the key.
import { readOpenSshKey } from './formats/openSshKey';
import { otherFormat } from './formats/otherFormats';
import { readPemKey } from './formats/pemKey';
import type { PemBlock } from './formats/pemKey';
import { puttyKeyAt, readPuttyKey } from './formats/puttyKey';
import { privateKeyOf, UnusableKey } from './privateKey';
import type { LockedPrivateKey, PrivateKey } from './privateKey';
import { plainKey } from './publicKey';

export interface PrivateKeyFile {
  readonly encrypted: boolean;
  /** The public key. undefined: it is encrypted as well. */
  readonly blob: Buffer | undefined;
  /**
   * May take minutes, and blocks: use openInWorker() for a key that is encrypted.
   * @param passphrase empty if there is none
   * @returns undefined when the passphrase is wrong
   * @throws UnusableKey
   */
  open(passphrase: string): PrivateKey | undefined;
}

const beginPattern = /-----BEGIN ((?:[A-Z0-9]+ )*)PRIVATE KEY-----/;

/**
 * The text of a key file, each byte a character: all formats are ASCII, and comments are in any encoding. Windows'
 * PowerShell writes UTF-16, and editors put a mark at the beginning.
 */
export function keyText(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) {
    return bytes.toString('utf16le', 2);
  }
  if (bytes[0] === 0xfe && bytes[1] === 0xff) {
    return Buffer.from(bytes.subarray(2, bytes.length & ~1))
      .swap16()
      .toString('utf16le');
  }
  // The first character of a PEM block, or of PuTTY's header.
  if ((bytes[0] === 0x2d || bytes[0] === 0x50) && bytes[1] === 0) {
    return bytes.toString('utf16le');
  }
  return bytes.toString('latin1', bytes.subarray(0, 3).equals(Buffer.of(0xef, 0xbb, 0xbf)) ? 3 : 0);
}

/** Whether the text looks like a private key, even a damaged one. */
export function looksPrivate(text: string): boolean {
  return beginPattern.test(text) || puttyKeyAt(text) >= 0;
}

/** Reads the first key of a file, and ignores what precedes and follows it. @throws UnusableKey */
export function readPrivateKey(text: string): PrivateKeyFile {
  const locked = readLocked(text);
  const { encrypted, blob } = locked;
  const read = (passphrase: string): PrivateKey | undefined => {
    const opened = passphrase === '' && encrypted ? undefined : locked.open(passphrase);
    const key = opened && privateKeyOf(opened);
    if (key && blob && !key.blob.equals(plainKey(blob))) {
      throw new UnusableKey({ defect: 'damaged', error: 'its public and its private key differ' }, blob);
    }
    return key;
  };
  if (encrypted) {
    return { encrypted, blob, open: read };
  }
  // A public key that isn't in clear can be told only from the private key.
  const key = blob ? undefined : read('');
  return { encrypted, blob: blob ?? key?.blob, open: (passphrase) => key ?? read(passphrase) };
}

function readLocked(text: string): LockedPrivateKey {
  const begin = beginPattern.exec(text);
  const puttyAt = puttyKeyAt(text);
  if (puttyAt >= 0 && (!begin || puttyAt < begin.index)) {
    return readPuttyKey(text);
  }
  if (!begin) {
    throw new UnusableKey({ defect: 'notAKey', ...otherFormat(text) });
  }
  const block = readBlock((begin[1] ?? '').trim(), text.slice(begin.index + begin[0].length));
  return block.kind === 'OPENSSH' ? readOpenSshKey(block.der) : readPemKey(block);
}

/** @param text what follows the line that begins the block */
function readBlock(kind: string, text: string): PemBlock {
  const end = text.indexOf('-----END ');
  if (end < 0) {
    throw new UnusableKey({ defect: 'damaged', error: 'its end is missing' });
  }
  // A key that was copied out of JSON has `\n` instead of line feeds.
  const body = text.slice(0, end).replaceAll(String.raw`\n`, '\n');
  const encryption = /Proc-Type:\s*[\w, ]*ENCRYPTED|DEK-Info:\s*[\w-]+(?:\s*,\s*[0-9A-Fa-f]+)?/g;
  const headers = body.match(encryption)?.join('\n') ?? '';
  const base64 = body
    .replace(encryption, '')
    // Other headers: RFC 1421 §4.6.
    .replace(/^[ \t]*[A-Za-z][\w-]*:.*$/gm, '')
    // No other character than those of ASCII: what is copied from a page has spaces that don't break lines.
    .replace(/[^\x21-\x7e]+/g, '');
  if (!/^[A-Za-z0-9+/]+=*$/.test(base64)) {
    const error = base64 === '' ? 'it is empty' : 'it contains characters that are not base64';
    throw new UnusableKey({ defect: 'damaged', error });
  }
  return { kind, headers, der: Buffer.from(base64, 'base64') };
}
