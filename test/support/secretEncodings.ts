// The encodings in which a secret may have been written.

/** For each encoding by name, the bytes to look for. */
export function encodingsOf(secret: string | Buffer): ReadonlyMap<string, Buffer> {
  const bytes = Buffer.from(secret);
  const hex = bytes.toString('hex');
  const found = new Map<string, Buffer>([
    ['as it is', bytes],
    ['hex', Buffer.from(hex)],
    ['HEX', Buffer.from(hex.toUpperCase())],
    ['hex, apart', Buffer.from(hex.replace(/..(?!$)/g, '$& '))],
    ['hex, with colons', Buffer.from(hex.replace(/..(?!$)/g, '$&:'))],
    ['a list of bytes', Buffer.from([...bytes].join(','))],
  ]);
  for (const encoding of ['base64', 'base64url'] as const) {
    // In a longer text it begins at any of three positions of a group; characters shared with its neighbours are left
    // out.
    for (const before of [0, 1, 2]) {
      const text = Buffer.concat([Buffer.alloc(before), bytes])
        .toString(encoding)
        .replaceAll('=', '');
      const end = (before + bytes.length) % 3 === 0 ? undefined : -1;
      found.set(`${encoding} behind ${before}`, Buffer.from(text.slice(before === 0 ? 0 : before + 1, end)));
    }
  }
  if (typeof secret === 'string') {
    const json = JSON.stringify(secret).slice(1, -1);
    const ascii = json.replace(
      /[^\0-\x7f]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
    for (const [name, text] of [
      ['JSON', json],
      ['JSON in ASCII', ascii],
      ['JSON in JSON', JSON.stringify(json).slice(1, -1)],
      ['percent', encodeURIComponent(secret)],
      ['a form', new URLSearchParams({ a: secret }).toString().slice(2)],
      ['Latin-1 that was UTF-8', bytes.toString('latin1')],
    ] as const) {
      found.set(name, Buffer.from(text));
    }
    found.set('UTF-16', Buffer.from(secret, 'utf16le'));
  }
  return found;
}

/** The encodings in which a secret occurs in a text. */
export function foundEncodings(text: Buffer, secret: string | Buffer): readonly string[] {
  return [...encodingsOf(secret)].filter(([, spelling]) => text.includes(spelling)).map(([name]) => name);
}
