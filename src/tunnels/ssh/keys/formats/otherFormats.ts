// Recognizes files that are taken for SSH keys by mistake, or that another program can convert.
import type { OtherFormat } from '../../../errors/ssh/keys/keyFormat';
import { readDer, derTag } from './der';

/** In the order in which they are tried. */
const patterns: readonly (readonly [OtherFormat, RegExp])[] = [
  ['empty', /^\s*$/],
  ['sshCom', /---- BEGIN SSH2 (?:ENCRYPTED )?PRIVATE KEY ----/],
  ['ssh1', /^SSH PRIVATE KEY FILE FORMAT 1\.1/],
  ['publicKey', /-----BEGIN (?:RSA |DSA |EC )?PUBLIC KEY-----|---- BEGIN SSH2 PUBLIC KEY ----/],
  ['certificate', /-----BEGIN (?:TRUSTED |X509 |NEW )?CERTIFICATE(?: REQUEST)?-----/],
  ['openPgp', /-----BEGIN PGP /],
  ['age', /AGE-SECRET-KEY-|AGE ENCRYPTED FILE|^age-encryption\.org\//],
  ['jwk', /^\s*\{[\s\S]*"kty"/],
];

/** @param text each character is a byte @returns nothing for a format that isn't known */
export function otherFormat(text: string): { readonly format?: OtherFormat } {
  const format = patterns.find(([, pattern]) => pattern.test(text))?.[0] ?? binaryFormat(text);
  return format === undefined ? {} : { format };
}

/** PKCS#12 begins with the version 3 (RFC 7292 §4), a PKCS#8 or SEC1 key with 0 or 1. */
function binaryFormat(text: string): OtherFormat | undefined {
  const bytes = Buffer.from(text, 'latin1');
  if (bytes[0] !== derTag.sequence) {
    return undefined;
  }
  try {
    // OpenSSL writes long forms; others write an indefinite length, 0x80, which is BER.
    const start = bytes[1] === 0x80 ? bytes.subarray(2) : readDer(bytes).content;
    return start.subarray(0, 3).equals(Buffer.of(2, 1, 3)) ? 'pkcs12' : 'der';
  } catch {
    return undefined;
  }
}
