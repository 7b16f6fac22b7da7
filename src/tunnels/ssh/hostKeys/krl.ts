// Parses key revocation lists in OpenSSH's binary format (PROTOCOL.krl).
import { plainKey } from '../keys/publicKey';
import { isValidPublicKey } from '../keys/verifySignature';
import { WireReader } from '../keys/wire';

export interface Krl {
  /** As on the wire: RFC 4253 §6.6. */
  readonly keys: readonly Buffer[];
  /** Hashes of revoked keys. */
  readonly sha1: readonly Buffer[];
  readonly sha256: readonly Buffer[];
  readonly certificates: readonly RevokedCertificates[];
}

/** Certificates of one authority, or of any: PROTOCOL.krl §2. */
interface RevokedCertificates {
  /** Its plain key. undefined: of any authority. */
  readonly authority: Buffer | undefined;
  readonly keyIds: ReadonlySet<string>;
  readonly serials: ReadonlySet<bigint>;
  /** Both ends are inclusive. */
  readonly ranges: readonly { readonly from: bigint; readonly to: bigint }[];
  /** The lowest bit, which is the last one of the last byte, stands for the serial number `from`. */
  readonly bitmaps: readonly { readonly from: bigint; readonly bits: Buffer }[];
}

const magic = Buffer.from('SSHKRL\n\0', 'latin1');
const version = 1;
const sections = { certificates: 1, keys: 2, sha1: 3, signature: 4, sha256: 5, extension: 255 } as const;
const certificateSections = { list: 0x20, range: 0x21, bitmap: 0x22, keyId: 0x23, extension: 0x39 } as const;
const hashLengths = { sha1: 20, sha256: 32 };
/** BITMAP_MAX of OpenSSH's bitmap.c, in bits. */
const maxBits = 1 << 24;
const maxSerial = 0xffff_ffff_ffff_ffffn;

export function isKrl(content: Buffer): boolean {
  return content.subarray(0, magic.length).equals(magic);
}

/** @returns undefined if it is damaged, of another version, or has unknown sections */
export function parseKrl(content: Buffer): Krl | undefined {
  try {
    return isKrl(content) ? parseSections(content) : undefined;
  } catch (error) {
    if (error instanceof RangeError) {
      return undefined;
    }
    throw error;
  }
}

/** Whether a list revokes a certificate by its serial number, unless that is 0, or by its key id. */
export function revokesCertificate(
  { certificates }: Krl,
  {
    authority,
    serial,
    keyId,
  }: { readonly authority: Buffer; readonly serial: bigint; readonly keyId: string },
): boolean {
  return certificates
    .filter((of) => of.authority === undefined || of.authority.equals(authority))
    .some(
      ({ keyIds, serials, ranges, bitmaps }) =>
        keyIds.has(keyId) ||
        (serial !== 0n &&
          (serials.has(serial) ||
            ranges.some(({ from, to }) => from <= serial && serial <= to) ||
            bitmaps.some(({ from, bits }) => serial >= from && isBitSet(bits, serial - from)))),
    );
}

/** @throws RangeError if it is damaged */
function parseSections(content: Buffer): Krl {
  const reader = new WireReader(content);
  reader.uint64(); // magic
  require(reader.uint32() === version);
  reader.uint64(); // the list's own version
  reader.uint64(); // its date
  reader.uint64(); // flags
  reader.string(); // reserved
  reader.string(); // comment
  const krl = {
    keys: new Array<Buffer>(),
    sha1: new Array<Buffer>(),
    sha256: new Array<Buffer>(),
    certificates: new Array<RevokedCertificates>(),
  };
  while (reader.position < content.length) {
    const type = reader.byte();
    const data = reader.string();
    switch (type) {
      case sections.certificates:
        krl.certificates.push(parseCertificates(data));
        break;
      case sections.signature:
        // The section is the signing key. The signature, a second string, isn't verified, as in OpenSSH before 9.4.
        reader.string();
        break;
      case sections.extension:
        refuseCritical(data);
        break;
      case sections.keys:
        for (const key of all(data, (each) => each.string())) {
          krl.keys.push(key);
        }
        break;
      case sections.sha1:
      case sections.sha256: {
        const name = type === sections.sha1 ? 'sha1' : 'sha256';
        for (const hash of all(data, (each) => each.string())) {
          require(hash.length === hashLengths[name]);
          krl[name].push(hash);
        }
        break;
      }
      default:
        throw new RangeError('an unknown section');
    }
  }
  return krl;
}

function parseCertificates(data: Buffer): RevokedCertificates {
  const reader = new WireReader(data);
  const blob = reader.string();
  const authority = blob.length === 0 ? undefined : plainKey(blob);
  require(authority === undefined || isValidPublicKey(authority));
  reader.string(); // reserved
  const keyIds = new Set<string>();
  const serials = new Set<bigint>();
  const ranges: { from: bigint; to: bigint }[] = [];
  const bitmaps: { from: bigint; bits: Buffer }[] = [];
  while (reader.position < data.length) {
    const type = reader.byte();
    const content = reader.string();
    switch (type) {
      case certificateSections.list:
        for (const serial of all(content, (each) => each.uint64())) {
          serials.add(serial);
        }
        break;
      case certificateSections.range: {
        const [from = 0n, to = 0n, ...rest] = all(content, (each) => each.uint64());
        require(rest.length === 0);
        ranges.push({ from, to });
        break;
      }
      case certificateSections.bitmap:
        bitmaps.push(parseBitmap(content));
        break;
      case certificateSections.keyId:
        for (const id of all(content, (each) => each.string())) {
          require(!id.subarray(0, -1).includes(0));
          keyIds.add(id.toString('utf8').replace(/\0$/, ''));
        }
        break;
      case certificateSections.extension:
        refuseCritical(content);
        break;
      default:
        throw new RangeError('an unknown section');
    }
  }
  // The number 0 can't be revoked.
  require(!serials.has(0n) && ranges.every(({ from, to }) => from > 0n && from <= to));
  return { authority, keyIds, serials, ranges, bitmaps };
}

function parseBitmap(content: Buffer): { from: bigint; bits: Buffer } {
  const reader = new WireReader(content);
  const from = reader.uint64();
  const bits = reader.string();
  require(reader.position === content.length && bits.length * 8 <= maxBits + 8 && (bits[0] ?? 0) < 0x80);
  require(from + BigInt(bits.length * 8) <= maxSerial + 8n);
  return { from, bits };
}

function isBitSet(bits: Buffer, position: bigint): boolean {
  const byte = bits.length - 1 - Number(position / 8n);
  return (((bits[byte] ?? 0) >> Number(position % 8n)) & 1) === 1;
}

function all<T>(data: Buffer, read: (reader: WireReader) => T): readonly T[] {
  const reader = new WireReader(data);
  const values: T[] = [];
  while (reader.position < data.length) {
    values.push(read(reader));
  }
  return values;
}

/** An extension (its name, whether it is critical, its value) that OpenSSH refuses if it doesn't know it. None is known. */
function refuseCritical(extension: Buffer): void {
  const reader = new WireReader(extension);
  reader.string();
  require(reader.byte() === 0);
  reader.string();
  require(reader.position === extension.length);
}

function require(condition: boolean): void {
  if (!condition) {
    throw new RangeError('a damaged list');
  }
}
