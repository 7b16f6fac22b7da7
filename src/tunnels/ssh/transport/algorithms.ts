// Which algorithms to offer: the user's where ssh_config names some, otherwise what OpenSSH would offer too, quickest
// first; host keys that are already known first, as OpenSSH's order_hostkeyalgs() does.
import type { Algorithms } from 'ssh2';
import {
  SUPPORTED_CIPHER,
  SUPPORTED_KEX,
  SUPPORTED_MAC,
  SUPPORTED_SERVER_HOST_KEY,
} from 'ssh2/lib/protocol/constants.js';
import { TunnelFailure } from '../../errors/errors';
import { algorithmsNotSupported } from '../../errors/algorithms';
import type { Mismatch } from '../../errors/algorithms';
import type { Offers } from './ssh2Internals';
import { orderHostKeyAlgorithms } from '../hostKeys/knownHosts';
import type { ResolvedHost } from '../config/resolvedHost';

/** One list of ssh_config(5): what ssh2 can do of it here, and what is offered where ssh_config says nothing. */
interface Kind {
  readonly noun: string;
  readonly keyword: string;
  readonly supported: readonly string[];
  readonly byDefault: readonly string[];
}

const kex: Kind = {
  noun: 'key exchange',
  keyword: 'KexAlgorithms',
  supported: SUPPORTED_KEX,
  byDefault: [
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
    'diffie-hellman-group14-sha256',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group18-sha512',
    // Looks for a prime for more than a second.
    'diffie-hellman-group-exchange-sha256',
  ],
};

const hostKeys: Kind = {
  noun: 'kind of host key',
  keyword: 'HostKeyAlgorithms',
  supported: SUPPORTED_SERVER_HOST_KEY,
  byDefault: [
    'ssh-ed25519',
    'ecdsa-sha2-nistp256',
    'ecdsa-sha2-nistp384',
    'ecdsa-sha2-nistp521',
    'rsa-sha2-512',
    'rsa-sha2-256',
  ],
};

const ciphers: Kind = {
  noun: 'cipher',
  keyword: 'Ciphers',
  supported: SUPPORTED_CIPHER,
  byDefault: [
    'aes128-gcm@openssh.com',
    'aes256-gcm@openssh.com',
    'aes128-ctr',
    'aes192-ctr',
    'aes256-ctr',
    'chacha20-poly1305@openssh.com',
  ],
};

const macs: Kind = {
  noun: 'MAC',
  keyword: 'MACs',
  supported: SUPPORTED_MAC,
  byDefault: [
    'hmac-sha2-256-etm@openssh.com',
    'hmac-sha2-512-etm@openssh.com',
    'hmac-sha1-etm@openssh.com',
    'hmac-sha2-256',
    'hmac-sha2-512',
    'hmac-sha1',
  ],
};

/** Carry their own integrity: no MAC is agreed on beside them. */
const authenticated = /gcm|poly1305/;

/** @throws TunnelFailure NoCommonAlgorithm where ssh_config leaves nothing that can be offered */
export function offeredAlgorithms(host: ResolvedHost, knownTypes: readonly string[]): Algorithms {
  const usableMacs = usable(macs, host.macs);
  const usableCiphers = usable(ciphers, host.ciphers).filter(
    (cipher) => usableMacs.length > 0 || authenticated.test(cipher),
  );
  const offered = {
    kex: orFail(kex, usable(kex, host.kexAlgorithms), host.kexAlgorithms, host),
    serverHostKey: orderHostKeyAlgorithms(
      orFail(hostKeys, usable(hostKeys, host.hostKeyAlgorithms), host.hostKeyAlgorithms, host),
      host.knownHostKeysFirst ? knownTypes : [],
    ),
    cipher: orFail(ciphers, usableCiphers, host.ciphers ?? host.macs, host),
    hmac: usableMacs.length > 0 ? usableMacs : macs.byDefault,
    compress: host.compression ? ['zlib@openssh.com', 'zlib', 'none'] : ['none'],
  };
  // ssh2's types know these names one by one; what is here comes from its own lists.
  return offered as unknown as Algorithms;
}

function usable({ supported, byDefault }: Kind, wanted: readonly string[] | undefined): readonly string[] {
  return (wanted ?? byDefault).filter((name) => supported.includes(name));
}

function orFail(
  { keyword, byDefault: [common = ''] }: Kind,
  offered: readonly string[],
  wanted: readonly string[] | undefined,
  host: ResolvedHost,
): readonly string[] {
  if (offered.length === 0) {
    throw new TunnelFailure(algorithmsNotSupported(host.alias, keyword, wanted ?? [], common));
  }
  return offered;
}

/** By the names that ssh2 has for the lists of a key exchange. */
const kindOf: Readonly<Record<string, Kind>> = {
  'KEX method': kex,
  'Host key format': hostKeys,
  'C->S cipher': ciphers,
  'S->C cipher': ciphers,
  'C->S MAC': macs,
  'S->C MAC': macs,
};

/** Not algorithms, although they stand in the list: RFC 8308, and OpenSSH's PROTOCOL §1.10. */
const mark = /^(ext-info|kex-strict)-/;

/** RFC 4251 §6. */
const properName = /^[\x21-\x7e]{1,64}$/;

/** OpenSSH has taken these out, and refuses an ssh_config that names one. */
const givenUp = /dss|arcfour|blowfish|cast128|ripemd/;

/** What would help where the lists that were compared last have nothing in common; undefined: a list of another kind. */
export function explainMismatch({ what, remote }: Offers): Mismatch | undefined {
  const kind = kindOf[what];
  if (!kind) {
    return undefined;
  }
  const { noun, keyword, supported, byDefault } = kind;
  const theirs = remote.split(',').filter((name) => properName.test(name) && !mark.test(name));
  const addable = theirs.find((name) => supported.includes(name) && !givenUp.test(name));
  return { noun, keyword, theirs, addable, common: byDefault[0] ?? '' };
}
