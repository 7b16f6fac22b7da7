// Huge and hostile ssh_config files: they are listed in linear time and in short turns, up to limits that are reported.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { ConfigTunnelList } from '../../../../src/tunnels/ssh/config/hostList/configTunnels';
import type { SshConfigTunnelList } from '../../../../src/tunnels/ssh/config/hostList/configTunnels';
import { assertLinearInTurns } from '../../../support/growth';
import { inEnglish } from '../../../support/inEnglish';
import { longestTurn } from '../../../support/responsiveness';
import { tempDir } from '../../../support/tempDir';
import type { TempDir } from '../../../support/tempDir';

/** As a multiple of the reference of responsiveness.ts: some 50 ms of an idle processor. */
const longest = 0.5;
/** One host is read in one turn. */
const longestOfOneHost = 1;

let dir: TempDir;
beforeEach(async () => {
  dir = await tempDir('large-config-');
});
afterEach(() => dir.remove());

function read(file: string): Promise<SshConfigTunnelList> {
  return new ConfigTunnelList().read(file, {});
}

function limitsOf({ limits }: SshConfigTunnelList): string {
  return limits.map(({ message }) => inEnglish(message)).join('\n');
}

function times(count: number, text: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => text(index)).join('');
}

const hosts = (count: number): string =>
  times(count, (n) => `Host h${n}\n  HostName h${n}.example.org\n  LocalForward ${10_000 + n} db:5432\n`);

