// Expands the command line of a tunnel into the properties that it stands for.
import type { Report } from '../parsing/propertyReader';
import type { JsonPath } from '../../util/jsonPath';
import { unquoted } from '../../util/shown';
import { deferred as l10n } from '../../util/l10n';
import type { Message } from '../../util/l10n';
import { parseCommandLine } from './parseCommandLine';
import type { CommandLine } from './parseCommandLine';
import { offsetWithin } from './splitWords';

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
    report(
      ['ssh'],
      l10n.t('{key} must be a string such as {example}.', {
        key: 'ssh',
        example: '"ssh -L 8080:localhost:80 me@example.org"',
      }),
    );
    return { record: value as Entry, report };
  }
  const path = typeof value === 'string' ? [] : ['ssh'];
  const read = parseCommandLine(line);
  for (const { message, at, leaveOut } of read.problems) {
    if (leaveOut?.isNeedless !== true) {
      report(path, message, at);
    }
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
  message: Message,
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
const optionOf = {
  proxyJump: '-J',
  localForward: '-L',
  remoteForward: '-R',
  dynamicForward: '-D',
  x11Programs: '-X',
} as const;

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

function duplicateProblem(key: string, expanded: Entry): Message | undefined {
  if (key === 'host') {
    return l10n.t('The tunnel has both "host" and "ssh"; use only one of them.');
  }
  const option = Object.hasOwn(optionOf, key) ? optionOf[key as keyof typeof optionOf] : undefined;
  if (option !== undefined) {
    return l10n.t(
      '"{key}" can\'t be combined with "ssh": add {option} to the command line, or use "host" and other properties instead of "ssh".',
      { key: unquoted(key), option },
    );
  }
  return Object.hasOwn(expanded, key)
    ? l10n.t('"{key}" is also set by the command line in "ssh"; remove one of the two.', {
        key: unquoted(key),
      })
    : undefined;
}
