// Reads a whole ssh command line into the keys of a tunnel: these and nothing more; what they can't say is named.
import type { Destination } from '../definition';
import { checkPort, checkUser } from '../hosts';
import { redactDestination } from '../parseDestination';
import { asSentence, attempt, quote } from '../../util/text';
import type { Parsed } from '../../util/text';
import { readConfigOption, refuseKeyword } from './configOption';
import type { KeywordOption } from './configOption';
import { destinationText, readDestinationWord } from './destinationText';
import { TunnelKeys } from './keys';
import type { KeyPlace } from './keys';
import type { LineProblem } from './problem';
import { dropProgram } from './program';
import { harmlessLetters, refuseOption, refusal } from './refusedOptions';
import { scanWords } from './scan';
import type { GivenOption } from './scan';
import { placeOfRest, placeWithin, readNumber, readYesNo } from './values';
import { splitWords } from './words';
import type { Place, Word } from './words';
import { X11Forwarding } from './x11Forwarding';

export interface CommandLine {
  /** As the settings have them; without `host` where there is none that can be read. */
  readonly record: Readonly<Record<string, unknown>>;
  readonly keys: TunnelKeys;
  readonly destination: Destination | undefined;
  /** In the order of the line. */
  readonly problems: readonly LineProblem[];
}

