// Replaces the command line of a tunnel by the keys that say the same, for the readers of those keys.
import type { JsonPath, Report } from '../recordReader';
import { describeValue } from '../../util/text';
import { readCommandLine } from './read';
import type { CommandLine } from './read';
import { placeWithin } from './values';

type Entry = Readonly<Record<string, unknown>>;

interface SpelledOut {
  readonly record: Entry;
  /** Tells of the values that come from the command line where they stand in it. */
  readonly report: Report;
}

/** @param value a whole command line, or an object with one in its key `ssh`, or with none */
export function spellOut(value: string | Entry, report: Report): SpelledOut {
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
  const others = typeof value === 'string' ? {} : withoutClashes(value, read.record, report);
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
  const place = keys.placeOf(path);
  if (place) {
    report(linePath, keys.inWords(message), at === undefined ? place.at : placeWithin(place, at));
  } else {
    report(path, message, at);
  }
}

/** What a command line says of itself, and how. */
const spellings: ReadonlyMap<string, string> = new Map([
  ['proxyJump', '-J'],
  ['localForward', '-L'],
  ['remoteForward', '-R'],
  ['dynamicForward', '-D'],
  ['x11Programs', '-X'],
]);

/** The other keys of an object with a command line; each thing is said in one place. */
function withoutClashes(value: Entry, spelled: Entry, report: Report): Entry {
  return Object.fromEntries(
    Object.entries(value).filter(([key]) => {
      const fault = clash(key, spelled);
      if (fault !== undefined) {
        report(key === 'host' ? [] : [key], fault);
      }
      return fault === undefined;
    }),
  );
}

function clash(key: string, spelled: Entry): string | undefined {
  if (key === 'host') {
    return 'The tunnel has both "host" and "ssh"; it needs one of them.';
  }
  const spelling = spellings.get(key);
  if (spelling !== undefined) {
    return `"${key}" can't stand beside "ssh": write it there, as ${spelling}, or "host" and the other keys instead of "ssh".`;
  }
  return Object.hasOwn(spelled, key)
    ? `"${key}" is said by the command line in "ssh" as well; leave it out in one of the two.`
    : undefined;
}
