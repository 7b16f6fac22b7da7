// Splits the words after the program name into options, destination and command, as getopt(3) does for ssh.
import { maxProblems } from '../parsing/propertyReader';
import { deferred as l10n } from '../../util/l10n';
import { quote, unquoted } from '../../util/shown';
import type { SyntaxProblem } from '../../util/parsing';
import type { Position, Word } from './splitWords';

/** What main() in OpenSSH's ssh.c hands to getopt(3); a colon: the letter before it takes a value. */
const letters = '1246ab:c:e:fgi:kl:m:no:p:qstvxAB:CD:E:F:GI:J:KL:MNO:P:Q:R:S:TVw:W:XYy';

export interface GivenOption {
  readonly letter: string;
  /** Of the word that it is in. */
  readonly at: number;
  /** undefined: it takes none. */
  readonly value: string | undefined;
  readonly valuePosition: Position;
}

export interface Scan {
  readonly options: readonly GivenOption[];
  readonly destination: Word | undefined;
  readonly command: readonly Word[];
  readonly problems: readonly SyntaxProblem[];
}

/** As in ssh, options can be before and after the destination, until `--` or the first word of the command. */
export function getopt(words: readonly Word[]): Scan {
  const scanner = new Scanner(words);
  const isEnded = scanner.takeOptions();
  const destination = scanner.takeWord();
  if (destination && !isEnded) {
    scanner.takeOptions();
  }
  const { options, problems, rest: command } = scanner;
  return { options, destination, command, problems };
}

class Scanner {
  readonly options: GivenOption[] = [];
  readonly problems: SyntaxProblem[] = [];
  readonly #words: readonly Word[];
  #next = 0;

  constructor(words: readonly Word[]) {
    this.#words = words;
  }

  /** The remaining words. */
  get rest(): readonly Word[] {
    return this.#words.slice(this.#next);
  }

  takeWord(): Word | undefined {
    const word = this.#words[this.#next];
    this.#next = Math.min(this.#next + 1, this.#words.length);
    return word;
  }

  /** @returns whether a `--` ended them */
  takeOptions(): boolean {
    for (;;) {
      const word = this.#words[this.#next];
      if (!word || word.text === '-' || !word.text.startsWith('-')) {
        return false;
      }
      this.takeWord();
      if (word.text === '--') {
        return true;
      }
      this.#takeCluster(word);
    }
  }

  /** Letters after one dash. The last may have its value right after it, or in the next word. */
  #takeCluster(word: Word): void {
    if (word.text.startsWith('--')) {
      const message = l10n.t('ssh has no options that begin with "--".');
      this.problems.push({ message, at: word.at });
      return;
    }
    for (let index = 1; index < word.text.length && this.problems.length <= maxProblems; index++) {
      const letter = word.text.charAt(index);
      const at = letters.indexOf(letter);
      const position = { at: word.exact ? word.at + index : word.at, exact: word.exact };
      if (letter === ':' || at < 0) {
        // What follows may be the value of an option of another program.
        this.problems.push({
          message: l10n.t('ssh has no option {option}.', { option: quote(`-${letter}`) }),
          at: position.at,
        });
        return;
      } else if (letters[at + 1] === ':') {
        this.#takeValue(letter, word, index + 1);
        return;
      } else {
        this.options.push({ letter, at: position.at, value: undefined, valuePosition: position });
      }
    }
  }

  #takeValue(letter: string, word: Word, index: number): void {
    const attached = word.text.slice(index);
    if (attached !== '') {
      const at = word.exact ? word.at + index : word.at;
      this.options.push({ letter, at: word.at, value: attached, valuePosition: { at, exact: word.exact } });
      return;
    }
    const next = this.takeWord();
    if (next) {
      this.options.push({ letter, at: word.at, value: next.text, valuePosition: next });
    } else {
      this.problems.push({
        message: l10n.t('"{option}" needs a value.', { option: unquoted(`-${letter}`) }),
        at: word.end,
      });
    }
  }
}
