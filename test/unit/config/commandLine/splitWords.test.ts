// Splitting a command line into words as a shell does, and quoting words.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { quoteForShell, quoteWhole, quoteWord } from '../../../../src/tunnels/config/commandLine/quoteWord';
import { splitWords } from '../../../../src/tunnels/config/commandLine/splitWords';
import { inEnglish } from '../../../support/inEnglish';

describe('the command line splitter', () => {
  const cases: readonly [line: string, ...words: string[]][] = [
    [''],
    ['  \t '],
    ['ssh host', 'ssh', 'host'],
    ['  ssh \t host  ', 'ssh', 'host'],
    ["'a b' c", 'a b', 'c'],
    ['"a b" c', 'a b', 'c'],
    ["a'b c'd", 'ab cd'],
    ["''", ''],
    ['""', ''],
    ['a\\ b', 'a b'],
    ['a\\\nb', 'ab'],
    ['a \\\n b', 'a', 'b'],
    ['"a\\"b"', 'a"b'],
    ['"a\\nb"', 'a\\nb'],
    ['"a\\\\b"', 'a\\b'],
    ['"a\\$b"', 'a$b'],
    ["'a\\b'", 'a\\b'],
    ["'$HOME'", '$HOME'],
    ["'a;b|c'", 'a;b|c'],
    ['\\;', ';'],
    ['ssh host # the usual', 'ssh', 'host'],
    ['a#b', 'a#b'],
    ['*:8080:a:80', '*:8080:a:80'],
    ['~/a', '~/a'],
    ['$HOME/a "${HOME}/b c" x=$HOME/d', '~/a', '~/b c', 'x=~/d'],
    ['$env:USERPROFILE\\.ssh\\id', '~\\.ssh\\id'],
    ['${userHome}/a "${workspaceFolder}/b"', '${userHome}/a', '${workspaceFolder}/b'],
    ['ssh host\n', 'ssh', 'host'],
    // What Windows users write; a POSIX shell would drop the backslashes.
    [String.raw`ssh -i C:\Users\joe\.ssh\id_rsa h`, 'ssh', '-i', String.raw`C:\Users\joe\.ssh\id_rsa`, 'h'],
    [String.raw`-i ~\.ssh\_id -l CORP\joe`, '-i', String.raw`~\.ssh\_id`, '-l', String.raw`CORP\joe`],
    [String.raw`CORP\joe@win`, String.raw`CORP\joe@win`],
    [String.raw`CORP\\joe@win`, String.raw`CORP\joe@win`],
    [String.raw`"CORP\joe"@win`, String.raw`CORP\joe@win`],
    [String.raw`C:\Users\Jörg\id`, String.raw`C:\Users\Jörg\id`],
    [String.raw`"C:\Program Files\x\id" a`, String.raw`C:\Program Files\x\id`, 'a'],
    [String.raw`C:\Program\ Files\id`, String.raw`C:\Program Files\id`],
    [String.raw`\\server\keys\id`, String.raw`\\server\keys\id`],
    [String.raw`"\\server\my keys\id"`, String.raw`\\server\my keys\id`],
    [String.raw`'\\server\keys'`, String.raw`\\server\keys`],
    [String.raw`%USERPROFILE%\.ssh\id`, String.raw`%USERPROFILE%\.ssh\id`],
    [`-o "ProxyCommand=nc %h %p"`, '-o', 'ProxyCommand=nc %h %p'],
  ];
  for (const [line, ...words] of cases) {
    it(`splits ${JSON.stringify(line)} into ${JSON.stringify(words)}`, () => {
      const split = splitWords(line);
      assert.deepEqual(split.problems, []);
      assert.deepEqual(
        split.words.map(({ text }) => text),
        words,
      );
    });
  }

  const faults: readonly [line: string, at: number, message: RegExp][] = [
    ['ssh $HOST', 4, /^"\$" begins a variable, which only a shell replaces;/],
    ['ssh "a$HOST"', 6, /^"\$" begins a variable/],
    ['ssh ${HOST}/a', 4, /^"\$" begins a variable/],
    ['ssh %COMPUTERNAME%', 4, /^"%" begins a variable, which only the shell cmd replaces;/],
    ['ssh `x`', 4, /^"`" runs a command/],
    ['ssh a; b', 5, /^";" ends the command: a tunnel is a single ssh command/],
    ['ssh a | b', 6, /^"\|" feeds another command/],
    ['ssh a &', 6, /^"&" sends the command to the background/],
    ['ssh a > b', 6, /^">" redirects a file/],
    ['ssh a < b', 6, /^"<" redirects a file/],
    ['ssh a\nb', 5, /^A line break ends the command/],
    ['ssh (a', 4, /^"\(" begins a subshell/],
    ["ssh 'a", 4, /^The quote ' is not closed\.$/],
    ['ssh "a', 4, /^The quote " is not closed\.$/],
    ['ssh a\\', 5, /^Remove the "\\" at the end\.$/],
  ];
  for (const [line, at, message] of faults) {
    it(`refuses ${JSON.stringify(line)}`, () => {
      const [problem] = splitWords(line).problems;
      assert.equal(problem?.at, at);
      assert.match(inEnglish(problem.message), message);
    });
  }

  it('reports where each word starts and ends, and whether it was quoted', () =>
    assert.deepEqual(splitWords(' ab "c d" e\\;').words, [
      { text: 'ab', at: 1, end: 3, exact: true },
      { text: 'c d', at: 4, end: 9, exact: false },
      { text: 'e;', at: 10, end: 13, exact: false },
    ]));
  it('drops the file descriptor of a redirection', () =>
    assert.deepEqual(
      splitWords('ssh a 2>/dev/null').words.map(({ text }) => text),
      ['ssh', 'a'],
    ));
});

describe('quoting a word for a shell', () => {
  const cases: readonly [word: string, quoted: string][] = [
    ['host', 'host'],
    ['8080:[::1]:80', "'8080:[::1]:80'"],
    ['me@h-1.example.org', 'me@h-1.example.org'],
    ['', "''"],
    ["it's", "'it'\\''s'"],
    ['*:1080', "'*:1080'"],
    ['~/a', '~/a'],
    ['~/a b', "~/'a b'"],
    ['~/', '~/'],
    ['~me/a', "'~me/a'"],
    ['a$b`c"d', "'a$b`c\"d'"],
  ];
  for (const [word, quoted] of cases) {
    it(`writes ${JSON.stringify(word)} as ${quoted}`, () => {
      assert.equal(quoteWord(word), quoted);
      assert.deepEqual(
        splitWords(quoted).words.map(({ text }) => text),
        [word],
      );
    });
  }
  it('quotes a "~" that the server expands', () => assert.equal(quoteWhole('~/a'), "'~/a'"));
});

describe('quoting a word for the shell of a terminal', () => {
  const r = String.raw;
  const cases: readonly [
    word: string,
    shell: string | undefined,
    platform: NodeJS.Platform,
    quoted?: string,
  ][] = [
    ['127.0.0.1:5432', 'cmd', 'win32', '127.0.0.1:5432'],
    ['[::1]:5432', 'cmd', 'win32', '"[::1]:5432"'],
    ['[::1]:5432', r`C:\Windows\System32\cmd.exe`, 'win32', '"[::1]:5432"'],
    ['[::1]:5432', r`C:\Program Files\PowerShell\7\pwsh.exe`, 'win32', "'[::1]:5432'"],
    ['[::1]:5432', 'gitbash', 'win32', "'[::1]:5432'"],
    ['[::1]:5432', undefined, 'win32', '"[::1]:5432"'],
    ['[::1]:5432', 'nu', 'win32', '"[::1]:5432"'],
    ['%TEMP%', 'cmd', 'win32'],
    ["/run/it's", 'pwsh', 'linux', "'/run/it''s'"],
    ["/run/it's", '/usr/bin/fish', 'linux', r`'/run/it\'s'`],
    [r`/run/a\b`, 'fish', 'linux', r`'/run/a\\b'`],
    ["/run/it's", '/bin/zsh', 'darwin', r`'/run/it'\''s'`],
    ["/run/it's", undefined, 'linux', r`'/run/it'\''s'`],
  ];
  for (const [word, shell, platform, quoted] of cases) {
    it(`writes ${word} as ${quoted ?? 'nothing'} for ${shell ?? 'an unknown shell'} on ${platform}`, () =>
      assert.equal(quoteForShell(word, shell, platform), quoted));
  }
});
