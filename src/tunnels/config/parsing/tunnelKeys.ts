// The properties of tunnels, forwards, programs and overrides, and the messages about unknown ones.
import { forbiddenKeyAdvice } from './forbiddenKeys';
import type { ProblemFix } from '../definition';
import type { ForwardKind } from '../forward';
import { nearest } from '../../util/nearestWord';
import { deferred as l10n } from '../../util/l10n';
import type { Message } from '../../util/l10n';
import { quote, quoteKey, unquoted } from '../../util/shown';
import type { Shown } from '../../util/shown';

export const tunnelKeys = [
  'host',
  'ssh',
  'proxyJump',
  'localForward',
  'remoteForward',
  'dynamicForward',
  'x11Programs',
  'compression',
  'exitOnForwardFailure',
  'serverAliveInterval',
  'serverAliveCountMax',
  'connectTimeout',
  'reconnect',
  'autoStart',
  'runIn',
  'statusBar',
  'description',
] as const;

export const forwardKeys = ['listen', 'target', 'label', 'env', 'protocol', 'ifPortBusy'] as const;

/** Those that mean something for each kind. A remote forward's port is on the server; a proxy's target isn't known. */
export const keysOfForward = {
  local: forwardKeys,
  remote: ['listen', 'target', 'label', 'protocol'],
  dynamic: ['listen', 'label', 'env', 'ifPortBusy'],
} as const satisfies Record<ForwardKind, readonly (typeof forwardKeys)[number][]>;

export const overrideKeys = ['disabled', 'autoStart', 'host', 'listen'] as const;

export const x11ProgramKeys = ['command', 'nested', 'trusted'] as const;

export type KnownKey =
  | (typeof tunnelKeys)[number]
  | (typeof forwardKeys)[number]
  | (typeof overrideKeys)[number]
  | (typeof x11ProgramKeys)[number];

const keysOf = {
  tunnel: tunnelKeys,
  forward: forwardKeys,
  program: x11ProgramKeys,
  override: overrideKeys,
} as const;

/** Other names that users may try for a property. */
const synonyms: Readonly<Record<keyof typeof keysOf, ReadonlyMap<string, string>>> = {
  tunnel: new Map([
    ['jumphost', 'proxyJump'],
    ['jump', 'proxyJump'],
    ['forwards', 'localForward'],
    ['socks', 'dynamicForward'],
    ['keepalive', 'serverAliveInterval'],
    ['timeout', 'connectTimeout'],
    ['command', 'x11Programs'],
  ]),
  forward: new Map([
    ['port', 'listen'],
    ['bind', 'listen'],
    ['local', 'listen'],
    ['localport', 'listen'],
    ['host', 'target'],
    ['remote', 'target'],
    ['remotehost', 'target'],
    ['remoteport', 'target'],
    ['name', 'label'],
    ['scheme', 'protocol'],
  ]),
  program: new Map([
    ['program', 'command'],
    ['size', 'nested'],
  ]),
  override: new Map([
    ['enabled', 'disabled'],
    ['off', 'disabled'],
    ['port', 'listen'],
    ['ports', 'listen'],
    ['localport', 'listen'],
    ['user', 'host'],
  ]),
};

/** Limits the work for a file full of unknown properties. */
const maxUnknown = 20;

/**
 * Reports every unknown property, up to a maximum.
 * @returns the known ones that they seem to mean, which aren't missing
 */
export function reportUnknownKeys(
  owner: keyof typeof keysOf,
  record: Readonly<Record<string, unknown>>,
  report: (key: string, message: Message, fix?: ProblemFix) => void,
): ReadonlySet<string> {
  const known: readonly string[] = keysOf[owner];
  const unknown = Object.keys(record).filter((key) => !known.includes(key));
  const meant = new Set<string>();
  for (const key of unknown.slice(0, maxUnknown)) {
    const { message, suggestion } = explainUnknownKey(owner, key);
    const isFree = suggestion !== undefined && !Object.hasOwn(record, suggestion);
    report(key, message, isFree ? { kind: 'rename', to: suggestion } : { kind: 'remove' });
    if (suggestion !== undefined) {
      meant.add(suggestion);
    }
  }
  const [next] = unknown.slice(maxUnknown);
  if (next !== undefined) {
    const count = unknown.length - maxUnknown;
    report(
      next,
      count === 1
        ? l10n.t('1 more unknown property.')
        : l10n.t('{count} more unknown properties.', { count }),
    );
  }
  return meant;
}

/** Never shows the value of the property, which may be a secret, nor a key that may be one. */
function explainUnknownKey(
  owner: keyof typeof keysOf,
  key: string,
): { readonly message: Message; readonly suggestion?: string } {
  const known: readonly string[] = keysOf[owner];
  const plain = key.toLowerCase().replace(/[-_\s]/g, '');
  const meant = known.find((candidate) => candidate.toLowerCase() === plain) ?? synonyms[owner].get(plain);
  const advice = meant === undefined && owner !== 'override' ? adviceFor(owner, plain) : undefined;
  if (advice !== undefined) {
    return { message: l10n.t('Unknown property {key}. {advice}', { key: quote(key), advice }) };
  }
  const suggestion = meant ?? nearest(key, known);
  if (suggestion === undefined) {
    return { message: knownKeysMessage(owner, quoteKey(key), unquoted(known.join(', '))) };
  }
  const message = l10n.t('Unknown property {key}; did you mean {suggestion}?', {
    key: quoteKey(key),
    suggestion: quote(suggestion),
  });
  return { message, suggestion };
}

function knownKeysMessage(owner: keyof typeof keysOf, key: Shown, known: Shown): Message {
  switch (owner) {
    case 'tunnel':
      return l10n.t('Unknown property {key}; a tunnel has {known}.', { key, known });
    case 'forward':
      return l10n.t('Unknown property {key}; a forward has {known}.', { key, known });
    case 'program':
      return l10n.t('Unknown property {key}; a program has {known}.', { key, known });
    case 'override':
      return l10n.t('Unknown property {key}; an override has {known}.', { key, known });
  }
}

/** Where a property belongs, as a sentence: to the tunnel, or to a file that no workspace can write. */
function adviceFor(owner: keyof typeof keysOf, plain: string): Message | undefined {
  const ofTunnel = owner === 'tunnel' ? undefined : tunnelKeys.find((key) => key.toLowerCase() === plain);
  return ofTunnel === undefined
    ? forbiddenKeyAdvice(plain)
    : l10n.t('{key} belongs to the tunnel, next to its "host".', { key: quote(ofTunnel) });
}
