// A Host block for pasted options is tried with the installed ssh first: the file stays one that ssh accepts.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { checkLine } from '../../src/tunnels/config/commandLine/pastedCommandLine';
import { withHostBlock } from '../../src/tunnels/config/hostBlock';
import { hostBlockKeywords } from '../../src/tunnels/config/parsing/forbiddenKeys';
import { tryHostBlock } from '../../src/tunnels/ssh/config/tryHostBlock';
import type { TriedBlock } from '../../src/tunnels/ssh/config/tryHostBlock';
import { inEnglish } from '../support/inEnglish';
import { tempDir } from '../support/tempDir';
import type { TempDir } from '../support/tempDir';

const ssh = { env: process.env };
const path = '/home/me/.ssh/config';

async function tryLine(line: string, text = '', options = ssh): Promise<TriedBlock | { fault: string }> {
  const checked = checkLine(line);
  assert.ok('configOptions' in checked, JSON.stringify(checked));
  const { destination, configOptions } = checked;
  const wanted = { alias: 'pasted', destination, options: configOptions };
  const tried = await tryHostBlock({ path, text }, wanted, options);
  return 'fault' in tried ? { fault: inEnglish(tried.fault) } : tried;
}

describe('a Host block for pasted options', () => {
  let dir: TempDir;
  beforeEach(async () => (dir = await tempDir()));
  afterEach(() => dir.remove());

  const refused: readonly [options: string, problem: RegExp][] = [
    ['-c blowfish', /^ssh refuses this Ciphers: Bad SSH2 cipher spec 'blowfish'\.$/],
    [
      '-o StrictHostKeyChecking=never',
      /^ssh refuses this StrictHostKeyChecking: unsupported option "never"\.$/,
    ],
    ['-o ConnectionAttempts=unlimited', /^ssh refuses this ConnectionAttempts: /],
    ['-o "IdentityFile=/my key/id"', /^ssh refuses this IdentityFile: /],
    ['-o UseKeychain=yes', /^ssh refuses this UseKeychain: Bad configuration option: usekeychain\.$/],
    ["-o IdentityAgent='${NOT_SET_ANYWHERE}/agent'", /^ssh refuses this IdentityAgent: /],
  ];
  for (const [options, problem] of refused) {
    it(`leaves out ${options}, in the words of ssh`, async () => {
      const tried = await tryLine(`ssh -L 1:a:1 -i ~/.ssh/id ${options} me@db.example.org`);
      assert.ok('block' in tried, JSON.stringify(tried));
      assert.equal(
        tried.block,
        'Host pasted\n  HostName db.example.org\n  User me\n  IdentityFile ~/.ssh/id\n',
      );
      assert.equal(tried.refused.length, 1);
      assert.match(inEnglish(tried.refused[0]?.problem), problem);
    });
  }

  it('leaves out a keyword that ssh would ignore for the host of the block only', async () => {
    const options = '-o IgnoreUnknown=UseKeychain -o UseKeychain=yes -i ~/.ssh/id';
    const tried = await tryLine(`ssh -L 1:a:1 ${options} db`, 'Host web\n  User me\n');
    assert.ok('block' in tried, JSON.stringify(tried));
    assert.deepEqual(
      tried.refused.map(({ option }) => option.keyword),
      ['UseKeychain'],
    );
    const file = await dir.write('config', withHostBlock('Host web\n  User me\n', tried.block).text);
    for (const host of ['pasted', 'web', 'github.com']) {
      assert.equal(spawnSync('ssh', ['-G', '-F', file, host]).status, 0, host);
    }
  });

  it('holds no StreamLocalBindMask, which ssh applies to every host', async () => {
    const file = await dir.write('config', 'Host pasted\n  StreamLocalBindMask 0111\n');
    assert.match(
      spawnSync('ssh', ['-G', '-F', file, 'web']).stdout.toString(),
      /^streamlocalbindmask 0111$/m,
    );
    const checked = checkLine('ssh -o StreamLocalBindMask=0111 -L /tmp/a.sock:/run/a.sock db');
    assert.ok('configOptions' in checked);
    assert.deepEqual(checked.configOptions, []);
    assert.match(inEnglish(checked.leftOut[0]?.message), /ssh applies it to every host/);
  });

  it('leads to the HostName of the options, as ssh does', async () => {
    const line = 'ssh -L 1:a:1 -o HostName=%h.internal -i ~/.ssh/id db';
    const tried = await tryLine(line);
    assert.ok('block' in tried, JSON.stringify(tried));
    const file = await dir.write('config', tried.block);
    const resolved = (args: string[]): string =>
      /^hostname (.*)$/m.exec(execFileSync('ssh', ['-G', '-F', ...args], { encoding: 'utf8' }))?.[1] ?? '';
    assert.equal(resolved([file, 'pasted']), resolved(['none', '-o', 'HostName=%h.internal', 'db']));
  });

  it('is not written where the HostName of the options is refused', async () => {
    const tried = await tryLine('ssh -L 1:a:1 -o HostName=%q -i ~/.ssh/id db');
    assert.ok('fault' in tried, JSON.stringify(tried));
    assert.match(tried.fault, /^ssh refuses this HostName: /);
  });

  it('is not written into a file that ssh already refuses, whose line is named', async () => {
    const tried = await tryLine('ssh -L 1:a:1 -i ~/.ssh/id db', 'Host a\n  Hostnam b\n');
    assert.deepEqual(tried, { fault: `ssh can't read ${path}, line 2: Bad configuration option: hostnam.` });
  });

  it('is not written where a line at the top of the file would win', async () => {
    const tried = await tryLine('ssh -L 1:a:1 -i ~/.ssh/id -p 2222 db', 'Port 22\n\nHost *\n  User x\n');
    assert.ok('fault' in tried, JSON.stringify(tried));
    assert.match(tried.fault, /^Another line of \/home\/me\/\.ssh\/config already sets port for "pasted"\./);
  });

  it('has no alias that an included file already has', async () => {
    const included = await dir.write('included', 'Host pasted\n  HostName other\n  ProxyJump x\n');
    const tried = await tryLine(
      'ssh -L 1:a:1 -i ~/.ssh/id db',
      `Host a\n  Port 1\n\nMatch all\n  Include ${included}\n`,
    );
    assert.deepEqual(tried, {
      fault: '"pasted" is already a Host of your SSH config. Choose another alias.',
    });
  });

  it('has only options that can be checked here where no ssh is installed', async () => {
    const none = { env: { PATH: dir.path } };
    const tried = await tryLine(
      "ssh -L 1:a:1 -i ~/.ssh/id -o IdentitiesOnly=yes -o 'ProxyCommand=nc %h %p' -c aes128-ctr db",
      '',
      none,
    );
    assert.ok('block' in tried, JSON.stringify(tried));
    assert.equal(
      tried.block,
      'Host pasted\n  HostName db\n  IdentityFile ~/.ssh/id\n  IdentitiesOnly yes\n  ProxyCommand nc %h %p\n',
    );
    assert.match(
      inEnglish(tried.refused[0]?.problem),
      /^No ssh is installed here, so Ciphers can't be checked/,
    );
  });

  it('never makes a file that ssh refuses, whatever the options', async () => {
    const lines = wildLines(Number(process.env['WILD_LINES'] ?? 6));
    let accepted = 0;
    for (const [index, line] of lines.entries()) {
      const text = configs[index % configs.length] ?? '';
      const tried = await tryLine(line, Buffer.from(text).toString('latin1'));
      if (!('block' in tried)) {
        continue;
      }
      accepted += tried.options.length;
      const written = withHostBlock(text, tried.block).text;
      const file = await dir.write('config', written);
      for (const host of ['pasted', 'another']) {
        const { status, stderr } = spawnSync('ssh', ['-G', '-F', file, host], { encoding: 'utf8' });
        assert.equal(status, 0, `${stderr}\n${line}\n${written}`);
      }
    }
    assert.ok(accepted > lines.length, `${accepted} options were accepted`);
  });
});

