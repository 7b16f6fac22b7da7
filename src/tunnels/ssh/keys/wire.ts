// Reads and writes the data types of the SSH protocol (RFC 4251 §5) that keys and agents use.

/** Reads fields one by one. @throws RangeError if the data ends too early */
export class WireReader {
  readonly #data: Buffer;
  #position = 0;

  constructor(data: Buffer) {
    this.#data = data;
  }

  get position(): number {
    return this.#position;
  }

  byte(): number {
    const value = this.#data.readUInt8(this.#position);
    this.#position += 1;
    return value;
  }

  uint32(): number {
    const value = this.#data.readUInt32BE(this.#position);
    this.#position += 4;
    return value;
  }

  uint64(): bigint {
    const value = this.#data.readBigUInt64BE(this.#position);
    this.#position += 8;
    return value;
  }

  string(): Buffer {
    const length = this.uint32();
    if (length > this.#data.length - this.#position) {
      throw new RangeError('a string is longer than the data that holds it');
    }
    this.#position += length;
    return this.#data.subarray(this.#position - length, this.#position);
  }

  text(): string {
    return this.string().toString('utf8');
  }
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

export function wireString(data: Buffer | string): Buffer {
  const bytes = typeof data === 'string' ? Buffer.from(data, 'utf8') : data;
  return Buffer.concat([uint32(bytes.length), bytes]);
}

/** Encodes a non-negative mpint from its bytes. */
export function mpint(magnitude: Buffer): Buffer {
  const start = magnitude.findIndex((byte) => byte !== 0);
  const bytes = start < 0 ? Buffer.alloc(0) : magnitude.subarray(start);
  const sign = (bytes[0] ?? 0) >= 0x80 ? Buffer.alloc(1) : Buffer.alloc(0);
  return wireString(Buffer.concat([sign, bytes]));
}

/** Of a non-negative mpint: leading zeros don't count. */
export function lengthInBits(number: Buffer): number {
  const first = number.findIndex((byte) => byte !== 0);
  return first < 0 ? 0 : (number.length - first) * 8 - Math.clz32(number[first] ?? 0) + 24;
}
