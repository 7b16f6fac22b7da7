// Characters that nobody sees, and that make one line look like another: a list that a person consents to holds none.

const alternatives = [
  // Control characters, separators of lines, and marks of the text's direction or of no width (but for the joiner).
  '(?!\\u200d)[\\p{Cc}\\p{Zl}\\p{Zp}\\p{Cf}]',
  // Halves of a character, and what is none.
  '[\\p{Cs}\\p{Noncharacter_Code_Point}]',
  // Letters and marks without ink: Hangul fillers, the blank of Braille, selectors of a variant.
  '[\\u034f\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u2800\\u3164\\uffa0\\u{e0100}-\\u{e01ef}]',
  // Emoji may choose their variant, and be joined.
  '(?<!\\p{Extended_Pictographic})[\\ufe00-\\ufe0f](?!\\u20e3)',
  '(?<!\\p{Extended_Pictographic}[\\ufe0f\\u{1f3fb}-\\u{1f3ff}]?)\\u200d',
  '\\u200d(?!\\p{Extended_Pictographic})',
].join('|');
const hidden = new RegExp(alternatives, 'u');

/** For `replace`. */
export const allHidden = new RegExp(alternatives, 'gu');

/** Offset of the first such character, or -1. */
export function findHidden(text: string): number {
  return text.search(hidden);
}
