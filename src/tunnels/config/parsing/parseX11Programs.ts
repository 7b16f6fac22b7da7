// Parses `x11Programs`: programs on the server that show their windows here.
import type { X11Program } from '../definition';
import { nameFault, PropertyReader, textFault } from './propertyReader';
import type { Report } from './propertyReader';
import { deferred as l10n, untranslated } from '../../util/l10n';
import { entriesUpTo, isRecord } from '../../util/parsing';
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
      l10n.t('{key} must be an object such as {example}.', {
        key,
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
    report(path, l10n.t('The name of the program is not valid. {reason}', { reason: fault }));
  }
  if (typeof value !== 'string' && !isRecord(value)) {
    report(path, l10n.t('A program must be a command such as "xclock", or an object with "command".'));
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
    report(path, l10n.t('The command is not valid. {reason}', { reason: fault }));
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
  const reader = new PropertyReader(record, path, report);
  const meant = reportUnknownKeys('program', record, (unknown, ...said) => reader.report(unknown, ...said));
  if (!reader.has('command') && !meant.has('command')) {
    report(path, l10n.t('The program needs "command", as in "xclock".'));
  }
  const command = reader.text('command', 'xclock', maxCommandLength);
  const nested = readScreenSize(reader);
  const trusted = reader.boolean('trusted') ?? false;
  return command === undefined
    ? undefined
    : { name, command, trusted, ...(nested !== undefined && { nested }) };
}

function readScreenSize(reader: PropertyReader): string | undefined {
  const size = reader.string('nested', '1280x800');
  if (size !== undefined && !/^[1-9]\d{2,4}x[1-9]\d{2,4}$/.test(size)) {
    reader.report('nested', l10n.t('nested must be a screen size, width x height, as in "1280x800".'));
    return undefined;
  }
  return size;
}
