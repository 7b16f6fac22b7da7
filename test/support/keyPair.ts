// Key pairs made by ssh-keygen.
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { TempDir } from './tempDir';

export type KeyKind = 'ed25519' | 'rsa' | 'ecdsa';

export interface KeyPair {
  /** The private key, which has no passphrase; `.pub` is beside it. */
  readonly path: string;
  /** The public key without a comment: `ssh-ed25519 AAAA…` */
  readonly line: string;
}

export async function makeKeyPair(dir: Pick<TempDir, 'file'>, name: string, kind: KeyKind): Promise<KeyPair> {
  const path = dir.file(name);
  const bits = { ed25519: [], rsa: ['-b', '2048'], ecdsa: ['-b', '256'] }[kind];
  await promisify(execFile)('ssh-keygen', ['-q', '-t', kind, ...bits, '-N', '', '-C', '', '-f', path]);
  const [type = '', key = ''] = (await readFile(`${path}.pub`, 'utf8')).trim().split(' ');
  await writeFile(`${path}.pub`, `${type} ${key}\n`);
  return { path, line: `${type} ${key}` };
}
