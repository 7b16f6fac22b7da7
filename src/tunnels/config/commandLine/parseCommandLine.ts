// Parses an ssh command line into the properties of a tunnel, and reports everything that a tunnel can't have.
import type { Destination } from '../definition';
import { checkPort, checkUser } from '../parsing/hosts';
import { maxProblems } from '../parsing/propertyReader';
import { serializeDestination, readDestinationWord } from '../parsing/parseDestination';
import { deferred as l10n, untranslated } from '../../util/l10n';
import { attempt } from '../../util/parsing';
import { unquoted } from '../../util/shown';
import type { Parsed } from '../../util/parsing';
import { readConfigOption, readNumber, readYesNo, refuseKeyword } from './configOption';
import type { KeywordOption } from './configOption';
import { PropertyCollector } from './collectProperties';
import { harmlessLetters, refuseOption } from './refusedOptions';
import { getopt } from './getopt';
import type { GivenOption } from './getopt';
import { chooseCommand } from './pasted/chooseCommand';
import { cleanText } from './pasted/cleanText';
import { maxCommands, offsetWithin, positionOfRest, splitCommands } from './splitWords';
import type { LineProblem, Position, Word } from './splitWords';
import { X11Forwarding } from './x11Forwarding';

export interface CommandLine {
  /** The properties as in the settings; without `host` if it is missing or invalid. */
  readonly record: Readonly<Record<string, unknown>>;
  readonly keys: PropertyCollector;
  readonly destination: Destination | undefined;
  /** In the order of the line. */
  readonly problems: readonly LineProblem[];
}

export function parseCommandLine(line: string): CommandLine {
  return new LineReader().read(line);
}

const forwardKinds = { L: 'local', R: 'remote', D: 'dynamic' } as const;
const forwardKeywords: ReadonlyMap<string, keyof typeof forwardKinds> = new Map([
  ['localforward', 'L'],
  ['remoteforward', 'R'],
  ['dynamicforward', 'D'],
]);
const booleanKeys: ReadonlyMap<string, string> = new Map([
  ['compression', 'compression'],
  ['exitonforwardfailure', 'exitOnForwardFailure'],
]);
const numberKeys: ReadonlyMap<string, string> = new Map([
  ['serveraliveinterval', 'serverAliveInterval'],
  ['serveralivecountmax', 'serverAliveCountMax'],
  ['connecttimeout', 'connectTimeout'],
]);

const longestLine = 20_000;

interface Given<T> {
  readonly value: T;
  readonly at: number;
}

class LineReader {
  readonly #keys = new PropertyCollector();
  readonly #problems: LineProblem[] = [];
  #user: Given<string> | undefined;
  #port: Given<number> | undefined;
  #gatewayPorts: boolean | undefined;
  readonly #x11 = new X11Forwarding();

  read(line: string): CommandLine {
    if (line.length > longestLine) {
      const message = l10n.t('The command line is longer than {longest} characters.', {
        longest: longestLine,
      });
      return this.#result([{ message, at: longestLine }], undefined);
    }
    const text = cleanText(line);
    const placeholder = placeholderIn(text);
    if (placeholder) {
      return this.#result([placeholder], undefined);
    }
    const { commands, problems } = splitCommands(text);
    const tooMany = commands[maxCommands];
    if (tooMany) {
      const message = l10n.t('There are more than {maximum} commands here. Paste only the ssh command.', {
        maximum: maxCommands,
      });
      return this.#result([{ message, at: tooMany.end }], undefined);
    }
    const chosen = chooseCommand(commands, text);
    // What can't be read in the other commands doesn't matter.
    const inside = problems.filter(({ at }) => at >= chosen.start && at <= chosen.end);
    const [unusable] = chosen.problems.filter(({ leaveOut }) => !leaveOut);
    this.#problems.push(...inside, ...chosen.problems.slice(0, maxProblems + 1));
    if (unusable) {
      return this.#result([], undefined);
    }
    const scan = getopt(chosen.words);
    this.#problems.push(...scan.problems);
    for (const option of scan.options) {
      // No suggestions are searched for problems that are not shown.
      if (this.#problems.length > maxProblems) {
        break;
      }
      this.#takeOption(option);
    }
    const destination = this.#takeDestination(scan.destination, Math.min(chosen.end, line.trimEnd().length));
    this.#takeCommand(scan.command);
    return this.#result([], destination);
  }

