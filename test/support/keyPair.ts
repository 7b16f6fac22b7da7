// Key pairs in files, as ssh-keygen makes them.
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { utils } from 'ssh2';
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
  const line = await (kind === 'ed25519' ? writeEd25519(path) : runKeygen(path, kind));
  await writeFile(`${path}.pub`, `${line}\n`);
  return { path, line };
}

/** In this process: every sshd of the tests has two, and ssh-keygen would take ten times as long. */
async function writeEd25519(path: string): Promise<string> {
  const pair = utils.generateKeyPairSync('ed25519');
  await writeFile(path, pair.private, { mode: 0o600 });
  return pair.public;
}

async function runKeygen(path: string, kind: 'rsa' | 'ecdsa'): Promise<string> {
  const bits = { rsa: '2048', ecdsa: '256' }[kind];
  await promisify(execFile)('ssh-keygen', ['-q', '-t', kind, '-b', bits, '-N', '', '-C', '', '-f', path]);
  const [type = '', key = ''] = (await readFile(`${path}.pub`, 'utf8')).trim().split(' ');
  return `${type} ${key}`;
}
