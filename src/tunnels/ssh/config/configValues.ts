// Converts the values of ssh_config for one host, by keyword, to a HostConfig.
import { isDeepStrictEqual } from 'node:util';
import { absolutePath, expandTilde, makeExpander } from './expandTokens';
import type { Expander } from './expandTokens';
import { variable } from '../../util/environment';
import { defaultPlainAlgorithms, minRsaBits } from '../keys/publicKey';
import type { LocalUser } from './localUser';
import type { HostConfig, PermittedTarget, RekeyLimit, StrictHostKeyChecking } from './hostConfig';
import { unusedOptions } from './unusedOptions';

/**
 * Values by keyword in lower case, as `ssh -G` prints them: durations in seconds, flags as words, and one element for
 * each file of a list. A missing keyword has OpenSSH's default.
 */
export type ConfigValues = ReadonlyMap<string, readonly string[]>;

export interface ConversionContext {
  readonly alias: string;
  readonly local: LocalUser;
  readonly env: NodeJS.ProcessEnv;
  /** The values of a host that no file mentions. Lists that equal these are left out. */
  readonly defaults: ConfigValues;
  /** Default: this machine's. */
  readonly platform?: NodeJS.Platform | undefined;
}

/** @throws TunnelFailure InvalidDefinition for a token or variable in a path that can't be expanded */
export function toHostConfig(values: ConfigValues, context: ConversionContext): HostConfig {
  const { alias, local, env, defaults, platform } = context;
  const one = (keyword: string): string | undefined => firstUnlessNone(values, keyword);
  /** Where `none` is a value like any other. */
  const text = (keyword: string): string | undefined => values.get(keyword)?.find((value) => value !== '');
  const flag = (keyword: string, byDefault: boolean): boolean => toFlag(values.get(keyword)?.[0], byDefault);
  const list = (keyword: string): readonly string[] | undefined => ownList(values, defaults, keyword);
  const own = (keyword: string): string | undefined =>
    values.get(keyword)?.[0] === defaults.get(keyword)?.[0] ? undefined : one(keyword);
  const number = (keyword: string, byDefault: number): number => toNumber(one(keyword)) ?? byDefault;
  const files = (keyword: string, byDefault: readonly string[]): readonly string[] =>
    pathsOf(values, keyword, byDefault).map((path) =>
      absolutePath(expandTilde(path, local), local, env, platform),
    );

  const names = {
    alias,
    hostName: text('hostname') ?? alias,
    user: text('user') ?? local.name,
    port: number('port', 22),
    hostKeyAlias: text('hostkeyalias')?.toLowerCase(),
    proxyJump: one('proxyjump'),
  };
  const expander = makeExpander(names, local, env, {}, platform);
  const keys = (keyword: string): readonly string[] =>
    unique(pathsOf(values, keyword, []).map((path) => expander.path(path)));

  return {
    ...names,
    identityFiles: keys('identityfile'),
    identityFilesAreDefault:
      defaults.size === 0 || isDeepStrictEqual(values.get('identityfile'), defaults.get('identityfile')),
    certificateFiles: keys('certificatefile'),
    identitiesOnly: flag('identitiesonly', false),
    identityAgent: toIdentityAgent(values.get('identityagent')?.[0], expander, context),
    userKnownHostsFiles: files('userknownhostsfile', ['~/.ssh/known_hosts', '~/.ssh/known_hosts2']),
    globalKnownHostsFiles: files('globalknownhostsfile', defaultGlobalKnownHosts),
    knownHostsCommand: one('knownhostscommand'),
    revokedHostKeysFiles: files('revokedhostkeys', []),
    strictHostKeyChecking: toStrictness(one('stricthostkeychecking')),
    hashKnownHosts: flag('hashknownhosts', false),
    checkHostIp: flag('checkhostip', false),
    verifyHostKeyDns: flag('verifyhostkeydns', false),
    noHostAuthenticationForLocalhost: flag('nohostauthenticationforlocalhost', false),
    updateHostKeys: toYesNoAsk(one('updatehostkeys')),
    hostKeyAlgorithms: list('hostkeyalgorithms'),
    caSignatureAlgorithms: text('casignaturealgorithms')?.split(',') ?? defaultPlainAlgorithms,
    knownHostKeysFirst: isDerived(list('hostkeyalgorithms'), defaults.get('hostkeyalgorithms')?.[0]),
    kexAlgorithms: list('kexalgorithms'),
    kexAlgorithmsExtendDefault: extendsDefault(list('kexalgorithms'), defaults.get('kexalgorithms')?.[0]),
    warnWeakCrypto: !/^(no|false|no-pq-kex)$/i.test(one('warnweakcrypto') ?? 'yes'),
    ciphers: list('ciphers'),
    macs: list('macs'),
    pubkeyAcceptedAlgorithms: list('pubkeyacceptedalgorithms'),
    requiredRsaSize: Math.max(minRsaBits, number('requiredrsasize', minRsaBits)),
    rekeyLimit: toRekeyLimit(values.get('rekeylimit')?.[0]),
    compression: flag('compression', false),
    connectTimeout: toNumber(one('connecttimeout')),
    tcpKeepAlive: flag('tcpkeepalive', true),
    serverAliveInterval: number('serveraliveinterval', 0),
    serverAliveCountMax: number('serveralivecountmax', 3),
    addressFamily: toAddressFamily(one('addressfamily')),
    bindAddress: text('bindaddress'),
    bindInterface: text('bindinterface'),
    preferredAuthentications: text('preferredauthentications')?.split(','),
    numberOfPasswordPrompts: number('numberofpasswordprompts', 3),
    pubkeyAuthentication: flag('pubkeyauthentication', true),
    hostBoundSignatures: values.get('pubkeyauthentication')?.[0]?.toLowerCase() !== 'unbound',
    passwordAuthentication: flag('passwordauthentication', true),
    kbdInteractiveAuthentication: flag('kbdinteractiveauthentication', true),
    proxyCommand: one('proxycommand'),
    proxyUseFdpass: flag('proxyusefdpass', false),
    controlPath: toControlPath(one('controlpath'), values.get('controlmaster')?.[0]),
    exitOnForwardFailure: flag('exitonforwardfailure', false),
    permitRemoteOpen: toPermittedTargets(values.get('permitremoteopen')),
    forwardX11Timeout: number('forwardx11timeout', 1200),
    xauthLocation: own('xauthlocation'),
    pkcs11Provider: one('pkcs11provider'),
    hostbasedAuthentication: flag('hostbasedauthentication', false),
    unusedOptions: unusedOptions(values),
  };
}

