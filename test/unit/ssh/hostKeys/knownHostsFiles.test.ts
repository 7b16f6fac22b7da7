// Reading known_hosts files, and appending to them.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readFile, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { TunnelFailure } from '../../../../src/tunnels/errors/errors';
import { checkHostKey } from '../../../../src/tunnels/ssh/hostKeys/knownHosts';
import { isNullDeviceOfWindows } from '../../../../src/tunnels/util/files/regularFile';
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

  it('count as empty when they are the null device', async () => {
    await symlink('/dev/null', dir.file('link'));
    assert.deepEqual(await readKnownHosts(['/dev/null', dir.file('link')]), []);
  });

  const unreadable: readonly (readonly [what: string, reason: string, make: () => Promise<string>])[] = [
    ['a link to itself', 'fileUnreadable', () => link(dir.file('circle'), 'circle')],
    ['a folder', 'notAFile', () => Promise.resolve(dir.path)],
    ['a link to a folder', 'notAFile', () => link(dir.path, 'link')],
    ['a pipe that nobody writes to', 'notAFile', makePipe],
    ['an endless device', 'notAFile', () => Promise.resolve('/dev/zero')],
    // The first page is not mapped: EIO.
    ['a file with a read error', 'fileUnreadable', () => Promise.resolve('/proc/self/mem')],
    ['a file of more than 32 MiB', 'fileTooLarge', makeLargeFile],
    ['UTF-16', 'notText', () => writeUtf16(`h ${line}\n`)],
  ];
  for (const [what, reason, make] of unreadable) {
    it(`are refused instead of counting as empty when they are ${what}`, async () => {
      const file = await make();
      const good = await dir.write('good', `h ${line}\n`);
      await assert.rejects(readKnownHosts([good, file]), (error) => {
        assert.ok(error instanceof TunnelFailure && error.error.code === 'HostKeyUnknown');
        assert.equal(error.error.reason, reason);
        assert.ok(error.message.includes(file), error.message);
        return true;
      });
      const failures: TunnelFailure[] = [];
      const entries = await readKnownHosts([good, file], (failure) => failures.push(failure));
      assert.equal(failures.length, 1);
      assert.deepEqual(checkHostKey(entries, 'h', key), { verdict: 'known', file: good, line: 1, name: 'h' });
    });
  }

  it('are read up to the NUL characters in their lines, as by ssh, and beyond', async () => {
    const file = await dir.write('kh', `a ${line}\0rest\n\0\0\nb\0 ${line}\nc ${line}\n`);
    const entries = await readKnownHosts([file], () => undefined);
    assert.deepEqual(
      entries.map((entry) => [entry.line, entry.names]),
      [
        [1, ['a']],
        [4, ['c']],
      ],
    );
  });

  it('may begin with a byte order mark, as editors of Windows write it', async () => {
    const file = await dir.write('kh', `\ufeffh ${line}\n`);
    assert.equal(checkHostKey(await readKnownHosts([file]), 'h', key).verdict, 'known');
  });

  it('are the null device in every folder when they are called NUL on Windows', () => {
    for (const file of ['NUL', 'nul', String.raw`C:\Users\me\NUL`, String.raw`\\.\nul`, 'C:/x/nul']) {
      assert.ok(isNullDeviceOfWindows(file, 'win32'), file);
      assert.ok(!isNullDeviceOfWindows(file, 'linux'), file);
    }
    assert.ok(!isNullDeviceOfWindows(String.raw`C:\Users\me\annul`, 'win32'));
  });

  async function link(target: string, name: string): Promise<string> {
    await symlink(target, dir.file(name));
    return dir.file(name);
  }

  async function makePipe(): Promise<string> {
    await promisify(execFile)('mkfifo', [dir.file('pipe')]);
    return dir.file('pipe');
  }

  async function makeLargeFile(): Promise<string> {
    const file = await dir.write('large', '');
    await truncate(file, 32 * 1024 * 1024 + 1);
    return file;
  }

  async function writeUtf16(text: string): Promise<string> {
    await writeFile(dir.file('utf16'), `\ufeff${text}`, 'utf16le');
    return dir.file('utf16');
  }

  it('are created with their folder for the user alone', async () => {
    const file = dir.file('.ssh/known_hosts');
    await appendHostKey(file, ['h.example'], key, false);
    assert.equal(await readFile(file, 'utf8'), `h.example ${line}\n`);
    if (process.platform !== 'win32') {
      assert.equal((await stat(file)).mode & 0o777, 0o600);
      assert.equal((await stat(dir.file('.ssh'))).mode & 0o777, 0o700);
    }
  });

  it('get one line for a key, also after a last line without a line end', async () => {
    const file = await dir.write('kh', `x ${line}`, 0o644);
    await appendHostKey(file, ['H.example'], key, false);
    await appendHostKey(file, ['[h.example]:2222'], key, false);
    assert.equal(await readFile(file, 'utf8'), `x ${line}\nh.example ${line}\n[h.example]:2222 ${line}\n`);
    assert.equal((await stat(file)).mode & 0o777, process.platform === 'win32' ? 0o666 : 0o644);
  });

  it('are written through a symbolic link', async () => {
    const file = await dir.write('real', `x ${line}\n`);
    await symlink(file, dir.file('link'));
    await appendHostKey(dir.file('link'), ['h'], key, false);
    assert.equal(await readFile(file, 'utf8'), `x ${line}\nh ${line}\n`);
  });

  it('get hashed names if asked to, each with another salt', async () => {
    const file = dir.file('kh');
    await appendHostKey(file, ['[h]:2222'], key, true);
    await appendHostKey(file, ['[h]:2222'], key, true);
    const [first = '', second = ''] = (await readFile(file, 'utf8')).split('\n');
    assert.match(first, /^\|1\|[A-Za-z0-9+/]{27}=\|[A-Za-z0-9+/]{27}= ssh-ed25519 /);
    assert.notEqual(first, second);
    const entries = await readKnownHosts([file]);
    assert.deepEqual(checkHostKey(entries, '[h]:2222', key), {
      verdict: 'known',
      file,
      line: 1,
      name: '[h]:2222',
    });
    assert.deepEqual(checkHostKey(entries, 'x', key), { verdict: 'unknown' });
  });

  it('get all lines when twenty are appended at once', async () => {
    const file = dir.file('kh');
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => appendHostKey(file, [`h${index}`], key, false)),
    );
    const entries = await readKnownHosts([file]);
    assert.equal(entries.length, 20);
  });

  it('can be /dev/null, without an error', async () => {
    await appendHostKey('/dev/null', ['h'], key, false);
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
      await assert.rejects(
        appendHostKey(dir.file('kh'), [name], key, false),
        RangeError,
        JSON.stringify(name),
      );
    }
    await assert.rejects(stat(dir.file('kh')));
  });

  it('fail with the system error when they cannot be written', async () => {
    await mkdir(dir.file('kh'));
    await assert.rejects(appendHostKey(dir.file('kh'), ['h'], key, false), { code: 'EISDIR' });
    await assert.rejects(appendHostKey(dir.file('no/such/kh'), ['h'], key, false), { code: 'ENOENT' });
  });
});
