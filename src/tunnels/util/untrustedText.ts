// Finds characters that are invisible or make two texts look the same. Texts that users consent to must not contain any.

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

/** For `String.replace()`. */
export const allHidden = new RegExp(alternatives, 'gu');

/** Offset of the first hidden character, or -1. */
export function findHidden(text: string): number {
  return text.search(hidden);
}
