// Parses `x11Programs`: programs on the server that show their windows here.
import type { X11Program } from '../definition';
import { nameFault, RecordReader, textFault } from './recordReader';
import type { Report } from './recordReader';
import { describeValue, entriesUpTo, isRecord, quote } from '../../util/text';
import { reportUnknownKeys } from './tunnelKeys';

const key = 'x11Programs';
const maxPrograms = 100;
const maxNameLength = 100;
const maxCommandLength = 4096;

/** The programs; invalid ones are reported and omitted. */
export function parseX11Programs(value: unknown, report: Report): X11Program[] {
  if (!isRecord(value)) {
    report([key], `${key} is ${describeValue(value)}; it must be an object such as { "Clock": "xclock" }.`);
    return [];
  }
  const { count, entries } = entriesUpTo(maxPrograms, value);
  if (count > maxPrograms) {
    report([key], `There are ${count} programs; the maximum is ${maxPrograms}.`);
    return [];
  }
  return entries
    .map(([name, program]) => parseProgram(name, program, report))
    .filter((program) => program !== undefined);
}

function parseProgram(name: string, value: unknown, report: Report): X11Program | undefined {
  const path = [key, name];
  const fault = name.includes('/') ? 'it contains a "/"' : nameFault(name, maxNameLength);
  if (fault !== undefined) {
    report(path, `${quote(name)} is not a valid program name: ${fault}.`);
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
  const fault = textFault(command, maxCommandLength);
  if (fault !== undefined) {
    report(path, `${quote(command)} is not a valid command: ${fault}.`);
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
  reportUnknownKeys('program', record, (unknown, message) => reader.report(unknown, message));
  if (!reader.has('command')) {
    report(path, `The program ${quote(name)} needs "command", as in "xclock".`);
  }
  const command = reader.text('command', 'xclock', maxCommandLength);
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
      `${quote(size)} is not a valid screen size: use width x height, as in "1280x800".`,
    );
    return undefined;
  }
  return size;
}
