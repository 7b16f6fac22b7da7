// Splits a forward's text at its colons, as OpenSSH does (parse_fwd_field in readconf.c).
import { fail } from '../util/text';

export interface Field {
  /** Without brackets and escapes. */
  readonly text: string;
  readonly at: number;
  readonly bracketed: boolean;
  /** Holds a slash, which for OpenSSH makes it the path of a Unix socket. */
  readonly isPath: boolean;
}

interface Cut {
  readonly text: string;
  readonly bracketed: boolean;
  /** Offset of the colon behind it, or the length of the whole. */
  readonly end: number;
}

/** `[…]` is taken literally, colons and all. */
function cutBracketed(whole: string, at: number): Cut {
  const close = whole.indexOf(']', at);
  if (close < 0) {
    fail('"[" has no "]"', at);
  }
  const end = close + 1;
  if (end < whole.length && whole[end] !== ':') {
    fail('a colon must follow "]"', end);
  }
  return { text: whole.slice(at + 1, close), bracketed: true, end };
}

/** A backslash takes the next character literally. */
function cutPlain(whole: string, at: number): Cut {
  const pattern = /(?:\\[^]|[^\\:])*/y;
  pattern.lastIndex = at;
  const raw = pattern.exec(whole)?.[0] ?? '';
  const end = at + raw.length;
  if (whole[end] === '\\') {
    fail('nothing follows the "\\"', end);
  }
  return { text: raw.replace(/\\([^])/g, '$1'), bracketed: false, end };
}

/** The fields of a text that begins at `offset` of what the user wrote; at least one, perhaps empty. */
export function splitFields(whole: string, offset: number): Field[] {
  const fields: Field[] = [];
  for (let at = 0; at <= whole.length;) {
    const { text, bracketed, end } = whole[at] === '[' ? cutBracketed(whole, at) : cutPlain(whole, at);
    fields.push({ text, at: at + offset, bracketed, isPath: text.includes('/') });
    at = end + 1;
  }
  return fields;
}
