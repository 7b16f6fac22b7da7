// Undoes the escapes of the file that a command was copied from: the source of a web page, or JSON.
import { jsonCommand } from './quotedLists';

const named: Readonly<Record<string, string>> = {
  quot: '"',
  apos: "'",
  lt: '<',
  gt: '>',
  amp: '&',
  nbsp: ' ',
};

/** @returns the text itself if it has none. Otherwise its offsets are no longer those of the text. */
export function withoutEscapes(text: string): string {
  const plain = text.replace(
    /&(?:(quot|apos|lt|gt|amp|nbsp)|#(\d{2,5})|#x([\da-f]{2,4}));/gi,
    (whole: string, name?: string, decimal?: string, hex?: string) => {
      const code = decimal === undefined ? Number.parseInt(hex ?? '0', 16) : Number(decimal);
      // No control character.
      return name === undefined
        ? code < 0x20 || code > 0xffff
          ? whole
          : String.fromCharCode(code)
        : (named[name.toLowerCase()] ?? whole);
    },
  );
  // A command that begins with ssh may have JSON in it.
  return /^\s*(?:\S{0,200}[/\\])?ssh(?:\.exe)?\s/.test(plain) ? plain : (jsonCommand(plain) ?? plain);
}
