// Parses `x11Programs`: programs on the server that show their windows here.
import type { X11Program } from '../definition';
import { nameFault, RecordReader, textFault } from './propertyReader';
import type { Report } from './propertyReader';
import { deferred as l10n, untranslated } from '../../util/l10n';
import { describeValue, entriesUpTo, isRecord, quote } from '../../util/parsing';
import { reportUnknownKeys } from './tunnelKeys';

const key = 'x11Programs';
const maxPrograms = 100;
const maxNameLength = 100;
const maxCommandLength = 4096;

/** The programs; invalid ones are reported and omitted. */
export function parseX11Programs(value: unknown, report: Report): X11Program[] {
  if (!isRecord(value)) {
    report(
      [key],
      l10n.t('{key} is {value}; it must be an object such as {example}.', {
        key,
        value: describeValue(value),
        example: untranslated`{ "Clock": "xclock" }`,
      }),
    );
    return [];
  }
  const { count, entries } = entriesUpTo(maxPrograms, value);
  if (count > maxPrograms) {
    report(
      [key],
      l10n.t('There are {count} programs; the maximum is {maximum}.', { count, maximum: maxPrograms }),
    );
    return [];
  }
  return entries
    .map(([name, program]) => parseProgram(name, program, report))
    .filter((program) => program !== undefined);
}

function parseProgram(name: string, value: unknown, report: Report): X11Program | undefined {
  const path = [key, name];
  const fault = name.includes('/') ? l10n.t('It contains a "/".') : nameFault(name, maxNameLength);
  if (fault !== undefined) {
    report(
      path,
      l10n.t('{name} is not a valid program name. {reason}', { name: quote(name), reason: fault }),
    );
  }
  if (typeof value !== 'string' && !isRecord(value)) {
    report(
      path,
      l10n.t(
        'The program {name} is {value}; it must be a command such as "xclock", or an object with "command".',
        { name: quote(name), value: describeValue(value) },
      ),
    );
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
    report(
      path,
      l10n.t('{command} is not a valid command. {reason}', { command: quote(command), reason: fault }),
    );
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
    report(path, l10n.t('The program {name} needs "command", as in "xclock".', { name: quote(name) }));
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
      l10n.t('{size} is not a valid screen size: use width x height, as in "1280x800".', {
        size: quote(size),
      }),
    );
    return undefined;
  }
  return size;
}
