// Converts the values that configFallback.ts collected to the form that `ssh -G` prints.
import { parseTimeSpan } from '../../util/timeSpan';
import { makeExpander } from './expandTokens';
import type { ConfigValues } from './configValues';
import type { LocalUser } from './localUser';
import { asciiLowerCase, matchesPatternList } from '../../util/glob';
import type { SshGQuery } from './sshG';

/** Values by keyword in lower case, each as the words that were written. */
export type CollectedValues = Map<string, string[]>;

/** The keys that OpenSSH tries without an IdentityFile, in its order: fill_default_options() in readconf.c. */
const defaultKeys = ['id_rsa', 'id_ecdsa', 'id_ecdsa_sk', 'id_ed25519', 'id_ed25519_sk'].map(
  (name) => `~/.ssh/${name}`,
);

/** HostName with its tokens expanded, or the host itself. In lower case, unless it may be an address with a zone. */
export function hostNameOf(collected: CollectedValues, host: string): string {
  const written = collected.get('hostname')?.[0];
  const name =
    written?.replaceAll(/%([%h])/g, (_match, token: string) => (token === 'h' ? host : '%')) ?? host;
  return name.includes('%') ? name : asciiLowerCase(name);
}

/** @throws TunnelFailure InvalidDefinition for a token or variable in a path that can't be expanded */
export function fallbackValues(
  collected: CollectedValues,
  { host }: SshGQuery,
  local: LocalUser,
  env: NodeJS.ProcessEnv,
): ConfigValues {
  const hostName = hostNameOf(collected, host);
  const first = (keyword: string): string | undefined => collected.get(keyword)?.[0];
  const expander = makeExpander(
    {
      alias: host,
      hostName,
      user: first('user') ?? local.name,
      port: Number(first('port') ?? 22),
      hostKeyAlias: first('hostkeyalias'),
      proxyJump: first('proxyjump'),
    },
    local,
    env,
  );
  const values = new Map<string, readonly string[]>(collected);
  values.set('hostname', [hostName]);
  values.set('identityfile', collected.get('identityfile') ?? defaultKeys);
  // UpdateHostKeys is on by default unless UserKnownHostsFile was changed or VerifyHostKeyDNS is set.
  const verifiesByDns = !/^(no|false)$/i.test(first('verifyhostkeydns') ?? 'no');
  const updates = !collected.has('userknownhostsfile') && !verifiesByDns;
  values.set('updatehostkeys', collected.get('updatehostkeys') ?? [updates ? 'yes' : 'no']);
  const change = (keyword: string, convert: (value: string) => string | undefined): void => {
    const converted = collected.get(keyword)?.flatMap((value) => convert(value) ?? []);
    if (converted) {
      values.set(keyword, converted);
    }
  };
  for (const keyword of ['userknownhostsfile', 'revokedhostkeys']) {
    change(keyword, (path) => expander.tokens(expander.tilde(path)));
  }
  for (const keyword of ['connecttimeout', 'serveraliveinterval', 'forwardx11timeout']) {
    change(keyword, toSeconds);
  }
  const rekeyLimit = collected.get('rekeylimit');
  if (rekeyLimit) {
    const [size = '', time = ''] = rekeyLimit.join(' ').split(/\s+/);
    values.set('rekeylimit', [`${toBytes(size)} ${parseTimeSpan(time) ?? 0}`]);
  }
  for (const [keyword, names] of Object.entries(algorithms)) {
    change(keyword, (list) => changedList(list, names).join(','));
  }
  return values;
}

const certificates = [
  'ssh-ed25519-cert-v01@openssh.com',
  'ecdsa-sha2-nistp256-cert-v01@openssh.com',
  'ecdsa-sha2-nistp384-cert-v01@openssh.com',
  'ecdsa-sha2-nistp521-cert-v01@openssh.com',
  'sk-ssh-ed25519-cert-v01@openssh.com',
  'sk-ecdsa-sha2-nistp256-cert-v01@openssh.com',
  'rsa-sha2-512-cert-v01@openssh.com',
  'rsa-sha2-256-cert-v01@openssh.com',
];

