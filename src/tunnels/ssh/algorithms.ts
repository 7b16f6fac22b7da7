// Which algorithms to offer: the user's where ssh_config names some, otherwise ssh2's own; host keys that are already
// known first, as OpenSSH's order_hostkeyalgs() does.
import type { Algorithms } from 'ssh2';
import { orderHostKeyAlgorithms } from './knownHosts';
import type { ResolvedHost } from './resolvedHost';

/** ssh2's own order, which it keeps in a file that it does not export. */
const hostKeyAlgorithms = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
  'ssh-rsa',
] as const;

export function offeredAlgorithms(host: ResolvedHost, knownTypes: readonly string[]): Algorithms {
  const wanted = host.hostKeyAlgorithms?.filter(isSupported) ?? hostKeyAlgorithms;
  const offered = wanted.length > 0 ? wanted : hostKeyAlgorithms;
  return {
    serverHostKey: orderHostKeyAlgorithms(offered, knownTypes).filter(isSupported),
    compress: ['none'],
  };
}

function isSupported(algorithm: string): algorithm is (typeof hostKeyAlgorithms)[number] {
  return (hostKeyAlgorithms as readonly string[]).includes(algorithm);
}
