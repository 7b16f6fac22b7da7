// Parses `sshTunnels.overrides`: a user's own changes to the tunnels of projects.
import type { AutoStart, DefinitionProblem, Destination } from '../definition';
import type { Listen } from '../forward';
import { parseListen } from './forwardSpec';
import { parseDestination } from './parseDestination';
import { PropertyReader, collectProblems } from './propertyReader';
import type { Report } from './propertyReader';
import { deferred as l10n, untranslated } from '../../util/l10n';
import { entriesUpTo, isRecord } from '../../util/parsing';
import { atOnce } from '../../util/pacing/slices';
import type { Steps } from '../../util/pacing/slices';
import { reportUnknownKeys } from './tunnelKeys';

export interface Override {
  readonly disabled: boolean;
  readonly autoStart?: AutoStart;
  readonly destination?: Destination;
  /** By the label of a forward. */
  readonly listen: readonly (readonly [label: string, listen: Listen])[];
}

/** An invalid override is not applied at all. Paths are relative to the override. */
export type ParsedOverride =
  | { readonly override: Override }
  | { readonly problems: readonly DefinitionProblem[] };

export interface ParsedOverrides {
  /** By the name of a tunnel. */
  readonly byName: ReadonlyMap<string, ParsedOverride>;
  /** Problems of the setting as a whole. */
  readonly problems: readonly DefinitionProblem[];
}

const maxOverrides = 1000;
const maxListens = 500;

/** Never throws, whatever the value of the setting. */
export function parseOverrides(value: unknown): ParsedOverrides {
  return atOnce(parseOverridesInSteps(value));
}

/** As parseOverrides(), with a step for each override. */
export function* parseOverridesInSteps(value: unknown): Steps<ParsedOverrides> {
  if (value === undefined || value === null) {
    return { byName: new Map(), problems: [] };
  }
  if (!isRecord(value)) {
    const message = l10n.t('It must be an object that maps tunnel names to your changes.');
    return { byName: new Map(), problems: [{ path: [], message }] };
  }
  const { count, entries } = entriesUpTo(maxOverrides, value);
  if (count > maxOverrides) {
    const message = l10n.t('There are {count} overrides; the maximum is {maximum}.', {
      count,
      maximum: maxOverrides,
    });
    return { byName: new Map(), problems: [{ path: [], message }] };
  }
  const byName = new Map<string, ParsedOverride>();
  for (const [name, override] of entries) {
    byName.set(name, parseOverride(override));
    yield;
  }
  return { byName, problems: [] };
}

function parseOverride(value: unknown): ParsedOverride {
  const collected = collectProblems((report) => readOverride(value, report));
  if ('problems' in collected) {
    return collected;
  }
  return collected.value === undefined ? { problems: [] } : { override: collected.value };
}

function readOverride(value: unknown, report: Report): Override | undefined {
  if (!isRecord(value)) {
    report(
      [],
      l10n.t('The override must be an object such as {example}.', {
        example: untranslated`{ "disabled": true }`,
      }),
    );
    return undefined;
  }
  const reader = new PropertyReader(value, [], report);
  reportUnknownKeys('override', value, (key, ...said) => reader.report(key, ...said));
  const autoStart = reader.choice('autoStart', [true, false, 'onConnect']);
  const destination = readHost(reader, report);
  return {
    disabled: reader.boolean('disabled') ?? false,
    ...(autoStart !== undefined && { autoStart }),
    ...(destination !== undefined && { destination }),
    listen: readListens(reader, report),
  };
}

function readHost(reader: PropertyReader, report: Report): Destination | undefined {
  const text = reader.string('host', 'me@example.org');
  if (text === undefined) {
    return undefined;
  }
  const parsed = parseDestination(text, 'user');
  if ('value' in parsed) {
    return parsed.value;
  }
  report(['host'], parsed.error.message, parsed.error.at);
  return undefined;
}

function readListens(reader: PropertyReader, report: Report): Override['listen'] {
  const value = reader.value('listen');
  if (!reader.has('listen')) {
    return [];
  }
  if (!isRecord(value)) {
    reader.report(
      'listen',
      l10n.t('listen must be an object that maps labels to ports, as in {example}.', {
        example: '{ "Database": 15432 }',
      }),
    );
    return [];
  }
  const { count, entries } = entriesUpTo(maxListens, value);
  if (count > maxListens) {
    reader.report(
      'listen',
      l10n.t('listen has {count} labels; the maximum is {maximum}.', { count, maximum: maxListens }),
    );
    return [];
  }
  return entries.flatMap(([label, where]) => {
    const listen = readListen(label, where, report);
    return listen === undefined ? [] : [[label, listen] as const];
  });
}

function readListen(label: string, value: unknown, report: Report): Listen | undefined {
  const path = ['listen', label];
  if (typeof value !== 'string' && typeof value !== 'number') {
    report(path, l10n.t('It must be a port, "address:port" or a path.'));
    return undefined;
  }
  const parsed = parseListen(String(value));
  if ('value' in parsed) {
    return parsed.value;
  }
  const at = typeof value === 'string' ? parsed.error.at : undefined;
  report(path, parsed.error.message, at);
  return undefined;
}