/** In lower case. Older versions of ssh have other names for some, also in what `ssh -G` prints: OpenSSH's readconf.c. */
export function canonicalKeyword(name: string): string {
  const keyword = name.toLowerCase();
  const aliases: Readonly<Record<string, string>> = {
    challengeresponseauthentication: 'kbdinteractiveauthentication',
    dsaauthentication: 'pubkeyauthentication',
    hostbasedkeytypes: 'hostbasedacceptedalgorithms',
    identityfile2: 'identityfile',
    keepalive: 'tcpkeepalive',
    // Debian's own, of its versions before 2005.
    protocolkeepalives: 'serveraliveinterval',
    setuptimeout: 'serveraliveinterval',
    pubkeyacceptedkeytypes: 'pubkeyacceptedalgorithms',
    skeyauthentication: 'kbdinteractiveauthentication',
    smartcarddevice: 'pkcs11provider',
    tisauthentication: 'kbdinteractiveauthentication',
  };
  return aliases[keyword] ?? keyword;
}

const defaultGlobalKnownHosts =
  process.platform === 'win32'
    ? ['__PROGRAMDATA__\\ssh\\ssh_known_hosts', '__PROGRAMDATA__\\ssh\\ssh_known_hosts2']
    : ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2'];

function unique(paths: readonly string[]): readonly string[] {
  return [...new Set(paths)];
}

function isNone(value: string): boolean {
  return value.toLowerCase() === 'none';
}

function firstUnlessNone(values: ConfigValues, keyword: string): string | undefined {
  const value = values.get(keyword)?.[0];
  return value === undefined || value === '' || isNone(value) ? undefined : value;
}

function pathsOf(values: ConfigValues, keyword: string, byDefault: readonly string[]): readonly string[] {
  return (values.get(keyword) ?? byDefault).filter((path) => path !== '' && !isNone(path));
}

function ownList(
  values: ConfigValues,
  defaults: ConfigValues,
  keyword: string,
): readonly string[] | undefined {
  const value = values.get(keyword)?.[0];
  return value === undefined || value === defaults.get(keyword)?.[0] ? undefined : value.split(',');
}

