// The keys of the comparison: created once for each table, and never changed by a case.
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { promisify } from 'node:util';
import { fingerprint } from '../../../src/tunnels/ssh/keys/publicKey';
import { makeKeyPair } from '../../support/keyPair';
import type { KeyKind } from '../../support/keyPair';
import type { TempDir } from '../../support/tempDir';

const run = promisify(execFile);
export const passphrase = 'open sesame';

/** Those in the servers' authorized_keys. */
const authorized: Readonly<Record<string, KeyKind>> = {
  own: 'ed25519',
  own2: 'ed25519',
  'own-rsa': 'rsa',
  'own-ecdsa': 'ecdsa',
  locked: 'ed25519',
  'locked-rsa': 'rsa',
};
const otherKeys = ['locked-other', 'other1', 'other2', 'other3', 'other4', 'other5', 'other6', 'other7'];
/** Other host keys: `{ED2}` and so on. */
const hostKeys = { ED2: 'ed25519', EC2: 'ecdsa', RSA2: 'rsa' } as const;

export interface TestKeys {
  /** Public keys of `{ED2}`, `{EC2}`, `{RSA2}`. */
  readonly hostKeys: ReadonlyMap<string, string>;
  readonly authorizedKeys: string;
  /** The name of a test key; the fingerprint itself for another key. */
  nameOf(fingerprint: string): string;
}

/**
 * Creates the keys in a folder; `signed` has a certificate of the CA `ca`, and others beside it.
 * @param table the text that names its keys: an RSA key that it doesn't name is left out, because it takes long to
 * create
 */
export async function makeTestKeys(dir: TempDir, table: string): Promise<TestKeys> {
  const all: Readonly<Record<string, KeyKind>> = {
    ...authorized,
    ...hostKeys,
    ...Object.fromEntries(otherKeys.map((name) => [name, 'ed25519'])),
    ca: 'ed25519',
    signed: 'ed25519',
    'signed-rsa': 'rsa',
  };
  const isWanted = (name: string): boolean => all[name] !== 'rsa' || table.includes(name);
  const kinds = Object.fromEntries(Object.entries(all).filter(([name]) => isWanted(name)));
  const pairs = await Promise.all(
    Object.entries(kinds).map(async ([name, kind]) => ({ name, ...(await makeKeyPair(dir, name, kind)) })),
  );
  const lineOf = (name: string): string => pairs.find((pair) => pair.name === name)?.line ?? '';
  await Promise.all([
    ...['locked', 'locked-rsa', 'locked-other'].filter(isWanted).map((name) => lock(dir, name)),
    sign(dir, isWanted),
    ...(isWanted('own-rsa') ? [convert(dir)] : []),
  ]);
  // A server's key `other1` and its certificate; a list that revokes that key.
  await writeFile(dir.file('host.pub'), `${lineOf('other1')}\n`);
  await run('ssh-keygen', [
    '-q',
    '-h',
    '-s',
    dir.file('ca'),
    '-I',
    'host',
    '-n',
    '*,127.0.0.1',
    dir.file('host.pub'),
  ]);
  await run('ssh-keygen', ['-q', '-k', '-f', dir.file('krl'), dir.file('host.pub')]);
  const names = new Map(pairs.map(({ name, line }) => [fingerprintOf(line), name]));
  return {
    hostKeys: new Map(Object.keys(hostKeys).map((name) => [name, lineOf(name)])),
    authorizedKeys: pairs
      .filter(({ name }) => name in authorized)
      .map(({ line }) => `${line}\n`)
      .join(''),
    nameOf: (key) => names.get(key) ?? key,
  };
}

function fingerprintOf(line: string): string {
  return fingerprint(Buffer.from(line.split(' ')[1] ?? '', 'base64'));
}

async function lock(dir: TempDir, name: string): Promise<void> {
  await run('ssh-keygen', ['-p', '-q', '-a', '1', '-P', '', '-N', passphrase, '-f', dir.file(name)]);
}

/** The same key in older formats. */
async function convert(dir: TempDir): Promise<void> {
  for (const format of ['PEM', 'PKCS8'] as const) {
    for (const secret of ['', passphrase]) {
      const path = dir.file(`own-rsa.${format.toLowerCase()}${secret === '' ? '' : '-locked'}`);
      await writeFile(path, await readFile(dir.file('own-rsa')), { mode: 0o600 });
      await run('ssh-keygen', ['-p', '-q', '-m', format, '-P', '', '-N', secret, '-f', path]);
    }
  }
}

/** `signed-cert.pub` is good; `expired-cert.pub`, `nobody-cert.pub` and `foreign-cert.pub`, of the same key, are not, nor is `own-foreign-cert.pub`. */
async function sign(dir: TempDir, isWanted: (name: string) => boolean): Promise<void> {
  const me = userInfo().username;
  const certify = async (
    ca: string,
    key: string,
    name: string,
    options: readonly string[],
  ): Promise<void> => {
    const copy = dir.file(`${name}.pub`);
    if (name !== key) {
      await writeFile(copy, await readFile(dir.file(`${key}.pub`)));
    }
    await run('ssh-keygen', ['-q', '-s', dir.file(ca), '-I', name, ...options, copy]);
  };
  await Promise.all([
    certify('ca', 'signed', 'signed', ['-n', me]),
    ...(isWanted('signed-rsa') ? [certify('ca', 'signed-rsa', 'signed-rsa', ['-n', me])] : []),
    certify('ca', 'signed', 'expired', ['-n', me, '-V', '20200101:20200201']),
    certify('ca', 'signed', 'nobody', ['-n', 'nobody-else']),
    certify('other1', 'signed', 'foreign', ['-n', me]),
    certify('other1', 'own', 'own-foreign', ['-n', me]),
  ]);
}
