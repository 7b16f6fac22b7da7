// Parses key revocation lists in OpenSSH's binary format (PROTOCOL.krl). Entries about certificates are ignored, since
// host certificates are not supported.
import { readStrings } from './knownHostsLine';

export interface Krl {
  /** As on the wire: RFC 4253 §6.6. */
  readonly keys: readonly Buffer[];
  /** Hashes of revoked keys. */
  readonly sha1: readonly Buffer[];
  readonly sha256: readonly Buffer[];
}

const magic = Buffer.from('SSHKRL\n\0', 'latin1');
/** The version of the format, then the list's own version, its date and its flags with eight bytes each. */
const headerLength = magic.length + 4 + 3 * 8;
const sections = { certificates: 1, keys: 2, sha1: 3, signature: 4, sha256: 5, extension: 255 } as const;

const hashLengths = { keys: undefined, sha1: 20, sha256: 32 };

export function isKrl(content: Buffer): boolean {
  return content.subarray(0, magic.length).equals(magic);
}

/** @returns undefined if it is damaged, of another version, or has unknown sections */
export function parseKrl(content: Buffer): Krl | undefined {
  if (!isKrl(content) || content.length < headerLength || content.readUInt32BE(magic.length) !== 1) {
    return undefined;
  }
  const krl: Record<'keys' | 'sha1' | 'sha256', Buffer[]> = { keys: [], sha1: [], sha256: [] };
  // A reserved string and a comment come before the sections.
  let rest = skipString(skipString(content.subarray(headerLength)));
  while (rest && rest.length > 0) {
    const type = rest[0];
    const data = firstString(rest.subarray(1));
    rest = skipString(rest.subarray(1));
    switch (type) {
      case sections.certificates:
        break;
      case sections.signature:
        // The section is the signing key. The signature, a second string, isn't verified, as in OpenSSH.
        rest = skipString(rest);
        break;
      case sections.extension:
        if (!data || isCritical(data)) {
          return undefined;
        }
        break;
      case sections.keys:
      case sections.sha1:
      case sections.sha256: {
        const name = type === sections.keys ? 'keys' : type === sections.sha1 ? 'sha1' : 'sha256';
        const entries = data && readStrings(data);
        if (!entries?.every((entry) => hasLength(entry, hashLengths[name]))) {
          return undefined;
        }
        krl[name].push(...entries);
        break;
      }
      default:
        return undefined;
    }
  }
  return rest && krl;
}

function hasLength(entry: Buffer, length: number | undefined): boolean {
  return length === undefined || entry.length === length;
}

/** An extension (its name, whether it is critical, its value) that OpenSSH refuses if it doesn't know it. None is known. */
function isCritical(extension: Buffer): boolean {
  const afterName = skipString(extension);
  return afterName?.[0] !== 0;
}

/** The content of the first string (RFC 4251 §5). undefined: it is truncated. */
function firstString(data: Buffer): Buffer | undefined {
  const end = data.length < 4 ? Infinity : 4 + data.readUInt32BE(0);
  return end > data.length ? undefined : data.subarray(4, end);
}

function skipString(data: Buffer | undefined): Buffer | undefined {
  const first = data && firstString(data);
  return first && data.subarray(4 + first.length);
}
