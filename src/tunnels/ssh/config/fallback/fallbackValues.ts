// Completes the values that were read to what `ssh -G` would print: fill_default_options() in OpenSSH's readconf.c.
import { matchesPatternList } from '../../../util/glob';
import { defaultPlainAlgorithms, withCertificate } from '../../keys/publicKey';
import { hybridKexNames } from '../../transport/keyExchange/hybridKexNames';
import type { ConfigValues } from '../configValues';
import type { SshGQuery } from '../sshG';
import type { HostValues } from './hostValues';

/** The keys that OpenSSH tries without an IdentityFile, in its order: fill_default_options() in readconf.c. */
const defaultKeys = ['id_rsa', 'id_ecdsa', 'id_ecdsa_sk', 'id_ed25519', 'id_ed25519_sk'].map(
  (name) => `~/.ssh/${name}`,
);

/** The first that OpenSSH uses by default: _PATH_SSH_USER_HOSTFILE in pathnames.h. */
const defaultKnownHosts = '~/.ssh/known_hosts';

/** @throws TunnelFailure InvalidDefinition for a token or variable that can't be expanded */
export function fallbackValues(read: HostValues, { user }: SshGQuery, env: NodeJS.ProcessEnv): ConfigValues {
  const expander = read.expander(env);
  const values = new Map<string, readonly string[]>(read.entries());
  const change = (keyword: string, convert: (value: string) => string): void => {
    const before = read.all(keyword);
    if (before) {
      values.set(keyword, before.map(convert));
    }
  };
  values.set('hostname', [read.hostName]);
  values.set('identityfile', read.all('identityfile') ?? defaultKeys);
  // UpdateHostKeys is on by default unless UserKnownHostsFile was changed or VerifyHostKeyDNS is set.
  const verifiesByDns = !/^(no|false)$/.test(read.first('verifyhostkeydns') ?? 'no');
  const hasOwnFiles =
    (read.all('userknownhostsfile') ?? [defaultKnownHosts]).join('\n') !== defaultKnownHosts;
  values.set('updatehostkeys', read.all('updatehostkeys') ?? [hasOwnFiles || verifiesByDns ? 'no' : 'yes']);
  // "Never use FD passing for ProxyJump": main() in ssh.c.
  if ((read.first('proxyjump') ?? 'none').toLowerCase() !== 'none') {
    values.set('proxyusefdpass', ['no']);
  }
  if (user === undefined) {
    change('user', (name) => expander.tokens(name));
  }
  for (const keyword of ['controlpath', 'userknownhostsfile', 'revokedhostkeys']) {
    change(keyword, (path) => expander.tokens(expander.tilde(path)));
  }
  for (const [keyword, names] of Object.entries(algorithms)) {
    change(keyword, (list) => changedList(list, names).join(','));
  }
  return values;
}

/** KEX_DEFAULT_PK_ALG in OpenSSH's myproposal.h. */
const defaultKeyAlgorithms = [...defaultPlainAlgorithms.map(withCertificate), ...defaultPlainAlgorithms];

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
  casignaturealgorithms: { byDefault: defaultPlainAlgorithms, more: ['ssh-rsa'] },
  kexalgorithms: {
    byDefault: [
      ...hybridKexNames,
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
    more: [
      'hmac-sha1-96',
      'hmac-md5',
      'hmac-md5-96',
      'hmac-sha1-96-etm@openssh.com',
      'hmac-md5-etm@openssh.com',
      'hmac-md5-96-etm@openssh.com',
    ],
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
      // Names alone are kept as they are: an error of the connection tells which of them aren't supported.
      return [
        ...new Set(
          patterns.flatMap((pattern) =>
            /[*?]/.test(pattern)
              ? [...byDefault, ...more].filter((name) => matchesPatternList(name, [pattern]))
              : pattern === ''
                ? []
                : [pattern],
          ),
        ),
      ];
  }
}
