// Public keys for tests that need no private key: well formed, and different for each number.
const contents: Readonly<Record<string, (seed: number) => readonly Buffer[]>> = {
  'ssh-ed25519': (seed) => [Buffer.alloc(32, seed)],
  'ssh-rsa': (seed) => [
    Buffer.from([1, 0, 1]),
    Buffer.concat([Buffer.from([0, 0x80]), Buffer.alloc(255, seed)]),
  ],
  'ecdsa-sha2-nistp256': (seed) => [
    Buffer.from('nistp256'),
    Buffer.concat([Buffer.from([4]), Buffer.alloc(64, seed)]),
  ],
};

/** A key's blob: RFC 4253 §6.6, RFC 5656 §3.1, RFC 8709 §4. */
export function publicKey(type: 'ssh-ed25519' | 'ssh-rsa' | 'ecdsa-sha2-nistp256', seed: number): Buffer {
  return wireStrings([Buffer.from(type), ...(contents[type]?.(seed) ?? [])]);
}

/** Strings as in RFC 4251 §5, one after the other. */
export function wireStrings(strings: readonly Buffer[]): Buffer {
  return Buffer.concat(
    strings.flatMap((string) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(string.length);
      return [length, string];
    }),
  );
}

/** `TYPE BASE64`, as in known_hosts. */
export function keyLine(key: Buffer): string {
  const type = key.toString('latin1', 4, 4 + key.readUInt32BE(0));
  return `${type} ${key.toString('base64')}`;
}
