// Checks a command line that the user types or pastes: returns the tunnel and what would be ignored, or the first fault.
import { isDeepStrictEqual } from 'node:util';
import { deferred as l10n } from '../../util/l10n';
import type { Message } from '../../util/l10n';
import type { Destination } from '../definition';
import { parseTunnel } from '../parsing/parseTunnel';
import type { ConfigOption } from '../hostBlock';
import type { LineProblem } from './splitWords';
import { parseCommandLine } from './parseCommandLine';
import { isSshCommand } from './pasted/chooseCommand';
import { cleanText } from './pasted/cleanText';
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

/** @returns the usable line, or the first fault as a sentence with its position */
export function checkLine(line: string): UsableLine | { readonly fault: Message } {
  const { record, destination, problems } = parseCommandLine(line);
  const leftOut = problems.filter(({ leaveOut }) => leaveOut && leaveOut.isNeedless !== true);
  const needless = problems.flatMap(({ message, leaveOut }) =>
    leaveOut?.isNeedless === true ? [message] : [],
  );
  const parsed = parseTunnel('new', line, 'user');
  const reported = 'problems' in parsed ? parsed.problems : [];
  const first = reported.find(
    ({ message, at }) =>
      !leftOut.some((other) => other.at === at && isDeepStrictEqual(other.message, message)),
  );
  if (first || !destination) {
    const { message, at = 0 } = first ?? { message: l10n.t('The host is missing.') };
    return { fault: l10n.t('{problem} (character {position})', { problem: message, position: at + 1 }) };
  }
  const opens = ['localForward', 'remoteForward', 'dynamicForward', 'x11Programs'];
  if (!opens.some((key) => Object.hasOwn(record, key))) {
    // What comes last is the command after the host, or beside it.
    const reason = leftOut.at(-1);
    return {
      fault: reason
        ? l10n.t('The line opens no port: add -L, -R or -D. {reason}', { reason: reason.message })
        : l10n.t('The line opens no port: add -L, -R or -D.'),
    };
  }
  const configOptions = leftOut.flatMap(({ leaveOut }) => leaveOut?.configOption ?? []);
  return { record, destination, leftOut, needless, configOptions };
}

/**
 * The ssh command line in a copied text, on one line as an input box needs it. Of other commands only the program is
 * kept: the clipboard may hold anything. undefined: there is no ssh command.
 */
export function copiedLine(text: string): string | undefined {
  if (text.length >= 10_000) {
    return undefined;
  }
  const clean = cleanText(text.trim());
  const { commands } = splitCommands(clean);
  const filled = commands.filter(({ words }) => words.length > 0);
  if (!filled.some((command) => isSshCommand(command, clean))) {
    return undefined;
  }
  return filled
    .map((command) => {
      const parts = isSshCommand(command, clean)
        ? [...command.words, ...command.redirections].sort((one, other) => one.at - other.at)
        : command.words.slice(0, 1);
      const line = parts.map(({ at, end }) => clean.slice(at, end).trim()).join(' ');
      return command.operator === ''
        ? line
        : `${line}${/^[\n(]$/.test(command.operator) ? ';' : ` ${command.operator}`}`;
    })
    .join(' ')
    .replace(/[;\s]+$/, '');
}
