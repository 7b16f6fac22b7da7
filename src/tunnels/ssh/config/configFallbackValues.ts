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
  for (const keyword of ['kexalgorithms', 'ciphers', 'macs']) {
    // A list that begins with `+`, `-` or `^` changes ssh's own default. That default is unknown here: it is dropped.
    change(keyword, (list) => (/^[+^-]/.test(list) ? undefined : list));
  }
  for (const keyword of ['hostkeyalgorithms', 'pubkeyacceptedalgorithms']) {
    change(keyword, (list) => changedKeyAlgorithms(list).join(','));
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

/** The defaults of lists that can be changed here. */
export const fallbackDefaults: ConfigValues = new Map<string, readonly string[]>([
  ...['hostkeyalgorithms', 'pubkeyacceptedalgorithms'].map(
    (keyword) => [keyword, [defaultKeyAlgorithms.join(',')]] as const,
  ),
  ['identityfile', defaultKeys],
]);

/** A list that may begin with `+`, `-` or `^`: kex_assemble_names() in OpenSSH's kex.c. */
function changedKeyAlgorithms(list: string): readonly string[] {
  const [, change = '', names = ''] = /^([+^-]?)(.*)$/s.exec(list) ?? [];
  const patterns = names.split(',');
  const all = [...defaultKeyAlgorithms, 'ssh-rsa', 'ssh-rsa-cert-v01@openssh.com'];
  const named = patterns.flatMap((pattern) => all.filter((name) => matchesPatternList(name, [pattern])));
  switch (change) {
    case '+':
      return [...new Set([...defaultKeyAlgorithms, ...named])];
    case '^':
      return [...new Set([...named, ...defaultKeyAlgorithms])];
    case '-':
      return defaultKeyAlgorithms.filter((name) => !named.includes(name));
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
