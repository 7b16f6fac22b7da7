// known_hosts files, as we read and write them and as ssh and ssh-keygen do.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { checkHostKey, lookupName } from '../../src/tunnels/ssh/hostKeys/knownHosts';
import { fingerprint } from '../../src/tunnels/ssh/keys/publicKey';
import { appendHostKey, readKnownHosts } from '../../src/tunnels/ssh/hostKeys/knownHostsFiles';
import { keyLine } from '../support/hostKeys';
import { makeKeyPair } from '../support/keyPair';
import { startSshd } from '../support/sshd';
import { tempDir } from '../support/tempDir';
import type { TempDir } from '../support/tempDir';

const run = promisify(execFile);

describe('known_hosts files, compared with ssh-keygen:', () => {
  let dir: TempDir;
  let key: Buffer;
  beforeEach(async () => {
    dir = await tempDir();
    key = Buffer.from((await makeKeyPair(dir, 'one', 'ed25519')).line.split(' ')[1]!, 'base64');
  });
  afterEach(() => dir.remove());

  const patterns = [
    'a',
    'A.b',
    '*.b',
    '!a.b,*',
    'a,b,c',
    '?',
    '[a]:22',
    '[a]:2222',
    '[*]:2222',
    '*',
    '!*',
    'a.b,!a.?',
    '::1',
    '[::1]:2222',
    '10.*',
    '*,!10.*',
  ];
  const names = [
    'a',
    'A',
    'a.b',
    'c.b',
    'b',
    '[a]:22',
    '[a]:2222',
    '[z]:2222',
    '::1',
    '[::1]:2222',
    '10.0.0.1',
    '9.9.9.9',
  ];

  for (const hash of [false, true]) {
    it(`give the same lines for ${names.length} names${hash ? ', hashed' : ''}`, async () => {
      const path = await dir.write('kh', patterns.map((pattern) => `${pattern} ${keyLine(key)}\n`).join(''));
      if (hash) {
        await run('ssh-keygen', ['-q', '-H', '-f', path]);
      }
      const entries = await readKnownHosts([path]);
      const foreign = Buffer.from(key);
      foreign[foreign.length - 1]! ^= 1;
      // ssh lowercases a name before it looks for a hash, ssh-keygen doesn't.
      for (const name of hash ? names.map((name) => name.toLowerCase()) : names) {
        const { stdout } = await run('ssh-keygen', ['-F', name, '-f', path]).catch(() => ({ stdout: '' }));
        const theirs = [...stdout.matchAll(/found: line (\d+)/g)].map(([, line]) => Number(line));
        const verdict = checkHostKey(entries, name, foreign);
        assert.deepEqual(
          verdict.verdict === 'changed' ? verdict.known.map(({ line }) => line) : [],
          theirs,
          name,
        );
      }
    });
  }

  it('show the same fingerprints', async () => {
    const lines = await Promise.all((['rsa', 'ecdsa'] as const).map((kind) => makeKeyPair(dir, kind, kind)));
    const path = await dir.write(
      'kh',
      [keyLine(key), ...lines.map(({ line }) => line)].map((line) => `h ${line}\n`).join(''),
    );
    const { stdout } = await run('ssh-keygen', ['-l', '-f', path]);
    const ours = (await readKnownHosts([path])).map((entry) => fingerprint(entry.key));
    assert.deepEqual(ours, stdout.match(/SHA256:\S+/g));
  });

  for (const hashed of [false, true]) {
    it(`get lines that ssh-keygen finds${hashed ? ', hashed' : ''}`, async () => {
      const path = await dir.write('kh', `x ${keyLine(key)}`);
      const added = ['h.example', '[h.example]:2222', '::1', '[::1]:2222', 'alias'];
      for (const name of added) {
        await appendHostKey(path, [name], key, hashed);
      }
      for (const [index, name] of added.entries()) {
        const { stdout } = await run('ssh-keygen', ['-F', name, '-f', path]);
        assert.match(stdout, new RegExp(`found: line ${index + 2}\\s`));
      }
      const { stdout } = await run('ssh-keygen', ['-F', 'x', '-f', path]);
      assert.match(stdout, /found: line 1\s/);
    });
  }

  for (const hashed of [false, true]) {
    it(`get the same line as ssh adds, and ssh accepts it${hashed ? ', hashed' : ''}`, async () => {
      await using sshd = await startSshd();
      const theirs = dir.file('theirs');
      const ours = dir.file('ours');
      const hostKey = Buffer.from(sshd.hostKeyLines[0]!.split(' ')[1]!, 'base64');
      const connect = (path: string, strict: string): Promise<unknown> =>
        run('ssh', [
          '-F',
          sshd.configFile,
          '-o',
          `UserKnownHostsFile=${path}`,
          '-o',
          `StrictHostKeyChecking=${strict}`,
          '-o',
          `HashKnownHosts=${hashed ? 'yes' : 'no'}`,
          'test-sshd',
          'true',
        ]);
      await connect(theirs, 'accept-new');
      const name = lookupName({ hostName: sshd.host, port: sshd.port, hostKeyAlias: undefined });
      await appendHostKey(ours, [name], hostKey, hashed);
      await connect(ours, 'yes');
      assert.equal(checkHostKey(await readKnownHosts([theirs]), name, hostKey).verdict, 'known');
      if (!hashed) {
        assert.equal(await readFile(ours, 'utf8'), await readFile(theirs, 'utf8'));
      }
      await writeFile(ours, '');
      await assert.rejects(connect(ours, 'yes'));
    });
  }
});
