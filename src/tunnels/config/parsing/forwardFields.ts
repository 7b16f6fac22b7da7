// Splits the text of a forward into fields at its colons, as OpenSSH does (parse_fwd_field() in readconf.c).
import { deferred as l10n } from '../../util/l10n';
import { fail } from '../../util/parsing';

export interface Field {
  /** Without brackets and escapes. */
  readonly text: string;
  readonly at: number;
  readonly bracketed: boolean;
  /** Contains a slash, which makes it the path of a Unix socket, as for OpenSSH. */
  readonly isPath: boolean;
}

interface Cut {
  readonly text: string;
  readonly bracketed: boolean;
  /** Offset of the following colon, or the length of the text. */
  readonly end: number;
}

/** The text inside `[…]` is literal, including colons. */
function cutBracketed(whole: string, at: number): Cut {
  const close = whole.indexOf(']', at);
  if (close < 0) {
    fail(l10n.t('"[" has no "]".'), at);
  }
  const end = close + 1;
  if (end < whole.length && whole[end] !== ':') {
    fail(l10n.t('A colon must follow "]".'), end);
  }
  return { text: whole.slice(at + 1, close), bracketed: true, end };
}

/** A backslash escapes the next character. */
function cutPlain(whole: string, at: number): Cut {
  const pattern = /(?:\\[^]|[^\\:])*/y;
  pattern.lastIndex = at;
  const raw = pattern.exec(whole)?.[0] ?? '';
  const end = at + raw.length;
  if (whole[end] === '\\') {
    fail(l10n.t('Remove the "{character}" at the end.', { character: '\\' }), end);
  }
  return { text: raw.replace(/\\([^])/g, '$1'), bracketed: false, end };
}

/** The fields of a text; at least one, possibly empty. @param offset of `whole` in the user's text */
export function splitFields(whole: string, offset: number): Field[] {
  const fields: Field[] = [];
  for (let at = 0; at <= whole.length;) {
    const { text, bracketed, end } = whole[at] === '[' ? cutBracketed(whole, at) : cutPlain(whole, at);
    fields.push({ text, at: at + offset, bracketed, isPath: text.includes('/') });
    at = end + 1;
  }
  return fields;
}

/** A path is a single field; anything else is split at colons. */
export function fieldsOfOne(text: string): readonly Field[] {
  return /^(\/|~|\$\{)/.test(text) ? [{ text, at: 0, bracketed: false, isPath: true }] : splitFields(text, 0);
}

export function isNumber(field: Field | undefined): boolean {
  return field !== undefined && /^\d+$/.test(field.text);
}
