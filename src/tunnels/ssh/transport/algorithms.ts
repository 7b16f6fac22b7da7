// Selects the algorithms to offer: the user's if ssh_config names any, otherwise those that OpenSSH would offer, in
// order of speed. The algorithms of known host keys come first, as in OpenSSH's order_hostkeyalgs().
import type { Algorithms } from 'ssh2';
import { TunnelFailure } from '../../errors/errors';
import { noCommonAlgorithm } from '../../errors/ssh/algorithms';
import type { AlgorithmKeyword, Mismatch, UnsupportedList } from '../../errors/ssh/algorithms';
import type { Offers } from './ssh2/ssh2Internals';
import { cryptoFeatures } from './cryptoFeatures';
import type { CryptoFeatures } from './cryptoFeatures';
import { hybridKexNames, isPostQuantum } from './keyExchange/hybridKexNames';
import { keyTypeOfAlgorithm } from '../hostKeys/knownHosts';
import type { KnownKeys } from '../hostKeys/knownHosts';
import {
  defaultPlainAlgorithms,
  isCertificate,
  withCertificate,
  withoutCertificate,
} from '../keys/publicKey';
import type { HostConfig } from '../config/hostConfig';
import { readable } from '../../util/untrustedText';

/** One list of ssh_config(5), and what is offered by default, if the runtime can do it. */
interface Kind {
  readonly keyword: AlgorithmKeyword;
  readonly list: keyof CryptoFeatures;
  readonly byDefault: readonly string[];
}

const kex: Kind = {
  keyword: 'KexAlgorithms',
  list: 'kexAlgorithms',
  byDefault: [
    ...hybridKexNames,
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
    'diffie-hellman-group14-sha256',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group18-sha512',
    // Last: it needs one more round trip.
    'diffie-hellman-group-exchange-sha256',
  ],
};

const hostKeys: Kind = {
  keyword: 'HostKeyAlgorithms',
  list: 'hostKeyAlgorithms',
  // KEX_DEFAULT_PK_ALG in OpenSSH's myproposal.h.
  byDefault: [...defaultPlainAlgorithms.map(withCertificate), ...defaultPlainAlgorithms],
};

const ciphers: Kind = {
  keyword: 'Ciphers',
  list: 'ciphers',
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
  keyword: 'MACs',
  list: 'macs',
  byDefault: [
    'hmac-sha2-256-etm@openssh.com',
    'hmac-sha2-512-etm@openssh.com',
    // UMAC is our own, and slower than the HMACs of Node.
    'umac-128-etm@openssh.com',
    'umac-64-etm@openssh.com',
    'hmac-sha1-etm@openssh.com',
    'hmac-sha2-256',
    'hmac-sha2-512',
    'umac-128@openssh.com',
    'umac-64@openssh.com',
    'hmac-sha1',
  ],
};

/** Matches ciphers with built-in integrity, which need no MAC. */
const authenticated = /gcm|poly1305/;

/** Of ssh_config: undefined for OpenSSH's own list. */
export type AlgorithmLists = Partial<Pick<HostConfig, keyof CryptoFeatures | 'kexAlgorithmsExtendDefault'>>;

type AlgorithmChoices = AlgorithmLists & Pick<HostConfig, 'alias' | 'knownHostKeysFirst' | 'compression'>;

/** ssh2's lists, and that of host keys, which has some that ssh2 doesn't know: see certifiedExchange.ts. */
interface OfferedAlgorithms extends Omit<Algorithms, 'serverHostKey'> {
  readonly hostKeyAlgorithms: readonly string[];
}

/**
 * @throws TunnelFailure NoCommonAlgorithm if ssh_config allows nothing that can be offered
 */
export function offeredAlgorithms(
  host: AlgorithmChoices,
  known: KnownKeys,
  features: CryptoFeatures = cryptoFeatures(),
): OfferedAlgorithms {
  const require = (kind: Kind, offered: readonly string[]): readonly string[] => {
    if (offered.length === 0) {
      const cause = unsupportedList(kind, host, features);
      throw new TunnelFailure(noCommonAlgorithm(host.alias, undefined, cause));
    }
    return offered;
  };
  const usableMacs = usable(macs, host, features);
  const usableCiphers = require(ciphers, usable(ciphers, host, features)).filter(
    (cipher) => usableMacs.length > 0 || authenticated.test(cipher),
  );
  const offered = {
    kex: require(kex, usable(kex, host, features)),
    hostKeyAlgorithms: orderHostKeyAlgorithms(
      require(hostKeys, usable(hostKeys, host, features)),
      host.knownHostKeysFirst ? known : { types: [], hasAuthority: false },
    ),
    // Without any of these, what is missing is a MAC for them.
    cipher: require(macs, usableCiphers),
    hmac: usableMacs.length > 0 ? usableMacs : usable(macs, {}, features),
    // As compression_alg_list() in OpenSSH's kex.c: a server may insist on it.
    compress: host.compression ? ['zlib@openssh.com', 'zlib', 'none'] : ['none', 'zlib@openssh.com', 'zlib'],
  };
  // ssh2's types list these names one by one. Ours come from ssh2's own lists.
  return offered as unknown as OfferedAlgorithms;
}

