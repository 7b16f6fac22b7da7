// RevokedHostKeys of ssh_config(5): files of host keys that are never accepted, whatever known_hosts contains.
import { createHash } from 'node:crypto';
import { TunnelFailure } from '../../errors/errors';
import { hostKeyFileUnusable } from '../../errors/ssh/hostKeySource';
import { readHostKeyFile } from './hostKeyFile';
import { parseRevokedKeys } from './knownHostsLine';
import { plainKey } from '../keys/publicKey';
import { isKrl, parseKrl } from './krl';

/** The line that revokes a key. */
export interface Revocation {
  readonly file: string;
  /** Counts from 1. undefined: the list is binary. */
  readonly line: number | undefined;
}

export type RevokedKeys = (key: Buffer) => Revocation | undefined;

/**
 * Returns a function that looks up a public key, as on the wire, in all these files.
 * @throws TunnelFailure HostKeyUnknown for a file that is missing or invalid: OpenSSH rejects every host then
 */
export async function readRevokedKeys(files: readonly string[]): Promise<RevokedKeys> {
  const lists = await Promise.all(files.map(readRevokedFile));
  return (key) => lists.map((find) => find(key)).find((found) => found !== undefined);
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
  return entries && ((key) => entries.find((entry) => plainKey(entry.key).equals(key)));
}

function findInKrl(content: Buffer, file: string): RevokedKeys | undefined {
  const krl = parseKrl(content);
  if (!krl) {
    return undefined;
  }
  const has = (list: readonly Buffer[], value: Buffer): boolean => list.some((entry) => entry.equals(value));
  const hash = (algorithm: 'sha1' | 'sha256', key: Buffer): Buffer =>
    createHash(algorithm).update(key).digest();
  return (key) =>
    has(krl.keys, key) || has(krl.sha1, hash('sha1', key)) || has(krl.sha256, hash('sha256', key))
      ? { file, line: undefined }
      : undefined;
}
