// Splits a line of ssh_config into keyword and words, as OpenSSH does (strdelim() and argv_split() in misc.c).

export interface ConfigLine {
  /** In lower case. */
  readonly keyword: string;
  /** Without quotes, escapes and comment. */
  readonly words: readonly string[];
}

/** A line whose words may be invalid. */
export interface WrittenConfigLine {
  /** In lower case. */
  readonly keyword: string;
  /** What follows the keyword, as written; a keyword whose value is a command takes all of it. */
  readonly rest: string;
  /** undefined: unbalanced quotes. */
  readonly words: readonly string[] | undefined;
}

/** @returns undefined for a blank line, a comment, or unbalanced quotes, which ssh rejects */
export function splitConfigLine(line: string): ConfigLine | undefined {
  const { keyword, words } = readConfigLine(line) ?? {};
  return keyword === undefined || words === undefined ? undefined : { keyword, words };
}

/** @returns undefined for a blank line, a comment, or a keyword whose quote isn't closed: ssh ignores these */
export function readConfigLine(line: string): WrittenConfigLine | undefined {
  // ssh reads a line as a C string.
  const [whole = ''] = line.split('\0', 1);
  // Trailing white space, then leading white space with at most one `=`.
  const text = whole
    .replace(/(?<![ \t\r\n\f])[ \t\r\n\f]+$/, '')
    .replace(/^(?:[ \t\r\n]+=?|=)[ \t\r\n]*/, '');
  const start = /^[^ \t\r\n"=]*/.exec(text)?.[0] ?? '';
  const behind = text.slice(start.length);
  const close = behind.startsWith('"') ? behind.indexOf('"', 1) : 0;
  const keyword = `${start}${behind.slice(1, Math.max(1, close))}`.toLowerCase();
  if (close < 0 || keyword === '' || keyword.startsWith('#')) {
    return undefined;
  }
  const rest =
    close > 0
      ? behind.slice(close + 1).replace(/^[ \t\r\n]+/, '')
      : behind.replace(/^[ \t\r\n]*=?[ \t\r\n]*/, '');
  return { keyword, rest, words: splitWords(rest) };
}

/** Both kinds of quotes, also inside a word; a `#` at the beginning of a word starts a comment. */
function splitWords(text: string): readonly string[] | undefined {
  const words: string[] = [];
  for (let at = 0; at < text.length;) {
    if (text[at] === ' ' || text[at] === '\t') {
      at++;
    } else if (text[at] === '#') {
      break;
    } else {
      const word = wordAt(text, at);
      if (!word) {
        return undefined;
      }
      words.push(word.text);
      at = word.end;
    }
  }
  return words;
}

/** A backslash escapes a quote, a backslash and, outside quotes, a space; before anything else it is literal. */
function wordAt(whole: string, start: number): { readonly text: string; readonly end: number } | undefined {
  let text = '';
  let quote = '';
  let at = start;
  for (; at < whole.length; at++) {
    const character = whole.charAt(at);
    const next = whole.charAt(at + 1);
    if (character === '\\' && next !== '' && `'"\\${quote === '' ? ' ' : ''}`.includes(next)) {
      text += next;
      at++;
    } else if (quote === '' && (character === ' ' || character === '\t')) {
      break;
    } else if (quote === '' && (character === '"' || character === "'")) {
      quote = character;
    } else if (character === quote) {
      quote = '';
    } else {
      text += character;
    }
  }
  return quote === '' ? { text, end: at } : undefined;
}
