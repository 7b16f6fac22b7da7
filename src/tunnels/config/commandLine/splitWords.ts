// Splits a command line into words as a shell does (POSIX, Shell Command Language, 2.2), and reports everything that needs
// a shell. Only a backslash of Windows stays, whoever reads the line: `C:\Users\me`, `CORP\me@host`, `\\server\keys`. The
// shells of Windows keep it, and nobody escapes a letter for a POSIX shell.
import { deferred as l10n } from '../../util/l10n';
import type { SyntaxProblem } from '../../util/parsing';
import { shellProblem } from './shellOperators';
import type { ConfigOption } from '../hostBlock';

/** A position in the line. */
export interface Position {
  readonly at: number;
  /** Whether the text is written literally there, so that offsets in it are offsets in the line. */
  readonly exact: boolean;
}

export interface Word extends Position {
  /** Without quotes and escapes. */
  readonly text: string;
  readonly end: number;
}

/** The offset in the line of an offset in the text at a position. */
export function offsetWithin({ at, exact }: Position, offset: number): number {
  return exact ? at + offset : at;
}

/** The position of `rest`, the end of a text; exact only if the text is written literally there. */
export function positionOfRest(text: string, rest: string, { at, exact }: Position): Position {
  const isSame = exact && text.endsWith(rest);
  return { at: isSame ? at + text.length - rest.length : at, exact: isSame };
}

/** Its offset is one in the whole line. */
export interface LineProblem extends SyntaxProblem {
  /** Present if the rest is a valid tunnel without this option. */
  readonly leaveOut?: {
    /** The equivalent line for the user's ssh_config. */
    readonly configOption?: ConfigOption;
    /** Whether the tunnel does the same without it. */
    readonly isNeedless?: true;
  };
}

export interface SplitLine {
  readonly words: readonly Word[];
  readonly problems: readonly SyntaxProblem[];
}

/** `2>&1`, `> /dev/null`, `< file`. */
export interface Redirection {
  readonly operator: string;
  /** Empty if it is missing. */
  readonly target: string;
  readonly at: number;
  readonly end: number;
}

/** A command of a line of several, as `ssh a` in `cd b && ssh a &`. */
export interface SimpleCommand {
  readonly words: readonly Word[];
  readonly redirections: readonly Redirection[];
  /** What ended it, with its offset: `&&`, `\n`; empty at the end of the line. */
  readonly operator: string;
  readonly end: number;
}

export interface SplitCommands {
  readonly commands: readonly SimpleCommand[];
  readonly problems: readonly SyntaxProblem[];
}

/** With the descriptor that `>&1` repeats. `&>` redirects two. */
const redirection = /(?:(&>>?|<<<|<<-?|>>?|<)(?:&(\d+|-))?)/y;
const controlOperator = /&&|\|\||\|&|;;|[;|&()]|\n/y;

/** `$(pwd)`, one word, although it is never run. */
const substitution = /\$\([^()\n]*\)/y;

