// Whether a command line can be a tunnel, while it is being typed: what has to be mended, or what it would leave out.
import type { Destination } from '../definition';
import { parseTunnel } from '../parseTunnel';
import type { ConfigOption, LineProblem } from './problem';
import { readCommandLine } from './read';

export interface UsableLine {
  /** The keys of the tunnel. */
  readonly record: Readonly<Record<string, unknown>>;
  readonly destination: Destination;
  /** What can't be part of it. */
  readonly leftOut: readonly LineProblem[];
  /** What of that a Host block can say. */
  readonly configOptions: readonly ConfigOption[];
}

/** @returns a sentence, with the place, where something has to be mended */
export function checkLine(line: string): UsableLine | { readonly fault: string } {
  const { record, destination, problems } = readCommandLine(line);
  const leftOut = problems.filter((problem) => problem.leaveOut !== undefined);
  const parsed = parseTunnel('new', line);
  const told = 'problems' in parsed ? parsed.problems : [];
  const first = told.find(
    ({ message, at }) => !leftOut.some((other) => other.message === message && other.at === at),
  );
  if (first || !destination) {
    return { fault: `${first?.message ?? ''} (character ${(first?.at ?? 0) + 1})` };
  }
  const opens = ['localForward', 'remoteForward', 'dynamicForward', 'x11Programs'];
  if (!opens.some((key) => Object.hasOwn(record, key))) {
    const but = leftOut[0] ? ` ${leftOut[0].message}` : '';
    return { fault: `The line opens no port: add -L, -R or -D.${but}` };
  }
  const configOptions = leftOut.flatMap(({ leaveOut }) => leaveOut?.configOption ?? []);
  return { record, destination, leftOut, configOptions };
}

/** What somebody has copied, if it looks like one command line of ssh: without the prompt, lines joined. */
export function copiedLine(text: string): string | undefined {
  const line = text
    .trim()
    .replace(/^[$%#>]\s+/, '')
    .replace(/\s*\\\r?\n\s*/g, ' ');
  return /^(\S*[/\\])?ssh(\.exe)?[ \t]/.test(line) && !/[\r\n]/.test(line) && line.length < 10_000
    ? line
    : undefined;
}
