// One word of a command line, so that a shell takes it as it is.

/** In quotes where it needs them; a `~/` in front stays outside of them, for the shell to fill in. */
export function quoteWord(word: string): string {
  return word.startsWith('~/') ? `~/${word === '~/' ? '' : quoteWhole(word.slice(2))}` : quoteWhole(word);
}

/** The same with a `~` that stays one. */
export function quoteWhole(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/**
 * One word for either shell of Windows, of which nobody knows into which it is pasted: in double quotes, which PowerShell
 * and cmd.exe share. @returns undefined where one of the two would make something of what is in them
 */
export function quoteForWindows(word: string): string | undefined {
  if (/^[\w@+=:./-]+$/.test(word) && !word.startsWith('@')) {
    return word;
  }
  return /["$`%!\u2018-\u201f]|\\$/.test(word) ? undefined : `"${word}"`;
}
