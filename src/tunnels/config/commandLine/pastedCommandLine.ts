// Checks a command line that the user types or pastes: returns the tunnel and what would be ignored, or the first fault.
import { isDeepStrictEqual } from 'node:util';
import { deferred as l10n } from '../../util/l10n';
import type { Message } from '../../util/l10n';
import type { Destination } from '../definition';
import { parseTunnel } from '../parsing/parseTunnel';
import type { ConfigOption } from '../hostBlock';
import type { LineProblem } from './splitWords';
import { parseCommandLine } from './parseCommandLine';

export interface UsableLine {
  /** The keys of the tunnel. */
  readonly record: Readonly<Record<string, unknown>>;
  readonly destination: Destination;
  /** Options that can't be part of a tunnel and would be ignored. */
  readonly leftOut: readonly LineProblem[];
  /** Those of them that a Host block can have. */
  readonly configOptions: readonly ConfigOption[];
}

/** @returns the usable line, or the first fault as a sentence with its position */
export function checkLine(line: string): UsableLine | { readonly fault: Message } {
  const { record, destination, problems } = parseCommandLine(line);
  const leftOut = problems.filter((problem) => problem.leaveOut !== undefined);
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
    const [reason] = leftOut;
    return {
      fault: reason
        ? l10n.t('The line opens no port: add -L, -R or -D. {reason}', { reason: reason.message })
        : l10n.t('The line opens no port: add -L, -R or -D.'),
    };
  }
  const configOptions = leftOut.flatMap(({ leaveOut }) => leaveOut?.configOption ?? []);
  return { record, destination, leftOut, configOptions };
}

/** The ssh command line in a copied text, without prompt and line breaks; undefined: there is none. */
export function copiedLine(text: string): string | undefined {
  const line = text
    .trim()
    .replace(/^[$%#>]\s+/, '')
    .replace(/\s*\\\r?\n\s*/g, ' ');
  return /^(\S*[/\\])?ssh(\.exe)?[ \t]/.test(line) && !/[\r\n]/.test(line) && line.length < 10_000
    ? line
    : undefined;
}
