// One word of a command line, so that a shell takes it as it is.

/** In quotes where it needs them; a `~/` in front stays outside of them, for the shell to fill in. */
export function quoteWord(word: string): string {
  return word.startsWith('~/') ? `~/${word === '~/' ? '' : quoteWhole(word.slice(2))}` : quoteWhole(word);
}

/** The same with a `~` that stays one. */
export function quoteWhole(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
