// Reads and writes the setup messages of an X connection ("X Window System Protocol", chapter 8, Connection Setup): the
// client's, with its cookie, and the server's answer.

/** A cookie of MIT-MAGIC-COOKIE-1, or of another protocol that the display uses. An empty name: none. */
export interface AuthCookie {
  readonly name: string;
  readonly data: Buffer;
}

export const noCookie: AuthCookie = { name: '', data: Buffer.alloc(0) };
export const cookieProtocol = 'MIT-MAGIC-COOKIE-1';

/** Longer than any real one: "MIT-MAGIC-COOKIE-1" has 18 characters, "XDM-AUTHORIZATION-1" 19. */
const longestName = 256;
const longestData = 256;
const headerLength = 12;

export interface ClientSetup {
  /** Bytes of the whole message. */
  readonly length: number;
  readonly cookie: AuthCookie;
  /** The same message with another cookie. */
  with(cookie: AuthCookie): Buffer;
}

/** @returns undefined: incomplete; 'none': not from an X client */
export function readClientSetup(bytes: Buffer): ClientSetup | 'none' | undefined {
  const order = bytes[0];
  if (order !== undefined && order !== littleEndian && order !== bigEndian) {
    return 'none';
  }
  if (order === undefined || bytes.length < headerLength) {
    return undefined;
  }
  const number = (at: number): number =>
    order === littleEndian ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at);
  const [nameLength, dataLength] = [number(6), number(8)];
  if (nameLength > longestName || dataLength > longestData) {
    return 'none';
  }
  const dataAt = headerLength + padded(nameLength);
  const length = dataAt + padded(dataLength);
  if (bytes.length < length) {
    return undefined;
  }
  const [major, minor] = [number(2), number(4)];
  return {
    length,
    cookie: {
      name: bytes.toString('latin1', headerLength, headerLength + nameLength),
      data: Buffer.from(bytes.subarray(dataAt, dataAt + dataLength)),
    },
    with: (cookie) => writeClientSetup(cookie, { order, major, minor }),
  };
}

const littleEndian = 0x6c;
const bigEndian = 0x42;

interface SetupHeader {
  readonly order: number;
  readonly major: number;
  readonly minor: number;
}

export function writeClientSetup(
  { name, data }: AuthCookie,
  { order, major, minor }: SetupHeader = { order: littleEndian, major: 11, minor: 0 },
): Buffer {
  const bytes = Buffer.alloc(headerLength + padded(name.length) + padded(data.length));
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
  bytes.write(name, headerLength, 'latin1');
  data.copy(bytes, headerLength + padded(name.length));
  return bytes;
}

export type ServerAnswer =
  | { readonly isAccepted: true }
  | { readonly isAccepted: false; readonly reason: string };

/** Reads the answer to a little-endian client. @returns undefined: incomplete */
export function readServerAnswer(bytes: Buffer): ServerAnswer | undefined {
  if (bytes.length < 8) {
    return undefined;
  }
  const [status, reasonLength = 0] = bytes;
  if (status === 1) {
    return { isAccepted: true };
  }
  const more = 4 * bytes.readUInt16LE(6);
  if (bytes.length < 8 + more) {
    return undefined;
  }
  const reason = bytes.toString('latin1', 8, 8 + (status === 0 ? Math.min(reasonLength, more) : more));
  return { isAccepted: false, reason: reason.replace(/[^\x20-\x7e]+/g, ' ').trim() };
}

function padded(length: number): number {
  return Math.ceil(length / 4) * 4;
}
