// Checks a server's host key against known_hosts, with the verdicts of OpenSSH's hostfile.c and sshconnect.c. Pure.
import { asciiLowerCase } from '../../util/glob';
import type { KnownHostsEntry } from './knownHostsLine';
import { matchesNames } from './knownHostsNames';
import type { HostConfig } from '../config/hostConfig';
import { fingerprint, keyType, plainKey } from '../keys/publicKey';

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
  /** `known`: the keys that are known instead, first those of the offered key's type. Never empty. */
  | { readonly verdict: 'changed'; readonly known: readonly KnownKey[] }
  | { readonly verdict: 'revoked'; readonly file: string; readonly line: number };

/** The name of a host in known_hosts: the alias, or `host`, or `[host]:port` if the port isn't 22. */
export function lookupName(host: Pick<HostConfig, 'hostName' | 'port' | 'hostKeyAlias'>): string {
  const { hostName, port, hostKeyAlias } = host;
  return asciiLowerCase(hostKeyAlias ?? withPort(hostName, port));
}

/** An address or a host's name in known_hosts: put_host_port() in OpenSSH's misc.c. */
export function withPort(host: string, port: number): string {
  return port === 22 ? host : `[${host}]:${port}`;
}

/**
 * Looks up a key in known_hosts, like check_host_key() in OpenSSH's sshconnect.c:
 * - If this very key is revoked for the host, it is revoked.
 * - Otherwise, if the key is listed, it is known.
 * - Otherwise, if any other plain key *of whatever type* is listed for the host, it has changed.
 * - If nothing is listed for a name with a port, the name without the port is looked up. There, only a match counts.
 *
 * Stricter than OpenSSH in one case: a key that is revoked under the name without the port is revoked; ssh would ask.
 * `@cert-authority` lines are about certificates and don't make a plain key known or changed.
 * @param name as returned by lookupName()
 * @param key the public key as on the wire (RFC 4253 §6.6)
 * @param portlessEntries where the name without the port is looked up: not in what a KnownHostsCommand has printed
 */
export function checkHostKey(
  entries: readonly KnownHostsEntry[],
  name: string,
  key: Buffer,
  portlessEntries = entries,
): HostKeyVerdict {
  const verdict = checkByName(entries, name, key);
  const portless = portlessName(name);
  if (verdict.verdict !== 'unknown' || portless === undefined) {
    return verdict;
  }
  const second = checkByName(portlessEntries, portless, key);
  return second.verdict === 'changed' ? verdict : second;
}

/** Looks up a key under this very name. @param name a host's, or an address with its port */
export function checkByName(entries: readonly KnownHostsEntry[], name: string, key: Buffer): HostKeyVerdict {
  const ofHost = entriesOf(entries, name);
  const revoked = ofHost.find((entry) => revokes(entry, key));
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

/** The line of a certificate revokes its key: check_key_not_revoked() in OpenSSH's hostfile.c. */
function revokes(entry: KnownHostsEntry, key: Buffer): boolean {
  return entry.marker === 'revoked' && plainKey(entry.key).equals(key);
}

function knownKey({ file, line, type, key }: KnownHostsEntry): KnownKey {
  return { file, line, type, fingerprint: fingerprint(key) };
}

/**
 * The first certificate authority for a host. To check the certificates of hosts is not supported.
 * @param name as returned by lookupName()
 */
export function authorityOf(
  entries: readonly KnownHostsEntry[],
  name: string,
): { readonly file: string; readonly line: number } | undefined {
  const portless = portlessName(name);
  const authority = [name, ...(portless === undefined ? [] : [portless])]
    .flatMap((each) => entriesOf(entries, each))
    .find(({ marker }) => marker === 'cert-authority');
  return authority && { file: authority.file, line: authority.line };
}

function portlessName(name: string): string | undefined {
  return /^\[(.+)\]:\d+$/.exec(name)?.[1];
}

/** The entries whose names match, including those with markers. @param name as returned by lookupName() */
export function entriesOf(entries: readonly KnownHostsEntry[], name: string): readonly KnownHostsEntry[] {
  const host = asciiLowerCase(name);
  return entries.filter(({ names }) => matchesNames(names, host));
}

/**
 * The types of the plain keys known for a host, to sort the host key algorithms by. A type whose first key is revoked
 * doesn't count, as in OpenSSH's lookup_key_in_hostkeys_by_type().
 */
export function knownKeyTypes(entries: readonly KnownHostsEntry[], name: string): readonly string[] {
  const ofHost = entriesOf(entries, name);
  const first = new Map<string, KnownHostsEntry>();
  for (const entry of ofHost) {
    if (entry.marker === undefined && !first.has(entry.type)) {
      first.set(entry.type, entry);
    }
  }
  const isRevoked = (key: Buffer): boolean => ofHost.some((entry) => revokes(entry, key));
  return [...first].filter(([, entry]) => !isRevoked(entry.key)).map(([type]) => type);
}

/** One RSA key signs with several algorithms (RFC 8332), and a certificate's algorithm contains its key's type. */
export function keyTypeOfAlgorithm(algorithm: string): string {
  const plain = algorithm.startsWith('sk-')
    ? algorithm.replace('-cert-v01@', '@')
    : algorithm.replace('-cert-v01@openssh.com', '');
  return /^rsa-sha2-(256|512)$/.test(plain) ? 'ssh-rsa' : plain;
}
