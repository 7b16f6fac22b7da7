// Parses the values of localForward, remoteForward and dynamicForward.
import { variableNameFault, variableProtocolFault } from '../variableNames';
import { ifPortBusyValues } from '../forward';
import type { Forward, ForwardKind, Listen } from '../forward';
import { combineSpec, parseForwardSpec, parseListen, parseTarget } from './forwardSpec';
import type { ForwardSpec } from './forwardSpec';
import { nameFault, PropertyReader } from './propertyReader';
import type { Report } from './propertyReader';
import type { JsonPath } from '../../util/jsonPath';
import { deferred as l10n } from '../../util/l10n';
import { isRecord } from '../../util/parsing';
import type { Parsed } from '../../util/parsing';
import { quote } from '../../util/shown';
import { forwardKeys, keysOfForward, reportUnknownKeys } from './tunnelKeys';
import { labelForwards } from './uniqueForwards';
import type { DraftForward } from './uniqueForwards';

/** The property of the settings that has the forwards of a kind. */
export const keyOfKind = {
  local: 'localForward',
  remote: 'remoteForward',
  dynamic: 'dynamicForward',
} as const;
const kinds = ['local', 'remote', 'dynamic'] as const;

/** Enough for any project, and few enough to list in one consent question. */
const maxForwards = 500;
const maxLabelLength = 100;

/** The forwards of a tunnel with their labels; invalid ones are reported and omitted. */
export function parseForwards(tunnel: Readonly<Record<string, unknown>>, report: Report): Forward[] {
  const reader = new PropertyReader(tunnel, [], report);
  const count = kinds.reduce((sum, kind) => sum + countOf(reader.value(keyOfKind[kind])), 0);
  if (count > maxForwards) {
    report(
      [],
      l10n.t('The tunnel has {count} forwards; the maximum is {maximum}.', { count, maximum: maxForwards }),
    );
    return [];
  }
  const items = kinds.flatMap((kind) => itemsOf(kind, reader));
  const drafts = items.map(({ kind, value, path }) => parseForward(kind, value, path, report));
  return labelForwards(
    drafts.filter((draft) => draft !== undefined),
    report,
  );
}

/** The paths of a tunnel's forwards in its setting, in the order of parseForwards(). */
export function forwardPaths(tunnel: Readonly<Record<string, unknown>>): readonly JsonPath[] {
  const reader = new PropertyReader(tunnel, [], () => undefined);
  return kinds.flatMap((kind) => itemsOf(kind, reader)).map(({ path }) => path);
}

interface Item {
  readonly kind: ForwardKind;
  readonly value: unknown;
  readonly path: JsonPath;
}

function countOf(value: unknown): number {
  return Array.isArray(value) ? value.length : value === undefined ? 0 : 1;
}

/** A single value needs no list. */
function itemsOf(kind: ForwardKind, reader: PropertyReader): Item[] {
  const key = keyOfKind[kind];
  const value = reader.value(key);
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) => ({ kind, value: item, path: [key, index] }));
  }
  return reader.has(key) ? [{ kind, value, path: [key] }] : [];
}

function parseForward(
  kind: ForwardKind,
  value: unknown,
  path: JsonPath,
  report: Report,
): DraftForward | undefined {
  if (isRecord(value)) {
    return parseForwardObject(kind, value, path, report);
  }
  if (typeof value !== 'string' && typeof value !== 'number') {
    report(
      path,
      kind === 'dynamic'
        ? l10n.t('A forward must be a port such as 1080, or an object with "listen".')
        : l10n.t('A forward must be a string such as "8080:localhost:80", or an object with "listen".'),
    );
    return undefined;
  }
  const spec = valueOrReport(parseForwardSpec(kind, String(value)), value, path, report);
  return spec && { spec, path, label: undefined, env: undefined, protocol: undefined, ifPortBusy: 'fail' };
}

function parseForwardObject(
  kind: ForwardKind,
  record: Readonly<Record<string, unknown>>,
  path: JsonPath,
  report: Report,
): DraftForward | undefined {
  const reader = new PropertyReader(record, path, report);
  const meant = reportUnknownKeys('forward', record, (key, ...said) => reader.report(key, ...said));
  const useless = reportUselessKeys(kind, reader);
  const details = {
    label: readLabel(reader),
    env: useless.has('env') ? undefined : readEnv(reader),
    protocol: useless.has('protocol') ? undefined : readProtocol(reader),
    ifPortBusy: useless.has('ifPortBusy')
      ? ('fail' as const)
      : (reader.choice('ifPortBusy', ifPortBusyValues) ?? 'fail'),
  };
  // What is only misspelt is reported once.
  if (['listen', 'target'].some((key) => meant.has(key) && !reader.has(key))) {
    return undefined;
  }
  const spec = readSpec(kind, reader, path, report);
  if (spec && details.env !== undefined) {
    checkVariable(details.env, details.protocol, spec, reader);
  }
  return spec && { spec, path, ...details };
}

