// Expands the command line of a tunnel into the properties that it stands for.
import type { JsonPath, Report } from '../parsing/recordReader';
import { describeValue } from '../../util/text';
import { readCommandLine } from './read';
import type { CommandLine } from './read';
import { offsetWithin } from './words';

type Entry = Readonly<Record<string, unknown>>;

interface ExpandedLine {
  readonly record: Entry;
  /** Reports problems of values from the command line at their position in it. */
  readonly report: Report;
}

/** @param value a command line, or an object with or without one in its property `ssh` */
export function expandCommandLine(value: string | Entry, report: Report): ExpandedLine {
  const line = typeof value === 'string' ? value : value['ssh'];
  if (typeof value !== 'string' && !Object.hasOwn(value, 'ssh')) {
    return { record: value, report };
  }
  if (typeof line !== 'string') {
    const right = 'a string such as "ssh -L 8080:localhost:80 me@example.org"';
    report(['ssh'], `ssh is ${describeValue(line)}; it must be ${right}.`);
    return { record: value as Entry, report };
  }
  const path = typeof value === 'string' ? [] : ['ssh'];
  const read = readCommandLine(line);
  for (const { message, at } of read.problems) {
    report(path, message, at);
  }
  const others = typeof value === 'string' ? {} : withoutDuplicates(value, read.record, report);
  return {
    record: { ...others, ...read.record, ssh: line },
    report: (inside, message, at) => {
      reportInside(read, path, report, inside, message, at);
    },
  };
}

function reportInside(
  { keys }: CommandLine,
  linePath: JsonPath,
  report: Report,
  path: JsonPath,
  message: string,
  at: number | undefined,
): void {
  const position = keys.positionOf(path);
  if (position) {
    report(linePath, keys.replacePaths(message), at === undefined ? position.at : offsetWithin(position, at));
  } else {
    report(path, message, at);
  }
}

/** The options for properties that must be in the command line if there is one. */
const optionOf: ReadonlyMap<string, string> = new Map([
  ['proxyJump', '-J'],
  ['localForward', '-L'],
  ['remoteForward', '-R'],
  ['dynamicForward', '-D'],
  ['x11Programs', '-X'],
]);

/** The other properties of an object with a command line, without those that the line sets too. */
function withoutDuplicates(value: Entry, expanded: Entry, report: Report): Entry {
  return Object.fromEntries(
    Object.entries(value).filter(([key]) => {
      const fault = duplicateProblem(key, expanded);
      if (fault !== undefined) {
        report(key === 'host' ? [] : [key], fault);
      }
      return fault === undefined;
    }),
  );
}

function duplicateProblem(key: string, expanded: Entry): string | undefined {
  if (key === 'host') {
    return 'The tunnel has both "host" and "ssh"; use only one of them.';
  }
  const option = optionOf.get(key);
  if (option !== undefined) {
    return `"${key}" can't be combined with "ssh": add ${option} to the command line, or use "host" and other properties instead of "ssh".`;
  }
  return Object.hasOwn(expanded, key)
    ? `"${key}" is also set by the command line in "ssh"; remove one of the two.`
    : undefined;
}
