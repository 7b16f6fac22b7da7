// RevokedHostKeys of ssh_config(5): files of host keys that are never accepted, whatever known_hosts contains.
import { createHash } from 'node:crypto';
import { TunnelFailure } from '../../errors/errors';
import { hostKeyFileUnusable } from '../../errors/ssh/hostKeySource';
import { readHostKeyFile } from './hostKeyFile';
import { parseRevokedKeys } from './knownHostsLine';
import { plainKey } from '../keys/publicKey';
import type { HostCertificate } from './hostCertificate';
import { isKrl, parseKrl, revokesCertificate } from './krl';

/** The line that revokes a host's key, its certificate, or the authority that signed the certificate. */
export interface Revocation {
  readonly what: 'key' | 'certificate' | 'authority';
  readonly file: string;
  /** Counts from 1. undefined: the list is binary. */
  readonly line: number | undefined;
}

/** @param key a plain key @param certificate the certificate of it that the server has sent */
export type RevokedKeys = (key: Buffer, certificate?: HostCertificate) => Revocation | undefined;

/**
 * Returns a function that looks up a public key, and its certificate, in all these files.
 * @throws TunnelFailure HostKeyUnknown for a file that is missing or invalid: OpenSSH rejects every host then
 */
export async function readRevokedKeys(files: readonly string[]): Promise<RevokedKeys> {
  const lists = await Promise.all(files.map(readRevokedFile));
  return (key, certificate) =>
    lists.map((find) => find(key, certificate)).find((found) => found !== undefined);
}

async function readRevokedFile(file: string): Promise<RevokedKeys> {
  const content = await readHostKeyFile(file);
  if (!content) {
    throw new TunnelFailure(hostKeyFileUnusable('fileUnreadable', file, 'it does not exist'));
  }
  const find = isKrl(content) ? findInKrl(content, file) : findInText(content, file);
  if (!find) {
    throw new TunnelFailure(hostKeyFileUnusable('notRevocationList', file, 'RevokedHostKeys'));
  }
  return find;
}

function findInText(content: Buffer, file: string): RevokedKeys | undefined {
  // Without the byte order mark of UTF-8.
  const text = content.toString('latin1').replace(/^\u{ef}\u{bb}\u{bf}/u, '');
  const entries = parseRevokedKeys(text, file);
  return (
    entries &&
    eachKey((key, what) => {
      const found = entries.find((entry) => plainKey(entry.key).equals(key));
      return found && { what, file, line: found.line };
    })
  );
}

function findInKrl(content: Buffer, file: string): RevokedKeys | undefined {
  const krl = parseKrl(content);
  if (!krl) {
    return undefined;
  }
  const has = (list: readonly Buffer[], value: Buffer): boolean => list.some((entry) => entry.equals(value));
  const hash = (algorithm: 'sha1' | 'sha256', key: Buffer): Buffer =>
    createHash(algorithm).update(key).digest();
  const findKey = eachKey((key, what) =>
    has(krl.keys, key) || has(krl.sha1, hash('sha1', key)) || has(krl.sha256, hash('sha256', key))
      ? { what, file, line: undefined }
      : undefined,
  );
  return (key, certificate) =>
    findKey(key, certificate) ??
    (certificate && revokesCertificate(krl, certificate)
      ? { what: 'certificate', file, line: undefined }
      : undefined);
}

/** Looks up the host's key, and the authority's. */
function eachKey(find: (key: Buffer, what: 'key' | 'authority') => Revocation | undefined): RevokedKeys {
  return (key, certificate) => find(key, 'key') ?? (certificate && find(certificate.authority, 'authority'));
}