export function readCommandLine(line: string): CommandLine {
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

interface Said<T> {
  readonly value: T;
  readonly at: number;
}

class LineReader {
  readonly #keys = new TunnelKeys();
  readonly #problems: LineProblem[] = [];
  #user: Said<string> | undefined;
  #port: Said<number> | undefined;
  #gatewayPorts: boolean | undefined;
  readonly #x11 = new X11Forwarding();

  read(line: string): CommandLine {
    if (line.length > longestLine) {
      const message = `The command line is longer than ${longestLine} characters.`;
      return this.#result([{ message, at: longestLine }], undefined);
    }
    const { words, problems } = splitWords(line);
    this.#problems.push(...problems);
    const program = dropProgram(words, line);
    if ('problem' in program) {
      return this.#result([program.problem], undefined);
    }
    const scan = scanWords(program.words);
    this.#problems.push(...scan.problems);
    for (const option of scan.options) {
      this.#takeOption(option);
    }
    const destination = this.#takeDestination(scan.destination, line.trimEnd().length);
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
    const { letter, value = '', valuePlace: place, at } = option;
    const shown = quote(`-${letter}${value && ` ${value}`}`);
    switch (letter) {
      case 'L':
      case 'R':
      case 'D':
        this.#keys.addForward(forwardKinds[letter], value, { ...place, shown });
        break;
      case 'J':
        this.#takeJump(value, { ...place, shown }, at);
        break;
      case 'p':
        this.#takePort(value, place);
        break;
      case 'l':
        this.#takeUser(value, place);
        break;
      case 'C':
        this.#keys.set('compression', true, { ...place, shown });
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
        this.#takeKeyword(value, place);
        break;
      default:
        this.#tell(harmlessLetters.includes(letter) ? undefined : refuseOption(option));
    }
  }

  #takeKeyword(text: string, place: Place): void {
    const option = readConfigOption(text, place);
    if ('problem' in option) {
      this.#tell(option.problem);
      return;
    }
    const keyword = option.keyword.toLowerCase();
    const value = option.words[0] ?? '';
    const valuePlace = placeOfRest(text, option.words.join(' '), place);
    const shown = quote(`-o ${option.keyword}=${option.rest}`);
    const keyPlace = { ...valuePlace, shown };
    const forward = forwardKeywords.get(keyword);
    const booleanKey = booleanKeys.get(keyword);
    const numberKey = numberKeys.get(keyword);
    if (forward) {
      this.#takeForwardKeyword(forward, option, keyPlace);
    } else if (keyword === 'proxyjump') {
      this.#keys.setFirst('proxyJump', value, keyPlace);
    } else if (keyword === 'port') {
      this.#takePort(value, valuePlace);
    } else if (keyword === 'user') {
      this.#takeUser(value, valuePlace);
    } else if (booleanKey !== undefined) {
      this.#settle(readYesNo(value, option.keyword), value, valuePlace, (flag) =>
        this.#keys.setFirst(booleanKey, flag, keyPlace),
      );
    } else if (numberKey !== undefined) {
      this.#settle(readNumber(keyword, value, option.keyword), value, valuePlace, (number) =>
        this.#keys.setFirst(numberKey, number, keyPlace),
      );
    } else if (!this.#takeSwitch(keyword, option, valuePlace)) {
      this.#tell(refuseKeyword(option));
    }
  }

  /** The keywords of -X, -Y and -g. The first counts, but for the flags, which override it (main() in ssh.c). */
  #takeSwitch(keyword: string, option: KeywordOption, place: Place): boolean {
    const [value = ''] = option.words;
    const take = (set: (flag: boolean) => void): boolean => {
      this.#settle(readYesNo(value, option.keyword), value, place, set);
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

  /** ssh joins both halves with a colon as well (parse_forward() in readconf.c). */
  #takeForwardKeyword(letter: 'L' | 'R' | 'D', { keyword, words }: KeywordOption, place: KeyPlace): void {
    const most = letter === 'D' ? 1 : 2;
    const fewest = letter === 'L' ? 2 : 1;
    if (words.length < fewest || words.length > most) {
      const form =
        letter === 'D' ? 'one word: where to listen' : 'two words: where to listen, and the target';
      this.#tell({ message: `"-o ${keyword}" takes ${form}.`, at: place.at });
    } else {
      this.#keys.addForward(forwardKinds[letter], words.join(':'), place);
    }
  }

  #takeJump(value: string, place: KeyPlace, at: number): void {
    if (this.#keys.has('proxyJump')) {
      const message = 'There is a jump host already: write them in one -J, with commas between them.';
      this.#tell({ message, at });
    } else {
      this.#keys.set('proxyJump', value, place);
    }
  }

  #takePort(value: string, place: Place): void {
    this.#settle(
      attempt(() => checkPort(value, 1, 0)),
      value,
      place,
      (port) => (this.#port ??= { value: port, at: place.at }),
    );
  }

  #takeUser(value: string, place: Place): void {
    this.#settle(
      attempt(() => checkUser(value, 0)),
      value,
      place,
      (user) => (this.#user ??= { value: user, at: place.at }),
    );
  }

  /** @param end of the line, where it is missing */
  #takeDestination(word: Word | undefined, end: number): Destination | undefined {
    if (!word) {
      this.#tell({
        message: 'The host is missing, as in "ssh -L 8080:localhost:80 me@example.org".',
        at: end,
      });
      return undefined;
    }
    const parsed = readDestinationWord(word.text);
    if ('error' in parsed) {
      const message = asSentence(redactDestination(word.text), parsed.error);
      this.#tell({ message, at: placeWithin(word, parsed.error.at) });
      return undefined;
    }
    const { host } = parsed.value;
    const user = firstSaid(this.#user, parsed.value.user, word);
    const port = firstSaid(this.#port, parsed.value.port, word);
    const destination: Destination = {
      host,
      ...(user !== undefined && { user }),
      ...(port !== undefined && { port }),
    };
    this.#keys.set('host', destinationText(destination), { ...word, shown: quote(word.text) });
    return destination;
  }

  #takeCommand(words: readonly Word[]): void {
    const [first, ...rest] = words;
    if (!first) {
      this.#tell(this.#x11.problem());
      return;
    }
    const command = words.map(({ text }) => text).join(' ');
    if (this.#x11.isOn) {
      const place = { at: first.at, exact: first.exact && rest.length === 0, shown: quote(command) };
      this.#keys.set('x11Programs', this.#x11.program(command), place);
    } else {
      const why = 'a tunnel runs no command; with -X or -Y it is a program of the server to show here';
      this.#tell(refusal(command.slice(0, 80), why, first.at));
    }
  }

  #settle<T>(parsed: Parsed<T>, value: string, place: Place, take: (value: T) => void): void {
    if ('value' in parsed) {
      take(parsed.value);
    } else {
      this.#tell({ message: asSentence(value, parsed.error), at: placeWithin(place, parsed.error.at) });
    }
  }

  #tell(problem: LineProblem | undefined): void {
    if (problem) {
      this.#problems.push(problem);
    }
  }
}

/** For ssh the first one counts, be it an option or within the destination. */
function firstSaid<T>(option: Said<T> | undefined, within: T | undefined, { at }: Word): T | undefined {
  return option && (option.at < at || within === undefined) ? option.value : within;
}
