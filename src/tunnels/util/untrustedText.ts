// Untrusted text: finds characters that are invisible or make two texts look the same, which texts that users consent to
// must not contain, and makes text safe to show: short, on one line, without control characters.

const alternatives = [
  // Control characters, line separators, direction marks and zero-width characters (except the joiner).
  '(?!\\u200d)[\\p{Cc}\\p{Zl}\\p{Zp}\\p{Cf}]',
  // Lone surrogates and noncharacters.
  '[\\p{Cs}\\p{Noncharacter_Code_Point}]',
  // Letters and marks that draw nothing: Hangul fillers, the Braille blank, variation selectors.
  '[\\u034f\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u2800\\u3164\\uffa0\\u{e0100}-\\u{e01ef}]',
  // Variation selectors and joiners are allowed in emoji only.
  '(?<!\\p{Extended_Pictographic})[\\ufe00-\\ufe0f](?!\\u20e3)',
  '(?<!\\p{Extended_Pictographic}[\\ufe0f\\u{1f3fb}-\\u{1f3ff}]?)\\u200d',
  '\\u200d(?!\\p{Extended_Pictographic})',
].join('|');

const hidden = new RegExp(alternatives, 'u');

const allHidden = new RegExp(alternatives, 'gu');
/** Most texts are of these characters only, which takes far less time to see. */
const isPrintableAscii = /^[\x20-\x7e]*$/;

/** Offset of the first hidden character, or -1. */
export function findHidden(text: string): number {
  return isPrintableAscii.test(text) ? -1 : text.search(hidden);
}

export function replaceHidden(text: string, replacement: (character: string) => string): string {
  return isPrintableAscii.test(text) ? text : text.replace(allHidden, replacement);
}

/** `\u{200b}`: how a character is shown that could not be seen, or could be taken for another one. */
export function codePointEscape(character: string): string {
  return String.raw`\u{${character.codePointAt(0)?.toString(16) ?? ''}}`;
}

/** One line of printable ASCII, at most 200 characters. */
export function printable(text: string): string {
  return text
    .replace(/[^\x20-\x7e]+/g, ' ')
    .trim()
    .slice(0, 200);
}

/** The last line of a program's output, which usually has the reason of a failure. */
export function lastLine(text: string): string | undefined {
  return text.split('\n').map(printable).filter(Boolean).at(-1);
}

/** ESC [ … letter, ESC ] … BEL or ESC \, and the two-character sequences of ECMA-48. */
const terminalEscapes = /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\^_])/g;

/** Colours, titles and the like, as programs write them for a terminal. */
export function withoutTerminalEscapes(text: string): string {
  return text.replace(terminalEscapes, '');
}

/** Control and format characters (invisible, or changing the direction), line separators, noncharacters. */
const unreadable = /[\p{C}\p{Zl}\p{Zp}]+/gu;

/** One line in any script, at most `maxLength` characters. */
export function readable(text: string, maxLength = 500): string {
  const line = text.slice(0, 4 * maxLength).replaceAll(unreadable, ' ');
  return line.length > maxLength ? `${line.slice(0, maxLength)}…` : line;
}