function usable(
  { list, byDefault }: Kind,
  lists: AlgorithmLists,
  features: CryptoFeatures,
): readonly string[] {
  const own = list === 'kexAlgorithms' ? ownKexAlgorithms(lists) : lists[list];
  return (own ?? byDefault).filter((name) => isSupported(list, name, features));
}

/** An ssh older than 9.9 can't name what has become the default since, so `KexAlgorithms +…` would lose it. */
function ownKexAlgorithms({
  kexAlgorithms: own,
  kexAlgorithmsExtendDefault: extend,
}: AlgorithmLists): readonly string[] | undefined {
  if (own === undefined || extend !== true) {
    return own;
  }
  const at = Math.max(0, own.findIndex(isPostQuantum));
  return [...own.slice(0, at), ...hybridKexNames.filter((name) => !own.includes(name)), ...own.slice(at)];
}

function isSupported(list: keyof CryptoFeatures, name: string, features: CryptoFeatures): boolean {
  // OpenSSH has removed DSA.
  return features[list].includes(name) && withoutCertificate(name) !== 'ssh-dss';
}

/** One that is supported here, and by every current server. */
function commonOf(kind: Kind, features: CryptoFeatures): string {
  // Servers from before 2025 don't have the first post-quantum methods. Most have no certificate.
  return usable(kind, {}, features).find((name) => !isPostQuantum(name) && !isCertificate(name)) ?? '';
}

function unsupportedList(kind: Kind, lists: AlgorithmLists, features: CryptoFeatures): UnsupportedList {
  return { keyword: kind.keyword, names: lists[kind.list] ?? [], common: commonOf(kind, features) };
}

/** By ssh2's names for the lists of a key exchange. */
const kindsByLabel: Readonly<Record<string, Kind>> = {
  'KEX method': kex,
  'Host key format': hostKeys,
  'C->S cipher': ciphers,
  'S->C cipher': ciphers,
  'C->S MAC': macs,
  'S->C MAC': macs,
};

/** Matches entries that aren't algorithms: RFC 8308, and OpenSSH's PROTOCOL §1.10. */
const markerPattern = /^(ext-info|kex-strict)-/;

/** RFC 4251 §6. */
const namePattern = /^[\x21-\x7e]{1,64}$/;

/** OpenSSH has removed these, and rejects an ssh_config that names one. */
const removedFromOpenSsh = /dss|arcfour|blowfish|cast128|ripemd/;

/** How many of the server's algorithms an error names. */
const maxNames = 3;

/**
 * Explains why the last compared lists have nothing in common. undefined: a list of another kind.
 * @param lists what ssh_config says for the host
 */
export function explainMismatch(
  { what, remote }: Offers,
  lists: AlgorithmLists,
  features: CryptoFeatures = cryptoFeatures(),
): Mismatch | UnsupportedList | undefined {
  const kind = kindsByLabel[what];
  if (!kind) {
    return undefined;
  }
  const { keyword, list, byDefault } = kind;
  const theirs = remote.split(',').filter((name) => namePattern.test(name) && !markerPattern.test(name));
  if (kind === ciphers && theirs.some((name) => usable(ciphers, lists, features).includes(name))) {
    // It wasn't offered because it needs a MAC, and none of ours is supported.
    return unsupportedList(macs, lists, features);
  }
  const supported = theirs.filter((name) => isSupported(list, name, features));
  const addable =
    supported.find((name) => byDefault.includes(name)) ??
    supported.find((name) => !removedFromOpenSsh.test(name));
  const common = commonOf(kind, features);
  const lacking = theirs.find((name) => byDefault.includes(name) && !supported.includes(name));
  return {
    keyword,
    theirs: theirs.slice(0, maxNames),
    more: Math.max(0, theirs.length - maxNames),
    add:
      addable !== undefined
        ? { side: lists[list] === undefined ? 'here' : 'config', algorithm: addable }
        : lacking !== undefined
          ? { side: 'runtime', algorithm: common, lacking }
          : { side: 'server', algorithm: common },
  };
}

/** Of a server's list of algorithms in the log. */
const maxListLength = 1000;

/** For the log: the lists that are being compared. */
export function describeOffers({ what, local, remote }: Offers): string {
  return `${what}: this machine offers ${local}; the server offers ${readable(remote, maxListLength)}`;
}

/**
 * Moves the algorithms of known keys to the front, and certificates if an authority is known, so that the server presents
 * a key that can be checked. Otherwise preserves the order. Like order_hostkeyalgs() in OpenSSH's sshconnect2.c.
 * @param offered names as in HostKeyAlgorithms
 * @param known as returned by knownKeys()
 */
export function orderHostKeyAlgorithms(offered: readonly string[], known: KnownKeys): readonly string[] {
  const isOfKnownType = (algorithm: string): boolean => known.types.includes(keyTypeOfAlgorithm(algorithm));
  const [best] = offered;
  if (best === undefined || isOfKnownType(best)) {
    return offered;
  }
  const isKnown = (algorithm: string): boolean =>
    (known.hasAuthority && isCertificate(algorithm)) || isOfKnownType(algorithm);
  return [...offered.filter(isKnown), ...offered.filter((algorithm) => !isKnown(algorithm))];
}
