// What a message may quote of a text that others wrote. People put passwords where none belong, so a text that could not
// be understood is never quoted: a message names its place. What is quoted has been recognized (a name, a host, a path),
// and goes through quote() or a function like it, which hides whatever looks like a password in it nevertheless. The
// views show the message by their own rules (views/words/format.ts), and what the user agrees to by exactText.ts.
import { codePointEscape, replaceHidden } from './untrustedText';

declare const shown: unique symbol;

/** A text that may stand in a message. Made by this file, or written in the code as a literal. */
export type Shown = string & { readonly [shown]: true };

/** Nothing longer is looked through; what follows is not shown either. UTF-16 units. */
const longest = 1000;

const secretWord =
  'pass(?:word|wd|phrase|code)?|pwd|(?<![a-z])(?:pw|psk|otp)(?![a-z])|secret|token|credentials?|(?:api|access|account|private)[-_]?key';
const secretName = String.raw`(?:${secretWord})[\w-]{0,40}`;

/** To the end of the text, because a password may have spaces. */
const hidden: readonly RegExp[] = [
  // `PGPASSWORD=…`, `"token": "…"`.
  new RegExp(String.raw`(${secretName}(?:["']?\s{0,5}=|["']\s{0,5}:)).+`, 'is'),
  // `token:…`, which is a host if a port follows; `Password: …`.
  new RegExp(String.raw`((?<![a-z])(?:${secretWord}):)(?!\d{1,5}(?:\D|$))\S.*`, 'is'),
  /((?<![a-z])(?:pass(?:word|wd|phrase|code)?|pwd?|psk|otp|(?:api|access|private)[-_]?key):\s).+/is,
  /(\bbearer\s).+/is,
  /(\bauthorization\s{0,5}[=:]).+/is,
  // `--password …`.
  new RegExp(String.raw`((?:^|\s)--?[\w-]{0,40}${secretName}\s).+`, 'is'),
];

/** The text, with what looks like a password in it replaced by `…`. */
export function hidePasswords(text: string): string {
  return text.length > longest ? `${hideIn(text.slice(0, longest))}…` : hideIn(text);
}

/** As hidePasswords(), for a name of any length: no valid one has more than 100 characters. */
export function hideInName(name: string): string {
  // The "@" after a password may be further away.
  return name.length > 200 ? `${name.slice(0, 100).replace(/[^\w.-].*/s, '')}…` : hidePasswords(name);
}

/** Whether hidePasswords() would hide something. */
export function looksLikePassword(text: string): boolean {
  const looked = text.slice(0, longest);
  return hideIn(looked) !== looked;
}

/** Most texts have none of these, which takes far less time to see. */
const mayHaveUrlOrUser = /@|:\/\//;
const mayHaveName = new RegExp(`${secretWord}|authorization|bearer`, 'i');

function hideIn(text: string): string {
  const byWord = mayHaveUrlOrUser.test(text)
    ? text
        // A password with a space in a URL.
        .replace(/(:\/\/[^/@:]*:)[^/@]*@/g, '$1…@')
        .replace(/\S+/g, hideInWord)
    : text;
  return !mayHaveName.test(byWord)
    ? byWord
    : hidden.reduce((before, pattern) => before.replace(pattern, '$1…'), byWord);
}

