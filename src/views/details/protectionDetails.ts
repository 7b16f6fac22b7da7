// What protects the connection of a tunnel, in its details, as plain data: for each host on the way.
import { l10n } from 'vscode';
import type { HostKeyProof, VerifiedHostKey } from '../../tunnels/model/hostKey';
import type { DirectionProtection, HopProtection, PostQuantum } from '../../tunnels/model/protection';
import type { TunnelSnapshot } from '../../tunnels/model/snapshot';
import type { FactView, HopDetails } from '../webview/pageData';
import { plainText } from '../words/format';

/** Empty unless the tunnel is up. */
export function protectionDetails({ state, protection = [] }: TunnelSnapshot): readonly HopDetails[] {
  if (state.status !== 'up') {
    return [];
  }
  return protection.map((hop, index) => ({
    key: `hop/${index}`,
    // Without jump hosts, the section's heading is enough.
    ...(protection.length > 1 && { title: hopTitle(hop, index === protection.length - 1) }),
    facts: [
      { term: l10n.t('Key exchange'), values: [keyExchange(hop)] },
      ...hostKeyFacts(hop.hostKey),
      byDirection(l10n.t('Cipher'), hop, ({ cipher }) => plainText(cipher)),
      byDirection(l10n.t('MAC'), hop, ({ mac }) =>
        mac === '' ? l10n.t('part of the cipher') : plainText(mac),
      ),
      byDirection(l10n.t('Compression algorithm'), hop, ({ compression }) =>
        compression === 'none' ? l10n.t('none') : plainText(compression),
      ),
    ],
    notes: quantumNote(hop.postQuantum),
  }));
}

function hopTitle({ who }: HopProtection, isLast: boolean): string {
  const host = plainText(who);
  return isLast ? l10n.t('Server {host}', { host }) : l10n.t('Jump host {host}', { host });
}

function keyExchange({ kex, postQuantum }: HopProtection): string {
  const name = plainText(kex);
  return postQuantum === 'yes'
    ? l10n.t('{name} (post-quantum)', { name })
    : l10n.t('{name} (not post-quantum)', { name });
}

/** One value if both directions have the same. */
function byDirection(
  term: string,
  { sent, received }: HopProtection,
  describe: (direction: DirectionProtection) => string,
): FactView {
  const [to, from] = [describe(sent), describe(received)];
  const values =
    to === from
      ? [to]
      : [l10n.t('{name} to the server', { name: to }), l10n.t('{name} from the server', { name: from })];
  return { term, values };
}

function hostKeyFacts(hostKey: VerifiedHostKey | undefined): FactView[] {
  if (!hostKey) {
    return [];
  }
  const { key, algorithm, certificate, proof } = hostKey;
  const name = plainText(`${key.type} ${key.fingerprint}`);
  // An RSA key may sign with several.
  const signs =
    algorithm === key.type ? [] : [l10n.t('Signature: {algorithm}', { algorithm: plainText(algorithm) })];
  return [
    { term: l10n.t('Host key'), values: [name, ...signs] },
    ...(certificate
      ? [
          {
            term: l10n.t('Host certificate'),
            values: [
              plainText(certificate.keyId),
              l10n.t('Serial number {serial}', { serial: plainText(certificate.serial) }),
              l10n.t('Signed by {key}', {
                key: plainText(`${certificate.authority.type} ${certificate.authority.fingerprint}`),
              }),
              ...(proof.by === 'authority' ? [] : [l10n.t('It was not the reason for accepting the key.')]),
            ],
          },
        ]
      : []),
    { term: l10n.t('Host key accepted'), values: [proofSentence(proof)] },
  ];
}

function proofSentence(proof: HostKeyProof): string {
  switch (proof.by) {
    case 'knownHosts': {
      const { name, file, line } = placeOf(proof);
      return l10n.t('It is known as {name} by {file}, line {line}.', { name, file, line });
    }
    case 'authority': {
      const { name, file, line } = placeOf(proof);
      return l10n.t('Its certificate is signed by the authority for {name} in {file}, line {line}.', {
        name,
        file,
        line,
      });
    }
    case 'user':
      return l10n.t('You confirmed it when this connection was made.');
    case 'firstUse':
      return l10n.t(
        'It is the first key of this host, and StrictHostKeyChecking accepts that without a question.',
      );
    case 'loopback':
      return l10n.t('It was not checked, because of NoHostAuthenticationForLocalhost.');
  }
}

function placeOf({ name, file, line }: Extract<HostKeyProof, { by: 'knownHosts' | 'authority' }>): {
  name: string;
  file: string;
  line: number;
} {
  return { name: plainText(name), file: plainText(file), line };
}

/**
 * What ssh warns of since version 10.1, and what to do with any version: an older one refuses a file with WarnWeakCrypto,
 * or with the name of a newer key exchange.
 */
function quantumNote(postQuantum: PostQuantum): readonly string[] {
  switch (postQuantum) {
    case 'yes':
    case 'accepted':
      return [];
    case 'server':
      return [
        l10n.t(
          'The key exchange is not post-quantum: whoever records this connection now may be able to decrypt it once there are quantum computers. Ask the administrator to update the server; OpenSSH has post-quantum key exchange since version 9.0.',
        ),
      ];
    case 'config':
      return [
        l10n.t(
          'The key exchange is not post-quantum: whoever records this connection now may be able to decrypt it once there are quantum computers. KexAlgorithms in your SSH config allows no other; remove it, or add sntrup761x25519-sha512@openssh.com.',
        ),
      ];
  }
}
