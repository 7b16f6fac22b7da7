// Parses one entry of `sshTunnels.tunnels`: returns the tunnel, or all problems of the entry.
import { expandCommandLine } from '../commandLine/expandCommandLine';
import type {
  DefinitionProblem,
  Destination,
  SessionOptions,
  TunnelDefinition,
  TunnelEntry,
} from '../definition';
import { parseDestination } from './parseDestination';
import type { Author } from './hosts';
import { parseForwards } from './parseForward';
import { parseX11Programs } from './parseX11Programs';
import { PropertyReader, collectProblems, nameFault } from './propertyReader';
import type { Report } from './propertyReader';
import type { JsonPath } from '../../util/jsonPath';
import { expandSocketPaths } from '../socketPaths';
import type { PathVariables } from '../socketPaths';
import { deferred as l10n, untranslated } from '../../util/l10n';
import { isRecord } from '../../util/parsing';
import { hidePasswords } from '../../util/shown';
import { maxTimerSeconds } from '../../util/timeOuts';
import { reportUnknownKeys } from './tunnelKeys';

export type ParsedTunnel =
  | { readonly entry: TunnelEntry }
  | { readonly problems: readonly DefinitionProblem[] };

const maxNameLength = 100;
const maxJumps = 50;
const maxDescriptionLength = 1000;
const maxAliveCount = 1000;

/**
 * Never throws, whatever the value. Reports all problems at once.
 * @param author of a project's tunnel, users are checked more strictly
 * @param variables for expanding socket paths on this machine; absent: paths are not expanded
 */
export function parseTunnel(
  name: string,
  value: unknown,
  author: Author,
  variables?: PathVariables,
): ParsedTunnel {
  const collected = collectProblems((report) => {
    checkName(name, report);
    return readWhole(value, author, variables, report);
  });
  if ('problems' in collected) {
    return collected;
  }
  return collected.value === undefined ? { problems: [] } : { entry: collected.value };
}

function checkName(name: string, report: Report): void {
  const fault = name.includes('/')
    ? l10n.t('"/" separates tunnel and forward, as in "staging/Database".')
    : /^(user|workspace|folder|sshConfig):/.test(name)
      ? l10n.t('It begins like the id of a tunnel.')
      : nameFault(name, maxNameLength);
  if (fault !== undefined) {
    report([], l10n.t('The name of the tunnel is not valid. {reason}', { reason: fault }));
  }
}

/** A command line is first expanded to the properties that it stands for. */
function readWhole(
  value: unknown,
  author: Author,
  variables: PathVariables | undefined,
  report: Report,
): TunnelEntry | undefined {
  if (typeof value !== 'string' && !isRecord(value)) {
    report([], l10n.t('The tunnel must be an object with "host", or an ssh command line.'));
    return undefined;
  }
  const expanded = expandCommandLine(value, report);
  const entry = readEntry(expanded.record, author, expanded.report);
  if (!entry) {
    return undefined;
  }
  return variables
    ? { ...entry, definition: expandSocketPaths(entry.definition, variables, expanded.report) }
    : entry;
}

function readEntry(
  value: Readonly<Record<string, unknown>>,
  author: Author,
  report: Report,
): TunnelEntry | undefined {
  const reader = new PropertyReader(value, [], report);
  const meant = reportUnknownKeys('tunnel', value, (key, ...said) => reader.report(key, ...said));
  if (!['host', 'ssh'].some((key) => reader.has(key) || meant.has(key))) {
    report(
      [],
      l10n.t(
        'The tunnel needs "host": an alias from your ~/.ssh/config, or a host such as "me@example.org".',
      ),
    );
  }
  const definition = readDefinition(value, reader, author, report);
  const autoStart = reader.choice('autoStart', [true, false, 'onConnect']) ?? true;
  const runIn = reader.choice('runIn', ['local', 'everywhere']);
  const statusBar = reader.boolean('statusBar') ?? false;
  const description = reader.text('description', untranslated`The staging database`, maxDescriptionLength);
  return (
    definition && {
      definition,
      autoStart,
      runIn,
      statusBar,
      ...(description !== undefined && { description: hidePasswords(description) }),
    }
  );
}

