// Reading known_hosts files, and appending to them.
import assert from 'node:assert/strict';
import { mkdir, readFile, stat, symlink } from 'node:fs/promises';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { TunnelFailure } from '../../../../src/tunnels/errors/errors';
import { checkHostKey } from '../../../../src/tunnels/ssh/hostKeys/knownHosts';
import { appendHostKey, readKnownHosts } from '../../../../src/tunnels/ssh/hostKeys/knownHostsFiles';
import { keyLine, publicKey } from '../../../support/hostKeys';
import { tempDir } from '../../../support/tempDir';
import type { TempDir } from '../../../support/tempDir';

const key = publicKey('ssh-ed25519', 1);
const line = keyLine(key);

describe('known_hosts files', () => {
  let dir: TempDir;
  beforeEach(async () => {
    dir = await tempDir();
  });
  afterEach(() => dir.remove());

  it('are read in their order, and missing ones count as empty', async () => {
    const first = await dir.write('first', `a ${line}\n`);
    const second = await dir.write('second', `# comment\nb ${line}\n`);
    const entries = await readKnownHosts([
      first,
      dir.file('missing'),
      dir.file('first/below'),
      second,
      first,
    ]);
    assert.deepEqual(
      entries.map((entry) => [entry.file, entry.line, entry.names]),
      [
        [first, 1, ['a']],
        [second, 2, ['b']],
      ],
    );
  });

  it('count as empty when they are a device or a folder', async () => {
    assert.deepEqual(await readKnownHosts(['/dev/null', dir.path]), []);
  });

  it('end the connection attempt when they exist but cannot be read', async () => {
    const file = dir.file('circle');
    await symlink(file, file);
    await assert.rejects(readKnownHosts([file]), (error) => {
      return (
        error instanceof TunnelFailure && error.code === 'HostKeyUnknown' && error.message.includes(file)
      );
    });
  });

  it('are created with their folder for the user alone', async () => {
    const file = dir.file('.ssh/known_hosts');
    await appendHostKey(file, 'h.example', key, false);
    assert.equal(await readFile(file, 'utf8'), `h.example ${line}\n`);
    if (process.platform !== 'win32') {
      assert.equal((await stat(file)).mode & 0o777, 0o600);
      assert.equal((await stat(dir.file('.ssh'))).mode & 0o777, 0o700);
    }
  });

  it('get one line for a key, also after a last line without a line end', async () => {
    const file = await dir.write('kh', `x ${line}`, 0o644);
    await appendHostKey(file, 'H.example', key, false);
    await appendHostKey(file, '[h.example]:2222', key, false);
    assert.equal(await readFile(file, 'utf8'), `x ${line}\nh.example ${line}\n[h.example]:2222 ${line}\n`);
    assert.equal((await stat(file)).mode & 0o777, process.platform === 'win32' ? 0o666 : 0o644);
  });

  it('are written through a symbolic link', async () => {
    const file = await dir.write('real', `x ${line}\n`);
    await symlink(file, dir.file('link'));
    await appendHostKey(dir.file('link'), 'h', key, false);
    assert.equal(await readFile(file, 'utf8'), `x ${line}\nh ${line}\n`);
  });

  it('get hashed names if asked to, each with another salt', async () => {
    const file = dir.file('kh');
    await appendHostKey(file, '[h]:2222', key, true);
    await appendHostKey(file, '[h]:2222', key, true);
    const [first = '', second = ''] = (await readFile(file, 'utf8')).split('\n');
    assert.match(first, /^\|1\|[A-Za-z0-9+/]{27}=\|[A-Za-z0-9+/]{27}= ssh-ed25519 /);
    assert.notEqual(first, second);
    const entries = await readKnownHosts([file]);
    assert.deepEqual(checkHostKey(entries, '[h]:2222', key), { verdict: 'known', file, line: 1 });
    assert.deepEqual(checkHostKey(entries, 'x', key), { verdict: 'unknown' });
  });

  it('get all lines when twenty are appended at once', async () => {
    const file = dir.file('kh');
    await Promise.all(Array.from({ length: 20 }, (_, index) => appendHostKey(file, `h${index}`, key, false)));
    const entries = await readKnownHosts([file]);
    assert.equal(entries.length, 20);
  });

  it('can be /dev/null, without an error', async () => {
    await appendHostKey('/dev/null', 'h', key, false);
  });

  it('refuse a host name that would be read as a pattern, a marker or a hash', async () => {
    for (const name of [
      '',
      '*',
      'a*',
      'a,b',
      '!a',
      '@revoked',
      '#a',
      '|1|x',
      'a b',
      'a\nb',
      '[a',
      '[a b]:22',
      'a\0b',
    ]) {
      await assert.rejects(appendHostKey(dir.file('kh'), name, key, false), RangeError, JSON.stringify(name));
    }
    await assert.rejects(stat(dir.file('kh')));
  });

  it('fail with the system error when they cannot be written', async () => {
    await mkdir(dir.file('kh'));
    await assert.rejects(appendHostKey(dir.file('kh'), 'h', key, false), { code: 'EISDIR' });
    await assert.rejects(appendHostKey(dir.file('no/such/kh'), 'h', key, false), { code: 'ENOENT' });
  });
});
