// Checks a command line that the user types or pastes: returns the tunnel and what would be ignored, or the first fault.
import { isDeepStrictEqual } from 'node:util';
import { deferred as l10n } from '../../util/l10n';
import type { Message } from '../../util/l10n';
import type { Destination } from '../definition';
import { parseTunnel } from '../parsing/parseTunnel';
import type { ConfigOption } from '../hostBlock';
import type { LineProblem, SimpleCommand } from './splitWords';
import { parseCommandLine } from './parseCommandLine';
import { isSshCommand } from './pasted/chooseCommand';
import { cleanText } from './pasted/cleanText';
import { reservedWords } from './pasted/otherPrograms';
import { withoutEscapes } from './pasted/escapedText';
import { splitCommands } from './splitWords';

export interface UsableLine {
  /** The keys of the tunnel. */
  readonly record: Readonly<Record<string, unknown>>;
  readonly destination: Destination;
  /** What can't be part of a tunnel and would be ignored. */
  readonly leftOut: readonly LineProblem[];
  /** What makes no difference for a tunnel. */
  readonly needless: readonly Message[];
  /** Those of them that a Host block can have. */
  readonly configOptions: readonly ConfigOption[];
}

/** What opens a port, or runs a program. */
const openingKeys = ['localForward', 'remoteForward', 'dynamicForward', 'x11Programs'];

/** Whether it is a tunnel, and not only a way to a host. */
export function opensPort({ record }: UsableLine): boolean {
  return openingKeys.some((key) => Object.hasOwn(record, key));
}

/**
 * @param mayOpenNoPort whether a line that only connects is usable, too
 * @returns the usable line, or the first fault as a sentence with its position
 */
export function checkLine(
  line: string,
  { mayOpenNoPort = false }: { readonly mayOpenNoPort?: boolean } = {},
): UsableLine | { readonly fault: Message } {
  const { record, destination, problems } = parseCommandLine(line);
  const leftOut = withoutRepetitions(
    problems.filter(({ leaveOut }) => leaveOut && leaveOut.isNeedless !== true),
  );
  const needless = problems.flatMap(({ message, leaveOut }) =>
    leaveOut?.isNeedless === true ? [message] : [],
  );
  const parsed = parseTunnel('new', line, 'user');
  const reported = 'problems' in parsed ? parsed.problems : [];
  const first = reported.find(
    ({ message, at }) =>
      !problems.some(
        (other) => other.leaveOut && other.at === at && isDeepStrictEqual(other.message, message),
      ),
  );
  if (first || !destination) {
    const { message, at = 0 } = first ?? { message: l10n.t('The host is missing.') };
    // Without its escapes, a text has other positions.
    return withoutEscapes(line) === line
      ? { fault: l10n.t('{problem} (character {position})', { problem: message, position: at + 1 }) }
      : { fault: message };
  }
  const usable = { record, destination, leftOut, needless, configOptions: effectiveOptions(leftOut) };
  if (mayOpenNoPort || opensPort(usable)) {
    return usable;
  }
  // What comes last is the command after the host, or beside it.
  const reason = leftOut.at(-1);
  return {
    fault: reason
      ? l10n.t('The line opens no port: add -L, -R or -D. {reason}', { reason: reason.message })
      : l10n.t('The line opens no port: add -L, -R or -D.'),
  };
}

/** The first line of a Host block counts, but not the first option of a command (main() in ssh.c). */
function effectiveOptions(leftOut: readonly LineProblem[]): readonly ConfigOption[] {
  const options = leftOut.flatMap(({ leaveOut }) => leaveOut?.configOption ?? []);
  return options.filter((option) => {
    const keyword = option.keyword.toLowerCase();
    const last = options.findLast((other) => other.replaces && other.keyword.toLowerCase() === keyword);
    return last === undefined || last === option;
  });
}

/** Two variables are one sentence. */
function withoutRepetitions(problems: readonly LineProblem[]): readonly LineProblem[] {
  return problems.filter(
    ({ message, leaveOut }, index) =>
      leaveOut?.configOption !== undefined ||
      problems.findIndex((other) => isDeepStrictEqual(other.message, message)) === index,
  );
}

/**
 * The ssh command line in a copied text, on one line as an input box needs it. Of other commands only the program is
 * kept: the clipboard may hold anything. undefined: there is no ssh command.
 */
export function copiedLine(text: string): string | undefined {
  if (text.length >= 10_000) {
    return undefined;
  }
  const clean = cleanText(withoutEscapes(text).trim());
  const { commands } = splitCommands(clean);
  const filled = commands.filter(({ words }) => words.length > 0);
  if (!filled.some((command) => isSshCommand(command, clean))) {
    return undefined;
  }
  return filled
    .map((command) => {
      const line = isSshCommand(command, clean) ? wholeCommand(command, clean) : programOnly(command, clean);
      return command.operator === ''
        ? line
        : `${line}${/^[\n(]$/.test(command.operator) ? ';' : ` ${command.operator}`}`;
    })
    .join(' ')
    .replace(/[;\s]+$/, '');
}

/** What touches in the text touches in the result: `<user>@<host>` is no redirection. */
function wholeCommand({ words, redirections }: SimpleCommand, text: string): string {
  const parts = [...words, ...redirections].sort((one, other) => one.at - other.at);
  return parts
    .map(({ at, end }, index) => {
      const isApart = index > 0 && parts[index - 1]?.end !== at;
      return `${isApart ? ' ' : ''}${text.slice(at, end).trim()}`;
    })
    .join('');
}

/** Neither the value of a variable, nor a text that is no name of a program: they may be secret. */
function programOnly({ words }: SimpleCommand, text: string): string {
  const reserved = words.findIndex((word) => !reservedWords.has(word.text));
  return words
    .slice(0, Math.max(0, reserved) + 1)
    .map(({ at, end }) => text.slice(at, end))
    .map((word) => word.replace(/^([A-Za-z_]\w*=).+$/s, '$1…'))
    .map((word) => (/^[\w./\\:@+~%=…{}![\]-]{1,80}$/.test(word) ? word : '…'))
    .join(' ');
}
