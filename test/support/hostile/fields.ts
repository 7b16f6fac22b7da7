// Handmade SSH messages (RFC 4251 §5), right or wrong.

export type Field = Buffer;

export function uint32(value: number): Field {
  const field = Buffer.alloc(4);
  field.writeUInt32BE(value >>> 0);
  return field;
}

export function byte(value: number): Field {
  return Buffer.of(value & 255);
}

/** @param length written before it; its own by default */
export function string(value: string | Buffer, length?: number): Field {
  const bytes = Buffer.from(value as string, 'utf8');
  return Buffer.concat([uint32(length ?? bytes.length), bytes]);
}

export function packed(type: number, ...fields: readonly Field[]): Buffer {
  return Buffer.concat([byte(type), ...fields]);
}

/** A message as a packet before there are keys (RFC 4253 §6). */
export function plainPacket(message: Buffer): Buffer {
  const padding = 8 - ((5 + message.length) % 8) + 8;
  return Buffer.concat([uint32(1 + message.length + padding), byte(padding), message, Buffer.alloc(padding)]);
}