/** The userinfo of a URL (RFC 3986 §3.2.1), of which only ssh:// shows the user; its query; and `me:password@host`. */
function hideInWord(word: string): string {
  const url = /^(.*?)([a-z][a-z0-9+.-]{0,20}):\/\//i.exec(word);
  const start = url?.[0].length ?? 0;
  const query = url ? word.slice(start).search(/[?#]/) : -1;
  const end = word.lastIndexOf('@');
  if (end >= start) {
    const separator = word.slice(start, end).search(/:|%3a/i);
    const isSecret = url !== null && url[2]?.toLowerCase() !== 'ssh';
    const from = isSecret ? start : separator < 0 ? end : start + separator;
    const kept = isSecret || separator < 0 ? '' : ':';
    return from === end ? word : `${word.slice(0, from)}${kept}…${word.slice(end).replace(/[?#].*/s, '?…')}`;
  }
  return query < 0 ? word : `${word.slice(0, start + query)}?…`;
}

/** As hidePasswords(), for the command of a program: also without the values of `-p` and `/p:`, and of `-u user:…`. */
export function hideInCommand(command: string): string {
  return hidePasswords(command)
    .replace(/((?:^|\s)(?:-p|-P|-pw|\/p[=:])).+/s, '$1…')
    .replace(/((?:^|\s)(?:-u|--user)[\s=]?[^\s:]*:).+/s, '$1…');
}

const commandWord = String.raw`(?:"[^"]*"|'[^']*'|[^\s"'])+`;
const passwordsInCommand: readonly RegExp[] = [
  new RegExp(String.raw`(\bsshpass\s{1,5}-p\s{0,5})${commandWord}`, 'g'),
  new RegExp(String.raw`((?:${secretName})=)${commandWord}`, 'gi'),
  new RegExp(String.raw`(--?(?:${secretName})\s{1,5})${commandWord}`, 'gi'),
];

/** As hidePasswords(), for a ProxyCommand of the user's own: hides single words, because the rest says where it leads. */
export function hideInProxyCommand(command: string): string {
  return passwordsInCommand
    .reduce((before, pattern) => before.replace(pattern, '$1…'), command)
    .replace(/\S+/g, hideInWord);
}

/** Quotes a text that has been recognized: on one line, shortened, invisible characters escaped, passwords hidden. */
export function quote(text: string): Shown {
  return quoteUpTo(80, text);
}

/** As quote(), for a sentence or two by which a server explains itself, at the end of a sentence: without the full stop. */
export function quoteWords(text: string): Shown {
  return quoteUpTo(160, text.trim().replace(/\.$/, ''));
}

function quoteUpTo(most: number, text: string): Shown {
  // The "@" after a password may be beyond what is looked through.
  const safe =
    text.length > longest ? text.slice(0, longest).replace(/[^\w.-].*/s, '…') : hidePasswords(text);
  return replaceHidden(
    JSON.stringify(safe.length > most ? `${safe.slice(0, most)}…` : safe),
    codePointEscape,
  ) as Shown;
}

/** As quote(), for the name or id of a tunnel: the colons of an id separate its origin, folder and name. */
export function quoteId(nameOrId: string): Shown {
  const [prefix = ''] = /^(?:(?:user|workspace|sshConfig):|folder:[^:]*:)/.exec(nameOrId) ?? [];
  return `"${prefix}${quote(nameOrId.slice(prefix.length)).slice(1)}` as Shown;
}

export function joinShown(texts: readonly Shown[]): Shown {
  return texts.join(', ') as Shown;
}

/** As quote(), without the quotation marks: for a host, an address or a file. */
export function unquoted(text: string): Shown {
  return hidePasswords(text) as Shown;
}

/** An unexpected error for the log: without its message, which may quote a setting. */
export function describeFault(error: unknown): string {
  const { name, message, code, stack = '' } = error as Partial<NodeJS.ErrnoException>;
  const frame = /^\s+at (.+)$/m.exec(stack.slice(stack.indexOf(message ?? '') + (message ?? '').length))?.[1];
  return [
    name ?? 'Error',
    ...(code === undefined ? [] : [code]),
    ...(frame === undefined ? [] : [`at ${frame}`]),
  ].join(' ');
}

/** The key of a JSON object that no property has: quoted if it can only be a word. A password can be a key, too. */
export function quoteKey(key: string): Shown {
  return isWord(key) ? quote(key) : ('"…"' as Shown);
}

/** Whether it is a word of letters. Passwords have digits or signs. */
export function isWord(text: string): boolean {
  return /^[a-z]+(?:[-_.][a-z]+)*$/i.test(text) && text.length <= 40;
}
