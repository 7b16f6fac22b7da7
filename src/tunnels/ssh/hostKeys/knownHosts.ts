// Judges a server's host key by known_hosts, with the verdicts of OpenSSH's hostfile.c and sshconnect.c; pure.
import { createHash, createHmac } from 'node:crypto';
import { asciiLowerCase, matchesPatternList } from '../../util/glob';
import type { KnownHostsEntry } from './knownHostsLine';
import type { ResolvedHost } from '../config/resolvedHost';

export type { KnownHostsEntry } from './knownHostsLine';

export interface KnownKey {
  readonly file: string;
  readonly line: number;
  readonly type: string;
  /** `SHA256:…` */
  readonly fingerprint: string;
}

export type HostKeyVerdict =
  | { readonly verdict: 'known'; readonly file: string; readonly line: number }
  | { readonly verdict: 'unknown' }
  /** `known`: the keys there are instead, those of the type that was offered first; never empty. */
  | { readonly verdict: 'changed'; readonly known: readonly KnownKey[] }
  | { readonly verdict: 'revoked'; readonly file: string; readonly line: number };

/** The name under which a host's keys are kept: the alias, or `host`, or `[host]:port` where the port isn't 22. */
export function lookupName(host: Pick<ResolvedHost, 'hostName' | 'port' | 'hostKeyAlias'>): string {
  const { hostName, port, hostKeyAlias } = host;
  return asciiLowerCase(hostKeyAlias ?? (port === 22 ? hostName : `[${hostName}]:${port}`));
}

/**
 * What known_hosts says of a key, as check_host_key() in OpenSSH's sshconnect.c:
 * - a revocation of this very key wins over all;
 * - the key itself makes it known;
 * - any other plain key of the host, *of whatever type*, makes it changed;
 * - a name with a port of which nothing is known is looked up once more without it, where only a match counts.
 *
 * Stricter than OpenSSH in one point: a key that is revoked under the name without the port is revoked, where ssh
 * goes on to ask. `@cert-authority` lines vouch for certificates and don't make a plain key known or changed.
 * @param name of lookupName()
 * @param key the public key as on the wire (RFC 4253 §6.6)
 */
export function judgeHostKey(entries: readonly KnownHostsEntry[], name: string, key: Buffer): HostKeyVerdict {
  const verdict = judgeByName(entries, name, key);
  const portless = /^\[(.+)\]:\d+$/.exec(name)?.[1];
  if (verdict.verdict !== 'unknown' || portless === undefined) {
    return verdict;
  }
  const second = judgeByName(entries, portless, key);
  return second.verdict === 'changed' ? verdict : second;
}

function judgeByName(entries: readonly KnownHostsEntry[], name: string, key: Buffer): HostKeyVerdict {
  const ofHost = entriesOf(entries, name);
  const revoked = ofHost.find((entry) => entry.marker === 'revoked' && entry.key.equals(key));
  if (revoked) {
    return { verdict: 'revoked', file: revoked.file, line: revoked.line };
  }
  const plain = ofHost.filter((entry) => entry.marker === undefined);
  const same = plain.find((entry) => entry.key.equals(key));
  if (same) {
    return { verdict: 'known', file: same.file, line: same.line };
  }
  if (plain.length === 0) {
    return { verdict: 'unknown' };
  }
  const type = keyType(key);
  const rank = (entry: KnownHostsEntry): number => (entry.type === type ? 0 : 1);
  return { verdict: 'changed', known: plain.toSorted((a, b) => rank(a) - rank(b)).map(knownKey) };
}

function knownKey({ file, line, type, key }: KnownHostsEntry): KnownKey {
  return { file, line, type, fingerprint: fingerprint(key) };
}

/** Those whose names match, markers and all. @param name of lookupName() */
export function entriesOf(entries: readonly KnownHostsEntry[], name: string): readonly KnownHostsEntry[] {
  const host = asciiLowerCase(name);
  return entries.filter((entry) => isFor(entry, host));
}

function isFor({ names }: KnownHostsEntry, host: string): boolean {
  return 'salt' in names
    ? createHmac('sha1', names.salt).update(host).digest().equals(names.hash)
    : matchesPatternList(host, names);
}

/**
 * The types of the plain keys known for a host, to order the host key algorithms by. As OpenSSH's
 * lookup_key_in_hostkeys_by_type(), a type whose first key is revoked does not count.
 */
export function knownKeyTypes(entries: readonly KnownHostsEntry[], name: string): readonly string[] {
  const ofHost = entriesOf(entries, name);
  const first = new Map<string, KnownHostsEntry>();
  for (const entry of ofHost) {
    if (entry.marker === undefined && !first.has(entry.type)) {
      first.set(entry.type, entry);
    }
  }
  const isRevoked = (key: Buffer): boolean =>
    ofHost.some((entry) => entry.marker === 'revoked' && entry.key.equals(key));
  return [...first].filter(([, entry]) => !isRevoked(entry.key)).map(([type]) => type);
}

/**
 * Puts the algorithms for which a key is known first, and otherwise keeps the order, so that the server shows a key
 * that can be judged: order_hostkeyalgs() in OpenSSH's sshconnect2.c.
 * @param offered names as in HostKeyAlgorithms
 * @param known key types, of knownKeyTypes()
 */
export function orderHostKeyAlgorithms(
  offered: readonly string[],
  known: readonly string[],
): readonly string[] {
  const isKnown = (algorithm: string): boolean => known.includes(keyTypeOfAlgorithm(algorithm));
  const [best] = offered;
  if (best === undefined || isKnown(best)) {
    return offered;
  }
  return [...offered.filter(isKnown), ...offered.filter((algorithm) => !isKnown(algorithm))];
}

/** RFC 8332: one RSA key signs with several algorithms; a certificate's algorithm names its key's type. */
export function keyTypeOfAlgorithm(algorithm: string): string {
  const plain = algorithm.startsWith('sk-')
    ? algorithm.replace('-cert-v01@', '@')
    : algorithm.replace('-cert-v01@openssh.com', '');
  return /^rsa-sha2-(256|512)$/.test(plain) ? 'ssh-rsa' : plain;
}

/** `SHA256:` and the hash in base64 without padding, as `ssh-keygen -l` prints it. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** The name that a public key begins with (RFC 4253 §6.6): `ssh-ed25519`; `unknown` if it holds none. */
export function keyType(key: Buffer): string {
  const length = key.length < 4 ? 0 : key.readUInt32BE(0);
  return length === 0 || length > key.length - 4 ? 'unknown' : key.toString('latin1', 4, 4 + length);
}
