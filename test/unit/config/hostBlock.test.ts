// Writing Host blocks into an ssh_config: values are quoted, and no other line can be injected.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { splitConfigLine } from '../../../src/tunnels/config/configLine';
import {
  aliasFault,
  formatHostBlock,
  lineAboutHost,
  lineOfHost,
  quoteConfigWord,
  withHostBlock,
} from '../../../src/tunnels/config/hostBlock';

describe('quoting a value for ssh_config', () => {
  const words = [
    'a',
    '~/.ssh/id',
    'a b',
    '',
    '#a',
    'a"b',
    "a'b",
    'a\\b',
    'a\\ b',
    'a\\',
    '\\\\server\\my keys\\id',
    '"',
    '=',
    'a=b',
    '%d/x',
    'a\tb',
  ];
  for (const word of words) {
    it(`keeps ${JSON.stringify(word)} one value`, () =>
      assert.deepEqual(splitConfigLine(`IdentityFile ${quoteConfigWord(word)}`)?.words, [word]));
  }
  it('leaves the backslashes of Windows as older versions of ssh read them', () => {
    const r = String.raw;
    assert.equal(quoteConfigWord(r`C:\Users\me\id`), r`C:\Users\me\id`);
    assert.equal(quoteConfigWord(r`C:\Program Files\id`), r`"C:\Program Files\id"`);
    assert.equal(quoteConfigWord(r`CORP\me`), r`CORP\me`);
  });
});

describe('formatting a Host block', () => {
  it('writes the host, user, port and options', () =>
    assert.deepEqual(
      formatHostBlock({
        alias: 'db',
        destination: { host: 'db.example.org', user: 'jo do', port: 2222 },
        options: [{ keyword: 'IdentityFile', value: '~/.ssh/id' }],
      }),
      {
        value: 'Host db\n  HostName db.example.org\n  User "jo do"\n  Port 2222\n  IdentityFile ~/.ssh/id\n',
      },
    ));
  it('escapes a percent sign in the host, which would begin a token', () =>
    assert.deepEqual(formatHostBlock({ alias: 'a', destination: { host: 'fe80::1%eth0' }, options: [] }), {
      value: 'Host a\n  HostName fe80::1%%eth0\n',
    }));

  it('writes the HostName of the options in place of the host, with the host for %h', () =>
    assert.deepEqual(
      formatHostBlock({
        alias: 'a',
        destination: { host: 'db' },
        options: [{ keyword: 'hostname', value: '%h.internal%%h' }],
      }),
      { value: 'Host a\n  HostName db.internal%%h\n' },
    ));

  const refused: readonly [title: string, alias: string, keyword: string, value: string][] = [
    ['an alias with a line break', 'a\nProxyCommand x', 'IdentityFile', 'x'],
    ['a pattern as alias', 'a*', 'IdentityFile', 'x'],
    ['an alias that begins with "-"', '-a', 'IdentityFile', 'x'],
    ['two aliases', 'a b', 'IdentityFile', 'x'],
    ['a value with a line break', 'a', 'IdentityFile', 'x\nProxyCommand y'],
    ['a value with a carriage return', 'a', 'IdentityFile', 'x\ry'],
    ['a keyword with a line break', 'a', 'IdentityFile\nProxyCommand', 'x'],
    ['a Host line as option', 'a', 'Host', '*'],
    ['a Match line as option', 'a', 'Match', 'all'],
    ['an Include line as option', 'a', 'include', 'x'],
  ];
  for (const [title, alias, keyword, value] of refused) {
    it(`refuses ${title}`, () => {
      const destination = { host: 'b' };
      assert.ok('error' in formatHostBlock({ alias, destination, options: [{ keyword, value }] }));
    });
  }
});

describe('an alias of a Host block', () => {
  for (const alias of ['a', 'db.example.org', 'A-1_b']) {
    it(`can be ${alias}`, () => assert.equal(aliasFault(alias), undefined));
  }
  it('is found in a config by its full name only', () => {
    const config = '# Host a\nHost b*\n  User x\r\nhost=c "d" # e\n\nHost !f a\n';
    const lines = ['a', 'b', 'c', 'd', 'e', 'f'].map((alias) => lineOfHost(config, alias));
    assert.deepEqual(lines, [6, undefined, 4, 4, undefined, undefined]);
  });
});

describe('the Host block that matches a host', () => {
  const config = 'Host *\n  User x\nHost *.internal !db.internal\n  ProxyJump b\nHost ?? db1\n';
  const cases: readonly [host: string, line: number | undefined][] = [
    ['web.internal', 3],
    ['db.internal', undefined],
    ['db1', 5],
    ['db', undefined],
  ];
  for (const [host, line] of cases) {
    it(line === undefined ? `is missing for ${host}` : `is at line ${line} for ${host}`, () =>
      assert.equal(lineAboutHost(config, host), line),
    );
  }
});

describe('inserting a Host block into a config', () => {
  const block = 'Host a\n  Port 1\n';
  const cases: readonly [title: string, config: string, text: string, line: number][] = [
    ['fills an empty config', '', block, 1],
    ['appends to a config without blocks', 'User x\n', `User x\n\n${block}`, 3],
    ['ends the last line of a config without a final line break', 'User x', `User x\n\n${block}`, 3],
    ['goes before the first Host block', 'Host *\n  User x\n', `${block}\nHost *\n  User x\n`, 1],
    [
      'goes between global options and a Match block',
      'User x\n\nMatch all\n',
      `User x\n\n${block}\nMatch all\n`,
      3,
    ],
    [
      'adds an empty line between global options and the block',
      'User x\nHost b\n',
      `User x\n\n${block}\nHost b\n`,
      3,
    ],
    [
      'goes above the comment of the next Host block',
      'User x\n\n# b:\n# c\nhost=b\n',
      `User x\n\n${block}\n# b:\n# c\nhost=b\n`,
      3,
    ],
    ['stays behind a byte order mark', '\u{feff}Host b\n', `\u{feff}${block}\nHost b\n`, 1],
    [
      'uses Windows line ends in a config that has them',
      'User x\r\nHost b\r\n',
      'User x\r\n\r\nHost a\r\n  Port 1\r\n\r\nHost b\r\n',
      3,
    ],
  ];
  for (const [title, config, text, line] of cases) {
    it(title, () => assert.deepEqual(withHostBlock(config, block), { text, line }));
  }
});
