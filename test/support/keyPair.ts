// Key pairs in files, as ssh-keygen makes them.
import { execFile } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { wireStrings } from './hostKeys';
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

/**
 * In this process: every sshd of the tests has two, and ssh-keygen would take ten times as long. OpenSSH PROTOCOL.key,
 * without a passphrase.
 */
async function writeEd25519(path: string): Promise<string> {
  const { d = '', x = '' } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  const [seed, point] = [Buffer.from(d, 'base64url'), Buffer.from(x, 'base64url')];
  const blob = wireStrings([Buffer.from('ssh-ed25519'), point]);
  const check = randomBytes(4);
  const secret = Buffer.concat([
    check,
    check,
    blob,
    wireStrings([Buffer.concat([seed, point]), Buffer.alloc(0)]),
  ]);
  const padding = Buffer.from([1, 2, 3, 4, 5, 6, 7]).subarray(0, (8 - (secret.length % 8)) % 8);
  const file = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    wireStrings([Buffer.from('none'), Buffer.from('none'), Buffer.alloc(0)]),
    Buffer.from([0, 0, 0, 1]),
    wireStrings([blob, Buffer.concat([secret, padding])]),
  ]);
  const lines = file.toString('base64').match(/.{1,70}/g) ?? [];
  const name = 'OPENSSH PRIVATE KEY';
  await writeFile(path, [`-----BEGIN ${name}-----`, ...lines, `-----END ${name}-----`, ''].join('\n'), {
    mode: 0o600,
  });
  return `ssh-ed25519 ${blob.toString('base64')}`;
}

async function runKeygen(path: string, kind: 'rsa' | 'ecdsa'): Promise<string> {
  const bits = { rsa: '2048', ecdsa: '256' }[kind];
  await promisify(execFile)('ssh-keygen', ['-q', '-t', kind, '-b', bits, '-N', '', '-C', '', '-f', path]);
  const [type = '', key = ''] = (await readFile(`${path}.pub`, 'utf8')).trim().split(' ');
  return `${type} ${key}`;
}