function readDefinition(
  record: Readonly<Record<string, unknown>>,
  reader: PropertyReader,
  author: Author,
  report: Report,
): TunnelDefinition | undefined {
  const destination = readHost(reader, author, report);
  const proxyJump = reader.has('proxyJump')
    ? readProxyJump(reader.value('proxyJump'), author, report)
    : undefined;
  const forwards = parseForwards(record, report);
  const x11Programs = reader.has('x11Programs') ? parseX11Programs(reader.value('x11Programs'), report) : [];
  const options = readOptions(reader);
  const reconnect = reader.boolean('reconnect') ?? true;
  return (
    destination && {
      destination,
      ...(proxyJump !== undefined && { proxyJump }),
      forwards,
      x11Programs,
      options,
      reconnect,
    }
  );
}

function readHost(reader: PropertyReader, author: Author, report: Report): Destination | undefined {
  const text = reader.string('host', 'me@example.org');
  return text === undefined ? undefined : readDestination(text, author, ['host'], report);
}

/** @param offset of `text` in the string at `path` */
function readDestination(
  text: string,
  author: Author,
  path: JsonPath,
  report: Report,
  offset = 0,
): Destination | undefined {
  const parsed = parseDestination(text, author);
  if ('value' in parsed) {
    return parsed.value;
  }
  report(path, parsed.error.message, offset + parsed.error.at);
  return undefined;
}

/** A list, or a string with commas; "none" means no jump host, whatever ssh_config says (ssh_config(5), ProxyJump). */
function readProxyJump(value: unknown, author: Author, report: Report): Destination[] {
  const path = ['proxyJump'];
  const items: unknown[] = Array.isArray(value) ? value : [value];
  if (items.length === 1 && typeof items[0] === 'string' && items[0].toLowerCase() === 'none') {
    return [];
  }
  if (items.length > maxJumps) {
    report(
      path,
      l10n.t('There are {count} jump hosts; the maximum is {maximum}.', {
        count: items.length,
        maximum: maxJumps,
      }),
    );
    return [];
  }
  return items.flatMap((item, index) => {
    const itemPath = Array.isArray(value) ? [...path, index] : path;
    if (typeof item !== 'string') {
      report(itemPath, l10n.t('A jump host must be a string such as "bastion".'));
      return [];
    }
    if (item.split(',', maxJumps + 1).length > maxJumps) {
      report(
        itemPath,
        l10n.t('There are more than {maximum} jump hosts, which is the maximum.', { maximum: maxJumps }),
      );
      return [];
    }
    // An empty hop is reported as a missing host.
    return [...item.matchAll(/(?<=^|,)\s*([^,]*)/g)]
      .map(({ 1: hop = '', index, 0: whole }) =>
        readDestination(hop.trimEnd(), author, itemPath, report, index + whole.length - hop.length),
      )
      .filter((hop) => hop !== undefined);
  });
}

function readOptions(reader: PropertyReader): SessionOptions {
  const compression = reader.boolean('compression');
  const exitOnForwardFailure = reader.boolean('exitOnForwardFailure');
  const serverAliveInterval = reader.integer('serverAliveInterval', 0, maxTimerSeconds);
  const serverAliveCountMax = reader.integer('serverAliveCountMax', 1, maxAliveCount);
  const connectTimeout = reader.integer('connectTimeout', 0, maxTimerSeconds);
  return {
    ...(compression !== undefined && { compression }),
    ...(exitOnForwardFailure !== undefined && { exitOnForwardFailure }),
    ...(serverAliveInterval !== undefined && { serverAliveInterval }),
    ...(serverAliveCountMax !== undefined && { serverAliveCountMax }),
    ...(connectTimeout !== undefined && { connectTimeout }),
  };
}
