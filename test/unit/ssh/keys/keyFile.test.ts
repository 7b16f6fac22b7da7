// What an IdentityFile can be besides a private key.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, truncateSync } from 'node:fs';
import { after, before, describe, it } from 'mocha';
import { readKeyFile } from '../../../../src/tunnels/ssh/keys/keyFile';
import { keyType } from '../../../../src/tunnels/ssh/keys/publicKey';
import { makeKeyPair } from '../../../support/keyPair';
import { tempDir } from '../../../support/tempDir';
import type { TempDir } from '../../../support/tempDir';
import { legacyKeys } from './legacyFixtures';

describe('an IdentityFile', () => {
  let dir: TempDir;

  before(async () => {
    dir = await tempDir('key-file-');
    await makeKeyPair(dir, 'key', 'ed25519');
  });
  after(() => dir.remove());

  async function finds(name: string, reason: string): Promise<void> {
    const { problem } = (await readKeyFile(dir.file(name))) ?? {};
    assert.deepEqual(problem, { code: 'KeyUnreadable', file: dir.file(name), reason });
  }

  it('that is a folder, a large file or missing is no key file', async () => {
    mkdirSync(dir.file('folder'));
    await dir.write('large', '');
    truncateSync(dir.file('large'), 100 * 1024 ** 2);
    await finds('folder', 'folder');
    await finds('large', 'tooLarge');
    assert.equal(await readKeyFile(dir.file('missing')), undefined);
  });

  it('that is a pipe is no key file', async () => {
    execFileSync('mkfifo', [dir.file('pipe')]);
    await finds('pipe', 'notAKeyFile');
  });

  it('that is a public key names a key of the agent', async () => {
    copyFileSync(dir.file('key.pub'), dir.file('public'));
    const file = await readKeyFile(dir.file('public'));
    assert.equal(file?.problem, undefined);
    assert.equal(file?.secret, undefined);
    assert.equal(keyType(file?.blob ?? Buffer.alloc(0)), 'ssh-ed25519');
  });

  it('that cannot be decrypted still names a key of the agent by its public key', async () => {
    const text = legacyKeys.find(({ unsupported }) => unsupported !== undefined)?.text ?? '';
    const path = await dir.write('legacy', text);
    copyFileSync(dir.file('key.pub'), `${path}.pub`);
    const file = await readKeyFile(path);
    assert.equal(file?.problem?.code, 'KeyUnsupported');
    assert.ok(readFileSync(dir.file('key.pub'), 'utf8').includes(file.blob?.toString('base64') ?? 'none'));
  });
});
