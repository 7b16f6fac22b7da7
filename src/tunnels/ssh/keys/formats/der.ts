// Reads and writes DER (ITU-T X.690): as much of it as private keys need.

export interface DerValue {
  /** With the bits of class and construction: 0x30 is a sequence. */
  readonly tag: number;
  /** Without the header. */
  readonly content: Buffer;
}

export const derTag = {
  integer: 0x02,
  octetString: 0x04,
  oid: 0x06,
  sequence: 0x30,
  context0: 0xa0,
} as const;

/** @throws RangeError if the data isn't exactly one value */
export function readDer(data: Buffer): DerValue {
  const [value, ...others] = readAll(data);
  if (!value || others.length > 0) {
    throw new RangeError('the data is not one DER value');
  }
  return value;
}

/** The values in a sequence, or in a context tag. @throws RangeError if it isn't one, or is cut off */
export function derChildren({ tag, content }: DerValue): readonly DerValue[] {
  if ((tag & 0x20) === 0) {
    throw new RangeError('the DER value has no parts');
  }
  return readAll(content);
}

/** `1.2.840.113549.1.5.13`. undefined: the value is no object identifier */
export function derOid(value: DerValue | undefined): string | undefined {
  if (value?.tag !== derTag.oid) {
    return undefined;
  }
  const numbers: number[] = [];
  let number = 0;
  for (const byte of value.content) {
    number = number * 128 + (byte & 0x7f);
    if (byte < 0x80) {
      numbers.push(number);
      number = 0;
    }
  }
  const [first = 0, ...rest] = numbers;
  const top = Math.min(2, Math.floor(first / 40));
  return [top, first - top * 40, ...rest].join('.');
}

/** Infinity for one that no number can hold. undefined: the value is no integer */
export function derInteger(value: DerValue | undefined): number | undefined {
  if (value?.tag !== derTag.integer) {
    return undefined;
  }
  return value.content.length > 6 ? Infinity : Number.parseInt(value.content.toString('hex') || '0', 16);
}

export function writeDer({ tag, content }: DerValue): Buffer {
  const { length } = content;
  const long = Buffer.of(length >> 16, (length >> 8) & 0xff, length & 0xff);
  const lengthBytes = long.subarray(length < 0x100 ? 2 : length < 0x10000 ? 1 : 0);
  const header = length < 0x80 ? [tag, length] : [tag, 0x80 + lengthBytes.length, ...lengthBytes];
  return Buffer.concat([Buffer.from(header), content]);
}

function readAll(data: Buffer): DerValue[] {
  const values: DerValue[] = [];
  let position = 0;
  while (position < data.length) {
    const tag = data.readUInt8(position);
    const short = data.readUInt8(position + 1);
    const lengthBytes = short < 0x80 ? 0 : short & 0x7f;
    if (lengthBytes > 4 || short === 0x80) {
      throw new RangeError('the length of a DER value is invalid');
    }
    const start = position + 2 + lengthBytes;
    const length = lengthBytes === 0 ? short : data.readUIntBE(position + 2, lengthBytes);
    if (length > data.length - start) {
      throw new RangeError('a DER value is longer than the data that holds it');
    }
    values.push({ tag, content: data.subarray(start, start + length) });
    position = start + length;
  }
  return values;
}
