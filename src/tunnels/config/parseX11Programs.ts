// Reads `x11Programs`: programs of the server whose windows are shown here.
import type { X11Program } from './definition';
import { nameFault, RecordReader, textFault } from './recordReader';
import type { Report } from './recordReader';
import { describeValue, entriesUpTo, isRecord, quote } from '../util/text';
import { refuseUnknownKeys } from './tunnelKeys';

const key = 'x11Programs';
const mostPrograms = 100;
const longestName = 100;
const longestCommand = 4096;

/** The programs by name; those that can't be read are reported and left out. */
export function parseX11Programs(value: unknown, report: Report): X11Program[] {
  if (!isRecord(value)) {
    report([key], `${key} is ${describeValue(value)}; it must be an object such as { "Clock": "xclock" }.`);
    return [];
  }
  const { count, entries } = entriesUpTo(mostPrograms, value);
  if (count > mostPrograms) {
    report([key], `There are ${count} programs; ${mostPrograms} are the most a tunnel can have.`);
    return [];
  }
  return entries
    .map(([name, program]) => parseProgram(name, program, report))
    .filter((program) => program !== undefined);
}

function parseProgram(name: string, value: unknown, report: Report): X11Program | undefined {
  const path = [key, name];
  const fault = name.includes('/') ? 'it holds a "/"' : nameFault(name, longestName);
  if (fault !== undefined) {
    report(path, `${quote(name)} can't be the name of a program: ${fault}.`);
  }
  if (typeof value !== 'string' && !isRecord(value)) {
    const right = 'a command such as "xclock", or an object with "command"';
    report(path, `The program ${quote(name)} is ${describeValue(value)}; it must be ${right}.`);
    return undefined;
  }
  return isRecord(value)
    ? parseProgramObject(name, value, path, report)
    : parseCommand(name, value, path, report);
}

function parseCommand(
  name: string,
  command: string,
  path: readonly string[],
  report: Report,
): X11Program | undefined {
  const fault = textFault(command, longestCommand);
  if (fault !== undefined) {
    report(path, `${quote(command)} can't be a command: ${fault}.`);
    return undefined;
  }
  return { name, command, trusted: false };
}

function parseProgramObject(
  name: string,
  record: Readonly<Record<string, unknown>>,
  path: readonly string[],
  report: Report,
): X11Program | undefined {
  const reader = new RecordReader(record, path, report);
  refuseUnknownKeys('program', record, (unknown, message) => reader.report(unknown, message));
  if (!reader.has('command')) {
    report(path, `The program ${quote(name)} needs "command", as in "xclock".`);
  }
  const command = reader.text('command', 'xclock', longestCommand);
  const nested = readScreenSize(reader);
  const trusted = reader.boolean('trusted') ?? false;
  return command === undefined
    ? undefined
    : { name, command, trusted, ...(nested !== undefined && { nested }) };
}

function readScreenSize(reader: RecordReader): string | undefined {
  const size = reader.string('nested', '1280x800');
  if (size !== undefined && !/^[1-9]\d{2,4}x[1-9]\d{2,4}$/.test(size)) {
    reader.report(
      'nested',
      `${quote(size)} can't be the size of a screen: write width x height, as in "1280x800".`,
    );
    return undefined;
  }
  return size;
}