describe('the list of the hosts of a large ssh_config', () => {
  const cases: readonly [
    what: string,
    size: number,
    text: (size: number) => string,
    listed: number,
    limit?: RegExp,
  ][] = [
    ['500 hosts', 500, hosts, 500],
    ['3000 hosts', 3000, hosts, 3000],
    ['5100 hosts', 5100, hosts, 5000, /more than 5000 hosts with forwards/],
    [
      'a Host line with 10000 hosts',
      10_000,
      (size) => `Host ${times(size, (n) => `h${n} `)}\n  LocalForward 1080 db:5432\n`,
      5000,
      /more than 5000 hosts/,
    ],
    [
      'more than 50000 names',
      60_000,
      (size) => hosts(3) + times(size / 100, (n) => `Host ${times(100, (m) => `h${n}-${m} `)}\n`),
      3,
      /names more than 50000 hosts/,
    ],
    [
      '2000 hosts, each with its own pattern',
      2000,
      (size) => times(size, (n) => `Host h${n}x\nHost h${n}*\n  LocalForward ${10_000 + n} db:5432\n`),
      2000,
    ],
    [
      'patterns that are slow with backtracking',
      2000,
      (size) =>
        times(
          size,
          (n) => `Host ${'a'.repeat(100)}${n}\nHost ${'*a'.repeat(20)}${n}*b\n  LocalForward 1 db:2\n`,
        ),
      0,
      /too many patterns/,
    ],
    [
      'patterns with long words',
      500,
      (size) =>
        times(size, (n) => `Host ${'a'.repeat(900)}${n}\nHost *${'a'.repeat(900)}b\n  LocalForward 1 db:2\n`),
      0,
      /too many patterns/,
    ],
    [
      'many forwards of all hosts',
      3000,
      (size) => `${hosts(size)}Host *\n${times(size, (n) => `  RemoteForward ${n} db:5432\n`)}`,
      3,
      /more than 5000 hosts with forwards, or 10000 forwards/,
    ],
    [
      'a host with 9000 forwards',
      9000,
      (size) => `Host a\n${times(size, (n) => `LocalForward ${n} b:1\n`)}`,
      1,
    ],
    [
      'ClearAllForwardings again and again',
      2000,
      (size) => hosts(100) + times(size, () => 'Host *\n ClearAllForwardings no\n'),
      100,
    ],
    [
      '1000 Match blocks about hosts',
      1000,
      (size) =>
        times(
          size,
          (n) =>
            `Host h${n}\n HostName h${n}.org\nMatch host h${n}.org\n LocalForward /tmp/%h 127.0.0.1:${n + 1}\n`,
        ),
      2000,
    ],
    ['a line of 200 kB', 200_000, (size) => `Host ${'a'.repeat(size)}\nLocalForward 1 b:2\n${hosts(1)}`, 1],
    ['a line of 300 kB', 300_000, (size) => `${hosts(1)}Include ${'a'.repeat(size)}\n`, 1, /line is longer/],
    ['a line of 200 kB of spaces', 200_000, (size) => `${hosts(1)}Host${' \t'.repeat(size / 2)}x\n`, 1],
    ['an Include of 200 kB', 200_000, (size) => `${hosts(1)}Include ${'a/'.repeat(size / 2)}\n`, 1],
    [
      'an Include of 200 kB of wildcards',
      200_000,
      (size) => `${hosts(1)}Include ${'*a'.repeat(size / 2)}\n`,
      1,
    ],
    ['a quote without an end', 200_000, (size) => `${hosts(1)}Host "${'\\"'.repeat(size / 2)}\n`, 1],
    ['500000 empty lines', 500_000, (size) => hosts(1) + '\n'.repeat(size), 1, /more than 200000 lines/],
    ['a file of 2 MB', 2_000_000, (size) => hosts(1) + '#'.repeat(size), 0, /larger than 1 MB/],
    [
      'Includes of 3000 files',
      3000,
      (size) => hosts(1) + times(size, (n) => `Include no${n}\n`),
      1,
      /more than 2000 files/,
    ],
  ];
  for (const [what, size, text, listed, limit] of cases) {
    it(`is made in linear time and in short turns with ${what}`, async () => {
      const make = (of: number): Promise<string> => dir.write(`config${of}`, text(of));
      await assertLinearInTurns(size, make, read);
      const file = await make(size);
      const list = await read(file);
      assert.equal(list.tunnels.length, listed);
      assert.match(limitsOf(list), limit ?? /^$/);
      assert.equal(list.problem, undefined);
      const most = listed === 1 ? longestOfOneHost : longest;
      const turn = await longestTurn(() => read(file), most);
      assert.ok(turn < most, `nothing else ran for ${turn.toFixed(2)} times the reference`);
    });
  }

  it('ends with files that include each other twice, and keeps what it has', async () => {
    const file = await dir.write('config', hosts(1));
    await dir.write('config', `${hosts(1)}Include ${file} ${file}\nInclude ${file}\n`);
    const list = await read(file);
    assert.equal(list.tunnels.length, 1);
    assert.match(list.problem ?? limitsOf(list), /16 levels|more than 2000 files/);
  });

  it('ends with a file that includes itself twice in each of 15 levels', async () => {
    const levels = Array.from({ length: 15 }, (_, level) => dir.file(`level${level + 1}`));
    for (const [level, next] of levels.entries()) {
      await dir.write(`level${level}`, `Include ${next} ${next}\n`);
    }
    await dir.write('config', `${hosts(2)}Include ${dir.file('level0')}\n`);
    const list = await read(dir.file('config'));
    assert.equal(list.tunnels.length, 2);
    assert.match(limitsOf(list), /more than 2000 files/);
  });

  it('ends with files of more than 4 MB in all', async () => {
    await dir.write('part', `#${'x'.repeat(1_000_000)}\n`);
    await dir.write('config', `${hosts(2)}${`Include ${dir.file('part')}\n`.repeat(10)}`);
    const list = await read(dir.file('config'));
    assert.equal(list.tunnels.length, 2);
    assert.match(limitsOf(list), /larger than 4 MB, with the files/);
  });

  it('leaves out pipes, devices and huge files, and reads the others', async () => {
    execFileSync('mkfifo', [dir.file('pipe')]);
    await symlink('/dev/zero', dir.file('zero'));
    await dir.write('huge', '');
    await truncate(dir.file('huge'), 50 * 1024 * 1024);
    await mkdir(dir.file('folder'));
    await dir.write('good', `\ufeff${hosts(2)}`);
    await writeFile(dir.file('wide'), Buffer.from(`\ufeff${hosts(2)}`, 'utf16le'));
    const names = ['pipe', 'zero', 'huge', 'wide', 'folder', 'good'].map((name) => dir.file(name));
    const list = await read(await dir.write('config', `Include ${names.join(' ')} /dev/null\n`));
    assert.equal(list.tunnels.length, 2);
    assert.deepEqual(
      list.limits.map(({ path, message }) => [path[0], inEnglish(message)]),
      [
        [dir.file('pipe'), 'It is not a regular file.'],
        [dir.file('zero'), 'It is not a regular file.'],
        [dir.file('huge'), 'It is larger than 1 MB.'],
        [dir.file('wide'), 'It is not text in UTF-8: save it as UTF-8.'],
      ],
    );
    assert.equal(list.problem, undefined);
  });

  it('ends with wildcards through all folders of the machine', async () => {
    const list = await read(await dir.write('config', `${hosts(2)}Include /*/*/*/*/*\n`));
    assert.equal(list.tunnels.length, 2);
    assert.match(limitsOf(list), /look through more than 20000 files/);
  });

  it('ends when it is aborted', async () => {
    const file = await dir.write('config', hosts(3000));
    const controller = new AbortController();
    const reading = new ConfigTunnelList().read(file, {}, controller.signal);
    controller.abort(new Error('outdated'));
    await assert.rejects(reading, /outdated/);
  });

  it('builds only those tunnels anew whose lines have changed', async () => {
    const list = new ConfigTunnelList();
    const before = await list.read(await dir.write('config', hosts(50)), {});
    const file = await dir.write('config', hosts(50).replace('10007 db:5432', '10007 db:5433'));
    const after = await list.read(file, {});
    const changed = after.tunnels.filter((tunnel, index) => tunnel !== before.tunnels[index]);
    assert.deepEqual(
      changed.map(({ alias }) => alias),
      ['h7'],
    );
  });
});