/**
 * Whether a list is the default one changed by `+` or `-`, which preserve its order. `ssh -G` prints only the result,
 * so a short list in the default order counts as the user's own.
 */
function isDerived(list: readonly string[] | undefined, byDefault: string | undefined): boolean {
  const all = byDefault?.split(',') ?? [];
  if (list === undefined) {
    return true;
  }
  const extended = all.length > 0 && all.every((name, at) => list[at] === name);
  const positions = list.map((name) => all.indexOf(name));
  const inOrder = positions.every((position, at) => position > (positions[at - 1] ?? -1));
  return extended || (inOrder && list.length >= all.length / 2);
}

function extendsDefault(list: readonly string[] | undefined, byDefault: string | undefined): boolean {
  return list !== undefined && byDefault?.split(',').every((name) => list.includes(name)) === true;
}

function toNumber(value: string | undefined): number | undefined {
  const number = Number(value ?? NaN);
  return Number.isFinite(number) ? number : undefined;
}

/** As `ssh -G` prints RekeyLimit: bytes and seconds. 0: the default. */
function toRekeyLimit(value = ''): RekeyLimit {
  const [bytes, seconds] = value.split(' ').map((word) => (Number(word) > 0 ? Number(word) : undefined));
  return { bytes, seconds };
}

/** An entry that can't be understood, such as the name of a port, permits nothing. */
function toPermittedTargets(printed: readonly string[] = []): readonly PermittedTarget[] | undefined {
  const words = printed.flatMap((value) => value.split(/\s+/)).filter((word) => word !== '');
  if (words.length === 0 || words[0]?.toLowerCase() === 'any') {
    return undefined;
  }
  return words.flatMap((word) => {
    const [, address, name, port = ''] = /^(?:\[(.*)\]|([^:/]*))[:/](\*|\d+)$/.exec(word) ?? [];
    const host = address ?? name;
    return host === undefined ? [] : [{ host, port: port === '*' ? '*' : Number(port) }];
  });
}

/** PubkeyAuthentication can also be `unbound` or `host-bound`, which both mean yes. */
function toFlag(value: string | undefined, byDefault: boolean): boolean {
  return value === undefined ? byDefault : !/^(no|false)$/i.test(value);
}

/**
 * As in muxclient() of OpenSSH's mux.c: with `yes` or `ask`, ssh becomes a master itself. `ssh -G` has expanded the path;
 * a relative one would depend on the folder in which ssh runs.
 */
function toControlPath(path: string | undefined, master = 'no'): string | undefined {
  const usesMaster = /^(no|false|auto|autoask)$/i.test(master);
  return usesMaster && path?.startsWith('/') === true ? path : undefined;
}

function toStrictness(value = 'ask'): StrictHostKeyChecking {
  switch (value.toLowerCase()) {
    case 'yes':
    case 'true':
      return 'yes';
    case 'no':
    case 'off':
    case 'false':
      return 'no';
    case 'accept-new':
      return 'accept-new';
    default:
      return 'ask';
  }
}

function toYesNoAsk(value: string | undefined): HostConfig['updateHostKeys'] {
  if (value?.toLowerCase() === 'ask') {
    return 'ask';
  }
  return toFlag(value, true) ? 'yes' : 'no';
}

function toAddressFamily(value: string | undefined): HostConfig['addressFamily'] {
  const family = value?.toLowerCase();
  return family === 'inet' || family === 'inet6' ? family : 'any';
}

/** The forms of IdentityAgent in ssh_config(5): a path, `none`, `SSH_AUTH_SOCK`, or `$` and a variable's name. */
function toIdentityAgent(
  value: string | undefined,
  expander: Expander,
  { env, platform }: ConversionContext,
): string | undefined {
  if (value === undefined || value === 'SSH_AUTH_SOCK') {
    return undefined;
  }
  // Empty: a variable is set to nothing, which leads to no agent (ssh_get_authentication_socket() in authfd.c).
  if (isNone(value) || value === '' || expander.tokens(value) === '') {
    return 'none';
  }
  const name = /^\$(\w+)$/.exec(value)?.[1];
  if (name === undefined) {
    return expander.path(value);
  }
  const socket = variable(env, name, platform);
  return socket === undefined || socket === '' ? 'none' : socket;
}
