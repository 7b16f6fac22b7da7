// Parses the lines of a known_hosts file: sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT". Skips lines that OpenSSH can't read.
import { keyType, minRsaBits, plainKey } from '../keys/publicKey';
import { lengthInBits } from '../keys/wire';
import { parseNames } from './knownHostsNames';
import type { HostNames } from './knownHostsNames';

export interface KnownHostsEntry {
  readonly file: string;
  /** Counts from 1. */
  readonly line: number;
  readonly names: HostNames;
  readonly marker: 'cert-authority' | 'revoked' | undefined;
  readonly type: string;
  /** A key as on the wire (RFC 4253 §6.6), or a certificate: to OpenSSH, this is a key of another type. */
  readonly key: Buffer;
}

/** Parses the text of a file. Skips comments and lines that OpenSSH wouldn't understand. */
export function parseKnownHosts(text: string, file: string): readonly KnownHostsEntry[] {
  return parseLines(text.split('\n'), file, 1);
}

/** @param first the number of the first line, from 1 */
export function parseLines(
  lines: readonly string[],
  file: string,
  first: number,
): readonly KnownHostsEntry[] {
  return lines.flatMap((line, index) => parseLine(line, file, first + index) ?? []);
}

/**
 * Parses a RevokedHostKeys file in text form, with one `type base64` per line, to entries that revoke the keys for all
 * hosts. The line of a certificate revokes its key.
 * @returns undefined if a line is neither a key nor a comment: sshkey_in_file() in OpenSSH's authfile.c fails then
 */
export function parseRevokedKeys(text: string, file: string): readonly KnownHostsEntry[] | undefined {
  const entries: KnownHostsEntry[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const [type = '', base64 = ''] = line.trim().split(/[ \t]+/);
    const key = type === '' || type.startsWith('#') ? 'tooShort' : parseKey(type, base64);
    if (key === undefined) {
      return undefined;
    }
    if (key !== 'tooShort') {
      entries.push({ file, line: index + 1, names: ['*'], marker: 'revoked', type, key });
    }
  }
  return entries;
}

// Only spaces and tabs are separators. A carriage return at the end is part of the comment or the base64.
const linePattern = /^[ \t]*(@[^ \t]*[ \t]+)?([^ \t@#][^ \t]*)[ \t]+([^ \t#]+)[ \t]+([^ \t]+)/;

function parseLine(text: string, file: string, line: number): KnownHostsEntry | undefined {
  // To OpenSSH, a line ends at a NUL.
  const [whole = ''] = text.split('\0', 1);
  const [, markerField, hosts = '', type = '', base64 = ''] = linePattern.exec(whole) ?? [];
  const marker = parseMarker(markerField?.trim());
  const names = parseNames(hosts);
  const key = parseKey(type, base64.trim());
  return marker === 'unknown' || !names || !key || key === 'tooShort'
    ? undefined
    : { file, line, names, marker, type, key };
}

function parseMarker(field: string | undefined): KnownHostsEntry['marker'] | 'unknown' {
  switch (field) {
    case undefined:
      return undefined;
    case '@cert-authority':
      return 'cert-authority';
    case '@revoked':
      return 'revoked';
    default:
      return 'unknown';
  }
}

/** The number of strings after the type in a key's blob: RFC 4253 §6.6, RFC 5656 §3.1, RFC 8709, PROTOCOL.u2f. */
const fieldsOfType: Readonly<Record<string, number>> = {
  'ssh-ed25519': 1,
  'ssh-rsa': 2,
  'ssh-dss': 4,
  'ecdsa-sha2-nistp256': 2,
  'ecdsa-sha2-nistp384': 2,
  'ecdsa-sha2-nistp521': 2,
  'sk-ssh-ed25519@openssh.com': 2,
  'sk-ecdsa-sha2-nistp256@openssh.com': 3,
};

/** @returns tooShort: an RSA key that is never used. undefined: not a key */
function parseKey(type: string, base64: string): Buffer | 'tooShort' | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) {
    return undefined;
  }
  const blob = Buffer.from(base64, 'base64');
  const key = plainKey(blob);
  const plainType = keyType(key);
  const fieldCount = fieldsOfType[plainType];
  const fields = readStrings(key);
  if (keyType(blob) !== type || fieldCount === undefined || fields?.length !== fieldCount + 1) {
    return undefined;
  }
  if (plainType === 'ssh-rsa' && lengthInBits(fields[2] ?? Buffer.alloc(0)) < minRsaBits) {
    return 'tooShort';
  }
  const isEd25519 = /^(sk-)?ssh-ed25519(@|$)/.test(plainType);
  const isValid = isEd25519 ? fields[1]?.length === 32 : fields.every((field) => field.length > 0);
  return isValid ? blob : undefined;
}

/** Splits a blob into its strings (RFC 4251 §5). undefined: it doesn't consist of whole strings. */
function readStrings(blob: Buffer): readonly Buffer[] | undefined {
  const strings: Buffer[] = [];
  for (let at = 0; at < blob.length;) {
    const end = at + 4 > blob.length ? Infinity : at + 4 + blob.readUInt32BE(at);
    if (end > blob.length) {
      return undefined;
    }
    strings.push(blob.subarray(at + 4, end));
    at = end;
  }
  return strings;
}
