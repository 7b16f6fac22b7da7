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

/** A line of known_hosts, with the name that it was found by. */
export interface FoundLine {
  readonly file: string;
  readonly line: number;
  readonly name: string;
}

export type HostKeyVerdict =
  | ({ readonly verdict: 'known' } & FoundLine)
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
function withPort(host: string, port: number): string {
  return port === 22 ? host : `[${host}]:${port}`;
}

/**
 * The name by which CheckHostIP looks up an address, as in check_host_key() of OpenSSH's sshconnect.c.
 * @returns undefined: it isn't looked up
 */
export function addressLookupName(
  { checkHostIp, hostName, port }: Pick<HostConfig, 'checkHostIp' | 'hostName' | 'port'>,
  address: string | undefined,
): string | undefined {
  if (!checkHostIp || address === undefined || isLocalAddress(address)) {
    return undefined;
  }
  const name = withPort(address, port);
  return name === hostName ? undefined : name;
}

/** 127.0.0.0/8 and ::1, which OpenSSH's sshconnect.c treats as local. */
export function isLocalAddress(address: string | undefined): boolean {
  return address === '::1' || address?.startsWith('127.') === true;
}

/**
 * Looks up a key in known_hosts, like check_host_key() in OpenSSH's sshconnect.c:
 * - If this very key is revoked for the host, it is revoked.
 * - Otherwise, if the key is listed, it is known.
 * - Otherwise, if any other plain key *of whatever type* is listed for the host, it has changed.
 * - If nothing is listed for a name with a port, the name without the port is looked up. There, only a match counts.
 *
 * Stricter than OpenSSH in one case: a key that is revoked under the name without the port is revoked; ssh would ask.
 * `@cert-authority` lines are about certificates and don't make a plain key known or changed: see checkAuthority().
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
    return { verdict: 'known', ...foundLine(same, name) };
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

function foundLine({ file, line }: KnownHostsEntry, name: string): FoundLine {
  return { file, line, name };
}

/** What known_hosts says about the authority that has signed a host's certificate. */
export type AuthorityVerdict =
  | ({ readonly verdict: 'known' } & FoundLine)
  /** `others`: the first line of another authority. */
  | { readonly verdict: 'unknown'; readonly others: FoundLine | undefined }
  | {
      readonly verdict: 'revoked';
      readonly what: 'key' | 'authority';
      readonly file: string;
      readonly line: number;
    };

/**
 * Looks up the authority of a certificate, like check_hostkeys_by_key_or_type() in OpenSSH's hostfile.c: it is revoked
 * if its own key or the certified one is; known if it has a `@cert-authority` line; otherwise looked up by the name
 * without the port, like a plain key.
 *
 * Stricter than OpenSSH in one case: as with a plain key, a revocation under the name without the port counts.
 * @param name as returned by lookupName()
 * @param portlessEntries as for checkHostKey()
 */
export function checkAuthority(
  entries: readonly KnownHostsEntry[],
  name: string,
  certificate: { readonly key: Buffer; readonly authority: Buffer },
  portlessEntries = entries,
): AuthorityVerdict {
  const verdict = checkAuthorityByName(entries, name, certificate);
  const portless = portlessName(name);
  if (verdict.verdict !== 'unknown' || portless === undefined) {
    return verdict;
  }
  const second = checkAuthorityByName(portlessEntries, portless, certificate);
  return second.verdict === 'unknown' ? { ...second, others: verdict.others ?? second.others } : second;
}

function checkAuthorityByName(
  entries: readonly KnownHostsEntry[],
  name: string,
  { key, authority }: { readonly key: Buffer; readonly authority: Buffer },
): AuthorityVerdict {
  const ofHost = entriesOf(entries, name);
  for (const what of ['key', 'authority'] as const) {
    const revoked = ofHost.find((entry) => revokes(entry, what === 'key' ? key : authority));
    if (revoked) {
      return { verdict: 'revoked', what, file: revoked.file, line: revoked.line };
    }
  }
  const authorities = ofHost.filter(({ marker }) => marker === 'cert-authority');
  const same = authorities.find((entry) => plainKey(entry.key).equals(authority));
  const [first] = authorities;
  return same
    ? { verdict: 'known', ...foundLine(same, name) }
    : { verdict: 'unknown', others: first && foundLine(first, name) };
}

/** The first `@cert-authority` line for a host. @param name as returned by lookupName() */
export function authorityOf(entries: readonly KnownHostsEntry[], name: string): FoundLine | undefined {
  const portless = portlessName(name);
  for (const each of [name, ...(portless === undefined ? [] : [portless])]) {
    const authority = entriesOf(entries, each).find(({ marker }) => marker === 'cert-authority');
    if (authority) {
      return foundLine(authority, each);
    }
  }
  return undefined;
}

function portlessName(name: string): string | undefined {
  return /^\[(.+)\]:\d+$/.exec(name)?.[1];
}

/** The entries whose names match, including those with markers. @param name as returned by lookupName() */
export function entriesOf(entries: readonly KnownHostsEntry[], name: string): readonly KnownHostsEntry[] {
  const host = asciiLowerCase(name);
  return entries.filter(({ names }) => matchesNames(names, host));
}

/** What is known of a host before it sends its key, to sort the host key algorithms by. */
export interface KnownKeys {
  /** Of plain keys. */
  readonly types: readonly string[];
  /** Whether there is any `@cert-authority` line. */
  readonly hasAuthority: boolean;
}

/**
 * A type whose first key is revoked doesn't count, as in OpenSSH's lookup_key_in_hostkeys_by_type(). An authority counts
 * even if it is revoked, as in lookup_marker_in_hostkeys().
 */
export function knownKeys(entries: readonly KnownHostsEntry[], name: string): KnownKeys {
  const ofHost = entriesOf(entries, name);
  const first = new Map<string, KnownHostsEntry>();
  for (const entry of ofHost) {
    if (entry.marker === undefined && !first.has(entry.type)) {
      first.set(entry.type, entry);
    }
  }
  const isRevoked = (key: Buffer): boolean => ofHost.some((entry) => revokes(entry, key));
  return {
    types: [...first].filter(([, entry]) => !isRevoked(entry.key)).map(([type]) => type),
    hasAuthority: ofHost.some(({ marker }) => marker === 'cert-authority'),
  };
}

/** One RSA key signs with several algorithms (RFC 8332), and a certificate's algorithm contains its key's type. */
export function keyTypeOfAlgorithm(algorithm: string): string {
  const plain = algorithm.startsWith('sk-')
    ? algorithm.replace('-cert-v01@', '@')
    : algorithm.replace('-cert-v01@openssh.com', '');
  return /^rsa-sha2-(256|512)$/.test(plain) ? 'ssh-rsa' : plain;
}
