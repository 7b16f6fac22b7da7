// Quotes a word of a command line for a shell.

/** Quoted if necessary; a leading `~/` stays outside the quotes, so that the shell expands it. */
export function quoteWord(word: string): string {
  return word.startsWith('~/') ? `~/${word === '~/' ? '' : quoteWhole(word.slice(2))}` : quoteWhole(word);
}

/** Quoted if necessary; a `~` is literal. */
export function quoteWhole(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/**
 * A word for the shells of Windows: in double quotes, which PowerShell and cmd.exe both accept, because it may be pasted
 * into either. @returns undefined if one of them would interpret the quoted text
 */
export function quoteForWindows(word: string): string | undefined {
  if (/^[\w@+=:./-]+$/.test(word) && !word.startsWith('@')) {
    return word;
  }
  return /["$`%!\u2018-\u201f]|\\$/.test(word) ? undefined : `"${word}"`;
}
