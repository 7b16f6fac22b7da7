// The first words of an X connection ("X Window System Protocol", chapter 8, Connection Setup): what a client says, with
// the key that it shows, and what the server answers.

/** A key of MIT-MAGIC-COOKIE-1, or of whatever the display asks for; an empty name: none. */
export interface AuthKey {
  readonly name: string;
  readonly data: Buffer;
}

export const noKey: AuthKey = { name: '', data: Buffer.alloc(0) };
export const cookieProtocol = 'MIT-MAGIC-COOKIE-1';

/** Longer than any there is: "MIT-MAGIC-COOKIE-1" has 18, "XDM-AUTHORIZATION-1" 19. */
const longestName = 256;
const longestData = 256;
const headLength = 12;

export interface ClientSetup {
  /** Bytes of the whole. */
  readonly length: number;
  readonly key: AuthKey;
  /** The same, with another key. */
  with(key: AuthKey): Buffer;
}

/** @returns undefined: more is needed; 'none': it is nothing that an X client says */
export function readClientSetup(bytes: Buffer): ClientSetup | 'none' | undefined {
  const order = bytes[0];
  if (order !== undefined && order !== littleEndian && order !== bigEndian) {
    return 'none';
  }
  if (order === undefined || bytes.length < headLength) {
    return undefined;
  }
  const number = (at: number): number =>
    order === littleEndian ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at);
  const [nameLength, dataLength] = [number(6), number(8)];
  if (nameLength > longestName || dataLength > longestData) {
    return 'none';
  }
  const dataAt = headLength + padded(nameLength);
  const length = dataAt + padded(dataLength);
  if (bytes.length < length) {
    return undefined;
  }
  const [major, minor] = [number(2), number(4)];
  return {
    length,
    key: {
      name: bytes.toString('latin1', headLength, headLength + nameLength),
      data: Buffer.from(bytes.subarray(dataAt, dataAt + dataLength)),
    },
    with: (key) => writeClientSetup(key, { order, major, minor }),
  };
}

const littleEndian = 0x6c;
const bigEndian = 0x42;

interface SetupHead {
  readonly order: number;
  readonly major: number;
  readonly minor: number;
}

export function writeClientSetup(
  { name, data }: AuthKey,
  { order, major, minor }: SetupHead = { order: littleEndian, major: 11, minor: 0 },
): Buffer {
  const bytes = Buffer.alloc(headLength + padded(name.length) + padded(data.length));
  const write = (value: number, at: number): void => {
    if (order === littleEndian) {
      bytes.writeUInt16LE(value, at);
    } else {
      bytes.writeUInt16BE(value, at);
    }
  };
  bytes[0] = order;
  write(major, 2);
  write(minor, 4);
  write(name.length, 6);
  write(data.length, 8);
  bytes.write(name, headLength, 'latin1');
  data.copy(bytes, headLength + padded(name.length));
  return bytes;
}

export type ServerAnswer = { readonly isIn: true } | { readonly isIn: false; readonly reason: string };

/** Of a little-endian client. @returns undefined: more is needed */
export function readServerAnswer(bytes: Buffer): ServerAnswer | undefined {
  if (bytes.length < 8) {
    return undefined;
  }
  const [status, reasonLength = 0] = bytes;
  if (status === 1) {
    return { isIn: true };
  }
  const more = 4 * bytes.readUInt16LE(6);
  if (bytes.length < 8 + more) {
    return undefined;
  }
  const reason = bytes.toString('latin1', 8, 8 + (status === 0 ? Math.min(reasonLength, more) : more));
  return { isIn: false, reason: reason.replace(/[^\x20-\x7e]+/g, ' ').trim() };
}

function padded(length: number): number {
  return Math.ceil(length / 4) * 4;
}