/** Reports properties of other kinds of forward. A proxy's "target" is reported with its spec. */
function reportUselessKeys(kind: ForwardKind, reader: PropertyReader): ReadonlySet<string> {
  const useful: readonly string[] = keysOfForward[kind];
  const useless = forwardKeys.filter((key) => key !== 'target' && !useful.includes(key) && reader.has(key));
  for (const key of useless) {
    reader.report(
      key,
      kind === 'remote'
        ? l10n.t('A remote forward has no {key}: its port is on the server.', { key: quote(key) })
        : l10n.t('A dynamic forward has no {key}: each program names its own target.', { key: quote(key) }),
      { kind: 'remove' },
    );
  }
  return new Set(useless);
}

function readSpec(
  kind: ForwardKind,
  reader: PropertyReader,
  path: JsonPath,
  report: Report,
): ForwardSpec | undefined {
  const listen = readListen(reader, path, report);
  const text = reader.string('target', 'localhost:80');
  const target =
    text === undefined ? undefined : valueOrReport(parseTarget(text), text, [...path, 'target'], report);
  if (listen === undefined || (reader.has('target') && target === undefined)) {
    return undefined;
  }
  const combined = combineSpec(kind, listen, target);
  if ('value' in combined) {
    return combined.value;
  }
  report(target === undefined ? path : [...path, 'target'], combined.error.message);
  return undefined;
}

function readListen(reader: PropertyReader, path: JsonPath, report: Report): Listen | undefined {
  const value = reader.value('listen');
  if (typeof value === 'string' || typeof value === 'number') {
    return valueOrReport(parseListen(String(value)), value, [...path, 'listen'], report);
  }
  if (reader.has('listen')) {
    reader.report('listen', l10n.t('listen must be a port, "address:port" or a path.'));
  } else {
    report(path, l10n.t('The forward needs "listen": a port, "address:port" or a path.'));
  }
  return undefined;
}

function readLabel(reader: PropertyReader): string | undefined {
  const label = reader.text('label', 'Database', maxLabelLength, nameFault);
  if (label?.includes('/') === true) {
    reader.report('label', l10n.t('A label can\'t contain "/", which separates tunnel and label.'));
    return undefined;
  }
  return label;
}

function readEnv(reader: PropertyReader): string | undefined {
  const name = reader.string('env', 'DB_PORT');
  const fault = name === undefined ? undefined : variableNameFault(name);
  if (fault !== undefined) {
    reader.report('env', fault);
    return undefined;
  }
  return name;
}

function checkVariable(
  env: string,
  protocol: string | undefined,
  { kind, listen }: ForwardSpec,
  reader: PropertyReader,
): void {
  const fault =
    'path' in listen
      ? l10n.t('{name} can\'t be set: the forward listens on a socket, and "env" is for ports.', {
          name: quote(env),
        })
      : reader.has('protocol') && protocol === undefined
        ? undefined
        : variableProtocolFault(env, protocol);
  if (fault !== undefined) {
    reader.report(
      'env',
      kind === 'dynamic'
        ? l10n.t('{name} can\'t be the URL of a proxy: end it in "_PORT".', { name: quote(env) })
        : fault,
    );
  }
}

/** The scheme of a URL, in lower case (RFC 3986 §3.1). */
function readProtocol(reader: PropertyReader): string | undefined {
  const protocol = reader.string('protocol', 'postgresql');
  if (protocol !== undefined && !/^[a-z][a-z0-9+.-]{0,49}$/.test(protocol)) {
    reader.report('protocol', l10n.t('protocol must be the scheme of a URL, as in "https".'));
    return undefined;
  }
  return protocol;
}

/** The parsed value; undefined: invalid, and reported. */
function valueOrReport<T>(
  parsed: Parsed<T>,
  value: string | number,
  path: JsonPath,
  report: Report,
): T | undefined {
  if ('value' in parsed) {
    return parsed.value;
  }
  const { message, at } = parsed.error;
  report(path, message, typeof value === 'string' ? at : undefined);
  return undefined;
}
