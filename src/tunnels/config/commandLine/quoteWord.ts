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
  if (isPlain(word) && !word.startsWith('@')) {
    return word;
  }
  return /["$`%!\u2018-\u201f]|\\$/.test(word) ? undefined : `"${word}"`;
}

/**
 * A word for the shell of a terminal. Unknown shells of Windows get what cmd and PowerShell both understand, others what
 * POSIX shells do.
 * @param shell the path or the name of its program, or VS Code's name of it (`pwsh`, `gitbash`)
 * @returns undefined if the shell would interpret the quoted text
 */
export function quoteForShell(
  word: string,
  shell: string | undefined,
  platform: NodeJS.Platform,
): string | undefined {
  switch (shellName(shell)) {
    case 'cmd':
      return quoteForWindows(word);
    case 'pwsh':
    case 'powershell':
      // All these are quotes to PowerShell, and doubled they stand for themselves (about_Quoting_Rules).
      return isPlain(word) && !word.startsWith('@')
        ? word
        : `'${word.replaceAll(/['\u2018-\u201b]/g, '$&$&')}'`;
    case 'fish':
      // The backslash escapes within single quotes, too (fish's documentation, Quotes).
      return isPlain(word) ? word : `'${word.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
    case 'bash':
    case 'gitbash':
    case 'sh':
    case 'zsh':
    case 'ksh':
    case 'dash':
    case 'wsl':
      return quoteWord(word);
    default:
      return platform === 'win32' ? quoteForWindows(word) : quoteWord(word);
  }
}

function shellName(shell = ''): string {
  return shell
    .replace(/^.*[/\\]/s, '')
    .replace(/\.exe$/i, '')
    .toLowerCase();
}

function isPlain(word: string): boolean {
  return /^[\w@+=:./-]+$/.test(word);
}