/** Characters that stand for themselves. */
const plainCharacters = /[^\s'"\\#;|&<>()$`]+/y;

/** After a backslash that separates the parts of a Windows path, or a domain and its user. */
const partOfName = /^[\p{L}\p{N}._-]/u;

/** How the path of a Windows network share or pipe begins. */
const networkPath = /\\{2}[\p{L}\p{N}.?]/uy;

/** `%NAME%` of cmd.exe; ssh's own tokens have one letter. The home folder is understood in a key's path. */
const cmdVariable = /%(?!USERPROFILE%)[A-Z][A-Z_]{2,}%/g;

/** At the beginning of a path, of a POSIX shell and of PowerShell. */
const homeVariable = /(?<=^|[\s=:'"])(?:\$HOME|\$\{HOME\}|\$env:USERPROFILE)(?=[/\\])/iy;

const homeAnywhere = new RegExp(homeVariable.source, 'gi');

/** The variables of the settings, allowed at the beginning of a socket path. */
const ourVariable = /\$\{(userHome|workspaceFolder)\}\//y;

/** The words of a line that is one command; what ends it or redirects it is a problem. */
export function splitWords(line: string): SplitLine {
  const { commands, problems } = splitCommands(line);
  const [first] = commands;
  const ends = commands.flatMap(({ redirections, operator, end }) => [
    ...redirections,
    ...(operator === '' ? [] : [{ operator, at: end }]),
  ]);
  const [shellNeeded] = ends.flatMap(({ operator, at }) => {
    const message = shellProblem(operator);
    return message ? [{ message, at }] : [];
  });
  // Behind the first of them, nothing is a part of the command.
  const before = problems.filter(({ at }) => at < (shellNeeded?.at ?? Infinity));
  return { words: first?.words ?? [], problems: [...before, ...(shellNeeded ? [shellNeeded] : [])] };
}

/** Of one line. One more shows that there are too many. */
export const maxCommands = 50;

/** The commands of a line, none of which is run. */
export function splitCommands(line: string): SplitCommands {
  return new Splitter(line).split();
}

class Splitter {
  readonly #line: string;
  readonly #commands: SimpleCommand[] = [];
  #words: Word[] = [];
  #redirections: Redirection[] = [];
  readonly #problems: SyntaxProblem[] = [];
  #at = 0;
  /** undefined: between words. */
  #word: { text: string; at: number } | undefined;

  constructor(line: string) {
    this.#line = line.trimEnd();
  }

  split(): SplitCommands {
    while (this.#at < this.#line.length && this.#commands.length <= maxCommands) {
      this.#step();
    }
    this.#endCommand('');
    for (const { index: at } of this.#line.matchAll(cmdVariable)) {
      this.#problems.push({
        message: l10n.t('"%" begins a variable, which only the shell cmd replaces; use its value.'),
        at,
      });
    }
    return { commands: this.#commands, problems: this.#problems };
  }

  #step(): void {
    plainCharacters.lastIndex = this.#at;
    const [plain = ''] = plainCharacters.exec(this.#line) ?? [];
    if (plain !== '') {
      this.#take(plain, plain.length);
      return;
    }
    const character = this.#line.charAt(this.#at);
    if (/[ \t\r]/.test(character)) {
      this.#endWord();
      this.#at++;
    } else if (character === "'") {
      this.#takeQuoted(/'([^']*)'/y, (inside) => inside);
    } else if (character === '"') {
      this.#takeQuoted(/"((?:\\[^]|[^"\\])*)"/y, (inside, at) => this.#unquote(inside, at));
    } else if (character === '\\') {
      this.#takeBackslash();
    } else if (character === '#' && this.#word === undefined) {
      const end = this.#line.indexOf('\n', this.#at);
      this.#at = end < 0 ? this.#line.length : end;
    } else if (/[;\n|&<>()]/.test(character)) {
      this.#takeOperator();
    } else if (/^\$null(?![\w:])/i.test(this.#line.slice(this.#at, this.#at + 6))) {
      // The /dev/null of PowerShell.
      this.#take('$null', 5);
    } else if (!this.#takeHome()) {
      this.#noteVariable(this.#at);
      substitution.lastIndex = this.#at;
      const [text = character] = substitution.exec(this.#line) ?? [];
      this.#take(text, text.length);
    }
  }

  /** The home folder, whose short form every reader of a path understands. */
  #takeHome(): boolean {
    homeVariable.lastIndex = this.#at;
    const [text = ''] = homeVariable.exec(this.#line) ?? [];
    if (text !== '') {
      this.#take('~', text.length);
    }
    return text !== '';
  }

  #take(text: string, length: number): void {
    this.#word ??= { text: '', at: this.#at };
    this.#word.text += text;
    this.#at += length;
  }

  #endWord(): void {
    if (this.#word) {
      const { text, at } = this.#word;
      this.#words.push({ text, at, end: this.#at, exact: this.#line.slice(at, this.#at) === text });
      this.#word = undefined;
    }
  }

  #takeOperator(): void {
    redirection.lastIndex = this.#at;
    const [text = '', operator = '', descriptor] = redirection.exec(this.#line) ?? [];
    if (operator === '') {
      controlOperator.lastIndex = this.#at;
      const [control = ''] = controlOperator.exec(this.#line) ?? [];
      this.#endCommand(control);
      this.#at += control.length;
      if (control === '\n') {
        this.#skipHereDocuments();
      }
      return;
    }
    let at = this.#at;
    const operatorEnd = at + text.length;
    if (/^\d+$/.test(this.#word?.text ?? '')) {
      at = this.#word?.at ?? at;
      this.#word = undefined;
    }
    this.#endWord();
    this.#at += text.length;
    if (descriptor === undefined) {
      const target = this.#nextWord();
      const end = target?.end ?? operatorEnd;
      this.#redirections.push({ operator, target: target?.text ?? '', at, end });
    } else {
      this.#redirections.push({ operator, target: descriptor, at, end: this.#at });
    }
  }

  /** The lines up to the delimiter of each `<<` are no commands (2.7.4). */
  #skipHereDocuments(): void {
    for (const { operator, target } of this.#commands.at(-1)?.redirections ?? []) {
      const isHere = /^<<-?$/.test(operator);
      for (let isInside = isHere; isInside && this.#at < this.#line.length;) {
        const end = this.#line.indexOf('\n', this.#at);
        const line = this.#line.slice(this.#at, end < 0 ? undefined : end);
        isInside = line.trim() !== target;
        this.#at += line.length + 1;
      }
    }
  }

  /** The word that follows, which is no word of the command. */
  #nextWord(): Word | undefined {
    const count = this.#words.length;
    while (this.#at < this.#line.length && this.#words.length === count) {
      const isBetween = this.#word === undefined;
      if (/[\n;|&<>()]/.test(this.#line.charAt(this.#at)) || (isBetween && this.#line[this.#at] === '#')) {
        break;
      }
      this.#step();
    }
    this.#endWord();
    return this.#words.length > count ? this.#words.pop() : undefined;
  }

  #endCommand(operator: string): void {
    this.#endWord();
    const [words, redirections] = [this.#words, this.#redirections];
    this.#commands.push({ words, redirections, operator, end: this.#at });
    this.#words = [];
    this.#redirections = [];
  }

  #takeQuoted(pattern: RegExp, read: (inside: string, at: number) => string): void {
    pattern.lastIndex = this.#at;
    const [whole, inside] = pattern.exec(this.#line) ?? [];
    if (whole === undefined || inside === undefined) {
      const quote = this.#line.startsWith('"', this.#at) ? '"' : "'";
      this.#problems.push({
        message: l10n.t('The quote {quote} is not closed.', { quote }),
        at: this.#at,
      });
      // The other lines are other commands, or what ssh printed.
      const [rest = ''] = this.#line.slice(this.#at).split('\n', 1);
      this.#take(rest.slice(1), rest.length);
    } else {
      this.#take(read(inside, this.#at + 1), whole.length);
    }
  }

  /** Inside double quotes, a backslash escapes only these characters (2.2.3). */
  #unquote(inside: string, start: number): string {
    const isNetworkPath = this.#word === undefined && this.#isNetworkPath(start);
    for (const { 0: escape, index } of inside.matchAll(/\\[^]|[$`]/g)) {
      homeVariable.lastIndex = start + index;
      if (escape.length === 1 && !homeVariable.test(this.#line)) {
        this.#noteVariable(start + index);
      }
    }
    return inside
      .replace(homeAnywhere, '~')
      .replace(/\\(["$`\\\n])/g, (escape: string, escaped: string, at: number) =>
        at === 0 && isNetworkPath ? escape : escaped === '\n' ? '' : escaped,
      );
  }

  /** A backslash at the end of a line joins it with the next (2.2.1). */
  #takeBackslash(): void {
    if (this.#word === undefined && this.#isNetworkPath(this.#at)) {
      this.#take('\\\\', 2);
      return;
    }
    const next = this.#line.slice(this.#at + 1, this.#at + 2);
    if (next === '\n') {
      this.#at += 2;
    } else if (next === '') {
      this.#problems.push({
        message: l10n.t('Remove the "{character}" at the end.', { character: '\\' }),
        at: this.#at,
      });
      this.#at++;
    } else if (partOfName.test(next)) {
      this.#take('\\', 1);
    } else {
      this.#take(next, 2);
    }
  }

  #isNetworkPath(at: number): boolean {
    networkPath.lastIndex = at;
    return networkPath.test(this.#line);
  }

  #noteVariable(at: number): void {
    ourVariable.lastIndex = at;
    const character = this.#line.charAt(at);
    if ((character === '$' || character === '`') && !ourVariable.test(this.#line)) {
      this.#report(character, at);
    }
  }

  #report(character: string, at: number): void {
    const message = shellProblem(character);
    if (message) {
      this.#problems.push({ message, at });
    }
  }
}
