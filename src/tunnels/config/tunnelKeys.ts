// The keys that tunnels and forwards have, and what to say of any other.
import { elsewhere } from './forbiddenKeys';
import { nearest } from '../util/nearestWord';
import { quote } from '../util/text';

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

export const overrideKeys = ['disabled', 'autoStart', 'host', 'listen'] as const;

export const x11ProgramKeys = ['command', 'nested', 'trusted'] as const;

const keysOf = {
  tunnel: tunnelKeys,
  forward: forwardKeys,
  program: x11ProgramKeys,
  override: overrideKeys,
} as const;

/** What others call a key of ours. */
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

/** A file of keys that are none must not keep the editor busy. */
const mostUnknown = 20;

/** Tells of every key that isn't one, or of the first of very many. */
export function refuseUnknownKeys(
  owner: keyof typeof keysOf,
  record: Readonly<Record<string, unknown>>,
  report: (key: string, message: string) => void,
): void {
  const known: readonly string[] = keysOf[owner];
  const unknown = Object.keys(record).filter((key) => !known.includes(key));
  for (const key of unknown.slice(0, mostUnknown)) {
    report(key, unknownKeyMessage(owner, key));
  }
  const [next] = unknown.slice(mostUnknown);
  if (next !== undefined) {
    report(next, `There are ${unknown.length - mostUnknown} more keys here that are none.`);
  }
}

/** A sentence for a key that isn't one. Never shows its value, which may be a secret. */
export function unknownKeyMessage(owner: keyof typeof keysOf, key: string): string {
  const known: readonly string[] = keysOf[owner];
  const owned = owner === 'override' ? 'an override' : `a ${owner}`;
  const plain = key.toLowerCase().replace(/[-_\s]/g, '');
  const meant = known.find((candidate) => candidate.toLowerCase() === plain) ?? synonyms[owner].get(plain);
  const belongs = meant === undefined && owner !== 'override' ? placeOf(owner, plain) : undefined;
  if (belongs !== undefined) {
    return `${quote(key)} is not a key of ${owned}: ${belongs}.`;
  }
  const suggestion = meant ?? nearest(key, known);
  return suggestion === undefined
    ? `${quote(key)} is not a key of ${owned}; those are ${known.join(', ')}.`
    : `${quote(key)} is not a key of ${owned}; did you mean ${quote(suggestion)}?`;
}

/** A clause that says where it belongs: to the whole tunnel, or to somewhere that no workspace can write. */
function placeOf(owner: keyof typeof keysOf, plain: string): string | undefined {
  const ofTunnel = owner === 'tunnel' ? undefined : tunnelKeys.find((key) => key.toLowerCase() === plain);
  return ofTunnel === undefined
    ? elsewhere(plain)
    : `${quote(ofTunnel)} is one of the tunnel, to be written beside its "host"`;
}