/** Files in which the block has to find its place. */
const configs = [
  '',
  'Host *\n  User x',
  'Compression yes\n\nMatch host never.example.org\n  Port 1\n',
  '# mine\r\nHost a b\r\n  User x\r\n',
];

const wildValues = [
  ...[
    'yes',
    'no',
    'never',
    'unlimited',
    'none',
    'ask',
    '1',
    '-1',
    '99999999999',
    '10s',
    '1G none',
    'a b',
    '""',
  ],
  ...[
    '"open',
    "it's",
    '#',
    '~/.ssh/id',
    '/a b/c',
    '%d/x',
    '%h',
    '%q',
    '${HOME}/x',
    '${NOT_SET_ANYWHERE}',
    '\\',
    'a\\',
  ],
  ...[
    'aes128-ctr',
    '+aes128-cbc',
    'blowfish',
    '*',
    'inet',
    'any',
    'publickey,password',
    'ssh-rsa',
    'LC_* LANG',
    'A=b',
  ],
  ...[
    'af21 cs1',
    'point-to-point',
    '0:0',
    'x:y:z',
    '=',
    '= =',
    'ü',
    'C:\\Users\\me\\id',
    'nc %h %p',
    '"a" "b"',
    ',',
  ],
];

/** Each of 25 options, from a fixed sequence, so that a failure comes again. */
function wildLines(count: number): readonly string[] {
  const keywords = [...hostBlockKeywords];
  let state = 17;
  const next = (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
  const pick = (list: readonly string[]): string => list[next(list.length)] ?? '';
  const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
  const option = (): string =>
    next(6) === 0
      ? `-${pick(['i', 'c', 'm', 'b', 'B', 'I', 'P'])} ${quoted(pick(wildValues))}`
      : `-o ${quoted(`${pick(keywords)}${pick(['=', ' ', ' = '])}${pick(wildValues)}`)}`;
  return Array.from({ length: count }, () => {
    const options = Array.from({ length: 25 }, option).filter(
      (each) => 'configOptions' in checkLine(`ssh -L 1:a:1 ${each} host`),
    );
    return `ssh -L 1:a:1 ${options.join(' ')} me@host`;
  });
}