/** KEX_DEFAULT_PK_ALG in OpenSSH's myproposal.h, since version 8.8. */
const defaultKeyAlgorithms = [
  ...certificates,
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'sk-ssh-ed25519@openssh.com',
  'sk-ecdsa-sha2-nistp256@openssh.com',
  'rsa-sha2-512',
  'rsa-sha2-256',
];

/** The default of a list in OpenSSH's myproposal.h, and what else can be added to it. */
interface Names {
  readonly byDefault: readonly string[];
  readonly more: readonly string[];
}

const keyAlgorithms: Names = {
  byDefault: defaultKeyAlgorithms,
  more: ['ssh-rsa', 'ssh-rsa-cert-v01@openssh.com'],
};

/** By keyword. Only names that are supported here are ever offered. */
const algorithms: Readonly<Record<string, Names>> = {
  hostkeyalgorithms: keyAlgorithms,
  pubkeyacceptedalgorithms: keyAlgorithms,
  kexalgorithms: {
    byDefault: [
      'sntrup761x25519-sha512@openssh.com',
      'curve25519-sha256',
      'curve25519-sha256@libssh.org',
      'ecdh-sha2-nistp256',
      'ecdh-sha2-nistp384',
      'ecdh-sha2-nistp521',
      'diffie-hellman-group-exchange-sha256',
      'diffie-hellman-group16-sha512',
      'diffie-hellman-group18-sha512',
      'diffie-hellman-group14-sha256',
    ],
    more: ['diffie-hellman-group-exchange-sha1', 'diffie-hellman-group14-sha1', 'diffie-hellman-group1-sha1'],
  },
  ciphers: {
    byDefault: [
      'chacha20-poly1305@openssh.com',
      'aes128-ctr',
      'aes192-ctr',
      'aes256-ctr',
      'aes128-gcm@openssh.com',
      'aes256-gcm@openssh.com',
    ],
    more: ['3des-cbc', 'aes128-cbc', 'aes192-cbc', 'aes256-cbc'],
  },
  macs: {
    byDefault: [
      'umac-64-etm@openssh.com',
      'umac-128-etm@openssh.com',
      'hmac-sha2-256-etm@openssh.com',
      'hmac-sha2-512-etm@openssh.com',
      'hmac-sha1-etm@openssh.com',
      'umac-64@openssh.com',
      'umac-128@openssh.com',
      'hmac-sha2-256',
      'hmac-sha2-512',
      'hmac-sha1',
    ],
    more: ['hmac-sha1-96', 'hmac-md5', 'hmac-md5-96'],
  },
};

/** The defaults of lists that can be changed here. */
export const fallbackDefaults: ConfigValues = new Map<string, readonly string[]>([
  ...Object.entries(algorithms).map(([keyword, { byDefault }]) => [keyword, [byDefault.join(',')]] as const),
  ['identityfile', defaultKeys],
]);

/** A list that may begin with `+`, `-` or `^`: kex_assemble_names() in OpenSSH's kex.c. */
function changedList(list: string, { byDefault, more }: Names): readonly string[] {
  const [, change = '', names = ''] = /^([+^-]?)(.*)$/s.exec(list) ?? [];
  const patterns = names.split(',');
  const named = patterns.flatMap((pattern) =>
    [...byDefault, ...more].filter((name) => matchesPatternList(name, [pattern])),
  );
  switch (change) {
    case '+':
      return [...new Set([...byDefault, ...named])];
    case '^':
      return [...new Set([...named, ...byDefault])];
    case '-':
      return byDefault.filter((name) => !named.includes(name));
    default:
      return patterns;
  }
}

/** As scan_scaled(3), which OpenSSH uses for RekeyLimit. 0: the default. */
function toBytes(text: string): number {
  const [, number = '0', unit = ''] = /^(\d+)([KMG]?)$/i.exec(text) ?? [];
  return Number(number) * 1024 ** ['', 'K', 'M', 'G'].indexOf(unit.toUpperCase());
}

function toSeconds(text: string): string {
  return String(parseTimeSpan(text) ?? text);
}
