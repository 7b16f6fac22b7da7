// Reads one entry of `sshTunnels.tunnels`: everything that is wrong with it, or the tunnel it describes.
import { spellOut } from './commandLine/spellOut';
import type {
  DefinitionProblem,
  Destination,
  SessionOptions,
  TunnelDefinition,
  TunnelEntry,
} from './definition';
import { parseDestination, redactDestination } from './parseDestination';
import { parseForwards } from './parseForward';
import { parseX11Programs } from './parseX11Programs';
import { ProblemList, RecordReader, nameFault } from './recordReader';
import type { JsonPath, Report } from './recordReader';
import { expandSocketPaths } from './socketPaths';
import type { PathPlaces } from './socketPaths';
import { asSentence, describeValue, isRecord, quote } from '../util/text';
import { mostSeconds } from '../util/timeSpan';
import { refuseUnknownKeys } from './tunnelKeys';

export type ParsedTunnel =
  | { readonly entry: TunnelEntry }
  | { readonly problems: readonly DefinitionProblem[] };

const longestName = 100;
const mostJumps = 50;
const longestDescription = 1000;
const mostCount = 1000;

/**
 * Never throws, whatever the setting holds. All problems are told at once.
 * @param places what the paths of this machine are worked out with; absent: they stay as they are written
 */
export function parseTunnel(name: string, value: unknown, places?: PathPlaces): ParsedTunnel {
  const { problems, report } = new ProblemList();
  checkName(name, report);
  const entry = readWhole(value, places, report);
  return entry !== undefined && problems.length === 0 ? { entry } : { problems };
}

function checkName(name: string, report: Report): void {
  const fault = name.includes('/')
    ? 'a "/" stands between tunnel and forward, as in "staging/Database"'
    : /^(user|workspace|folder|sshConfig):/.test(name)
      ? 'ids begin like that'
      : nameFault(name, longestName);
  if (fault !== undefined) {
    report([], `${quote(name)} can't be the name of a tunnel: ${fault}.`);
  }
}

/** A command line stands for the keys that say the same. */
function readWhole(value: unknown, places: PathPlaces | undefined, report: Report): TunnelEntry | undefined {
  if (typeof value !== 'string' && !isRecord(value)) {
    const right = 'an object with "host", or an ssh command line';
    report([], `The tunnel is ${describeValue(value)}; it must be ${right}.`);
    return undefined;
  }
  const spelled = spellOut(value, report);
  const entry = readEntry(spelled.record, spelled.report);
  if (!entry) {
    return undefined;
  }
  return places
    ? { ...entry, definition: expandSocketPaths(entry.definition, places, spelled.report) }
    : entry;
}

function readEntry(value: Readonly<Record<string, unknown>>, report: Report): TunnelEntry | undefined {
  const reader = new RecordReader(value, [], report);
  refuseUnknownKeys('tunnel', value, (key, message) => reader.report(key, message));
  const definition = readDefinition(value, reader, report);
  const autoStart = reader.choice('autoStart', [true, false, 'onConnect']) ?? true;
  const runIn = reader.choice('runIn', ['local', 'everywhere']);
  const statusBar = reader.boolean('statusBar') ?? false;
  const description = reader.text('description', 'The staging database', longestDescription);
  return (
    definition && {
      definition,
      autoStart,
      runIn,
      statusBar,
      ...(description !== undefined && { description }),
    }
  );
}

function readDefinition(
  record: Readonly<Record<string, unknown>>,
  reader: RecordReader,
  report: Report,
): TunnelDefinition | undefined {
  const destination = readHost(reader, report);
  const proxyJump = reader.has('proxyJump') ? readProxyJump(reader.value('proxyJump'), report) : undefined;
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

function readHost(reader: RecordReader, report: Report): Destination | undefined {
  if (!reader.has('host') && !reader.has('ssh')) {
    report([], 'The tunnel needs "host": an alias of your ~/.ssh/config, or as in "me@example.org".');
  }
  const text = reader.string('host', 'me@example.org');
  return text === undefined ? undefined : readDestination(text, ['host'], report);
}

/** @param offset of the text in the string at the path */
function readDestination(text: string, path: JsonPath, report: Report, offset = 0): Destination | undefined {
  const parsed = parseDestination(text);
  if ('value' in parsed) {
    return parsed.value;
  }
  report(path, asSentence(redactDestination(text), parsed.error), offset + parsed.error.at);
  return undefined;
}

/** A list, or a string with commas; "none" alone is no jump host whatever ssh_config says (ssh_config(5), ProxyJump). */
function readProxyJump(value: unknown, report: Report): Destination[] {
  const path = ['proxyJump'];
  const items: unknown[] = Array.isArray(value) ? value : [value];
  if (items.length === 1 && typeof items[0] === 'string' && items[0].toLowerCase() === 'none') {
    return [];
  }
  if (items.length > mostJumps) {
    report(path, `There are ${items.length} jump hosts; ${mostJumps} are the most it can have.`);
    return [];
  }
  return items.flatMap((item, index) => {
    const itemPath = Array.isArray(value) ? [...path, index] : path;
    if (typeof item !== 'string') {
      report(itemPath, `A jump host is ${describeValue(item)}; it must be a string such as "bastion".`);
      return [];
    }
    if (item.split(',').length > mostJumps) {
      report(itemPath, `There are more than ${mostJumps} jump hosts, which is the most it can have.`);
      return [];
    }
    // An empty hop is one that is missing.
    return [...item.matchAll(/(?<=^|,)\s*([^,]*)/g)]
      .map(({ 1: hop = '', index, 0: whole }) =>
        readDestination(hop.trimEnd(), itemPath, report, index + whole.length - hop.length),
      )
      .filter((hop) => hop !== undefined);
  });
}

function readOptions(reader: RecordReader): SessionOptions {
  const compression = reader.boolean('compression');
  const exitOnForwardFailure = reader.boolean('exitOnForwardFailure');
  const serverAliveInterval = reader.integer('serverAliveInterval', 0, mostSeconds);
  const serverAliveCountMax = reader.integer('serverAliveCountMax', 1, mostCount);
  const connectTimeout = reader.integer('connectTimeout', 0, mostSeconds);
  return {
    ...(compression !== undefined && { compression }),
    ...(exitOnForwardFailure !== undefined && { exitOnForwardFailure }),
    ...(serverAliveInterval !== undefined && { serverAliveInterval }),
    ...(serverAliveCountMax !== undefined && { serverAliveCountMax }),
    ...(connectTimeout !== undefined && { connectTimeout }),
  };
}