  #result(problems: readonly LineProblem[], destination: Destination | undefined): CommandLine {
    const all = [...this.#problems, ...problems].sort((one, other) => one.at - other.at);
    return {
      record: this.#keys.record(this.#gatewayPorts === true),
      keys: this.#keys,
      destination,
      problems: all,
    };
  }

  #takeOption(option: GivenOption): void {
    const { letter, value = '', valuePosition: position, at } = option;
    switch (letter) {
      case 'L':
      case 'R':
      case 'D':
        this.#keys.addForward(forwardKinds[letter], `-${letter}`, value, position);
        break;
      case 'J':
        this.#takeJump(value, position, at);
        break;
      case 'p':
        this.#takePort(value, position);
        break;
      case 'l':
        this.#takeUser(value, position);
        break;
      case 'C':
        this.#keys.set('compression', true, position);
        break;
      case 'g':
        this.#gatewayPorts = true;
        break;
      case 'X':
      case 'Y':
      case 'x':
        this.#x11.set(letter, at);
        break;
      case 'o':
        this.#takeKeyword(value, position);
        break;
      default:
        this.#report(harmlessLetters.includes(letter) ? undefined : refuseOption(option));
    }
  }

  #takeKeyword(text: string, position: Position): void {
    const option = readConfigOption(text, position);
    if ('problem' in option) {
      this.#report(option.problem);
      return;
    }
    const keyword = option.keyword.toLowerCase();
    const value = option.words[0] ?? '';
    const valuePosition = positionOfRest(text, option.words.join(' '), position);
    const forward = forwardKeywords.get(keyword);
    const booleanKey = booleanKeys.get(keyword);
    const numberKey = numberKeys.get(keyword);
    if (forward) {
      this.#takeForwardKeyword(forward, option, valuePosition);
    } else if (keyword === 'proxyjump') {
      this.#keys.setFirst('proxyJump', value, valuePosition);
    } else if (keyword === 'port') {
      this.#takePort(value, valuePosition);
    } else if (keyword === 'user') {
      this.#takeUser(value, valuePosition);
    } else if (booleanKey !== undefined) {
      this.#settle(readYesNo(value, option.keyword), valuePosition, (flag) =>
        this.#keys.setFirst(booleanKey, flag, valuePosition),
      );
    } else if (numberKey !== undefined) {
      this.#settle(readNumber(keyword, value, option.keyword), valuePosition, (number) =>
        this.#keys.setFirst(numberKey, number, valuePosition),
      );
    } else if (!this.#takeSwitch(keyword, option, valuePosition)) {
      this.#report(refuseKeyword(option));
    }
  }

  /** The keywords of -X, -Y and -g. The first value counts, but the options override it (main() in ssh.c). */
  #takeSwitch(keyword: string, option: KeywordOption, position: Position): boolean {
    const [value = ''] = option.words;
    const take = (set: (flag: boolean) => void): boolean => {
      this.#settle(readYesNo(value, option.keyword), position, set);
      return true;
    };
    switch (keyword) {
      case 'forwardx11':
        return take((flag) => this.#x11.setFirst(flag, option.at));
      case 'forwardx11trusted':
        return take((flag) => this.#x11.trustFirst(flag));
      case 'gatewayports':
        return take((flag) => (this.#gatewayPorts ??= flag));
      default:
        return false;
    }
  }

  /** ssh joins the two words with a colon too (parse_forward() in readconf.c). */
  #takeForwardKeyword(letter: 'L' | 'R' | 'D', { keyword, words }: KeywordOption, position: Position): void {
    const most = letter === 'D' ? 1 : 2;
    const fewest = letter === 'L' ? 2 : 1;
    if (words.length < fewest || words.length > most) {
      const option = untranslated`-o ${unquoted(keyword)}`;
      const message =
        letter === 'D'
          ? l10n.t('"{option}" takes one word: where to listen.', { option })
          : l10n.t('"{option}" takes two words: where to listen, and the target.', { option });
      this.#report({ message, at: position.at });
    } else {
      this.#keys.addForward(forwardKinds[letter], untranslated`-o ${keyword}`, words.join(':'), position);
    }
  }

  #takeJump(value: string, position: Position, at: number): void {
    if (this.#keys.has('proxyJump')) {
      const message = l10n.t('There is already a jump host: list all in one -J, separated by commas.');
      this.#report({ message, at });
    } else {
      this.#keys.set('proxyJump', value, position);
    }
  }

  #takePort(value: string, position: Position): void {
    this.#settle(
      attempt(() => checkPort(value, 1, 0)),
      position,
      (port) => (this.#port ??= { value: port, at: position.at }),
    );
  }

  #takeUser(value: string, position: Position): void {
    this.#settle(
      attempt(() => checkUser(value, 0, 'user')),
      position,
      (user) => (this.#user ??= { value: user, at: position.at }),
    );
  }

  /** @param end offset to report if the destination is missing */
  #takeDestination(word: Word | undefined, end: number): Destination | undefined {
    if (!word) {
      this.#report({
        message: l10n.t('The command needs a host, as in "{example}".', {
          example: 'ssh -L 8080:localhost:80 me@example.org',
        }),
        at: end,
      });
      return undefined;
    }
    const parsed = readDestinationWord(word.text);
    if ('error' in parsed) {
      const { message, at } = parsed.error;
      this.#report({ message, at: offsetWithin(word, at) });
      return undefined;
    }
    const { host } = parsed.value;
    const user = firstGiven(this.#user, parsed.value.user, word);
    const port = firstGiven(this.#port, parsed.value.port, word);
    const destination: Destination = {
      host,
      ...(user !== undefined && { user }),
      ...(port !== undefined && { port }),
    };
    this.#keys.set('host', serializeDestination(destination), word);
    return destination;
  }

  #takeCommand(words: readonly Word[]): void {
    const [first, ...rest] = words;
    if (!first) {
      this.#report(this.#x11.problem());
      return;
    }
    const command = words.map(({ text }) => text).join(' ');
    if (this.#x11.isOn) {
      const position = { at: first.at, exact: first.exact && rest.length === 0 };
      this.#keys.set('x11Programs', this.#x11.program(command), position);
    } else {
      const message =
        first.text === 'ssh'
          ? l10n.t(
              'The second ssh would run on that host, and can\'t be part of a tunnel. Connect through the host with -J, as in "{example}".',
              { example: untranslated`ssh -J bastion -L 8080:localhost:80 me@example.org` },
            )
          : l10n.t(
              "The command after the host can't be part of a tunnel. A tunnel runs no command, except an X11 program with -X or -Y.",
            );
      this.#report({ message, at: first.at, leaveOut: {} });
    }
  }

  #settle<T>(parsed: Parsed<T>, position: Position, take: (value: T) => void): void {
    if ('value' in parsed) {
      take(parsed.value);
    } else {
      const { message, at } = parsed.error;
      this.#report({ message, at: offsetWithin(position, at) });
    }
  }

  #report(problem: LineProblem | undefined): void {
    if (problem) {
      this.#problems.push(problem);
    }
  }
}

/** `<user>` in a documented command. */
function placeholderIn(text: string): LineProblem | undefined {
  const found = /(?<=[\s@:"'=]|^)<[A-Za-z](?:[\w .-]{0,40}\w)?>/.exec(text);
  return found
    ? { message: l10n.t('Replace the placeholder with a value of your own.'), at: found.index }
    : undefined;
}

/** As in ssh, the first value counts, whether it is an option or part of the destination. */
function firstGiven<T>(option: Given<T> | undefined, within: T | undefined, { at }: Word): T | undefined {
  return option && (option.at < at || within === undefined) ? option.value : within;
}
