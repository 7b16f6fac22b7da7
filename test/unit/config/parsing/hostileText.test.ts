// Hostile text in every field of a definition: it is refused where it could do harm, and the message of the problem shows
// no invisible character of it.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { findHidden } from '../../../../src/tunnels/util/untrustedText';
import { quote } from '../../../../src/tunnels/util/shown';
import { plain, problemsOf } from '../problems';

type Field = readonly [name: string, problems: (text: string) => readonly string[]];

/** Quotes text as one word of a command line. */
function shellWord(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

const hosts: readonly Field[] = [
  ['host', (text) => problemsOf({ host: text })],
  ['host after a user', (text) => problemsOf({ host: `me@${text}` })],
  ['ssh:// address', (text) => problemsOf({ host: `ssh://${text}` })],
  ['proxyJump', (text) => problemsOf({ ...plain, proxyJump: text })],
  ['second host of proxyJump', (text) => problemsOf({ ...plain, proxyJump: ['one', text] })],
  ['bind address', (text) => problemsOf({ ...plain, localForward: `${text}:1:a:1` })],
  ['bind address of "listen"', (text) => problemsOf({ ...plain, dynamicForward: { listen: `${text}:1` } })],
  ['target', (text) => problemsOf({ ...plain, localForward: `1:${text}:1` })],
  [
    'target of a forward object',
    (text) => problemsOf({ ...plain, localForward: { listen: 1, target: `${text}:1` } }),
  ],
  ['target of a remote forward', (text) => problemsOf({ ...plain, remoteForward: `1:${text}:1` })],
  ['host of a command line', (text) => problemsOf(`ssh -- ${shellWord(text)}`)],
  ['value of -J', (text) => problemsOf(`ssh -J ${shellWord(text)} host`)],
  ['target of -L', (text) => problemsOf(`ssh -L 1:${shellWord(text)}:1 host`)],
];
const users: readonly Field[] = [
  ['user', (text) => problemsOf({ host: `${text}@host` })],
  ['user of a jump host', (text) => problemsOf({ ...plain, proxyJump: `${text}@host` })],
  [
    'user of an ssh:// address',
    (text) => problemsOf({ host: `ssh://${encodeURIComponent(text.replace(/\p{Cs}/gu, '\ufffd'))}@host` }),
  ],
  ['value of -l', (text) => problemsOf(`ssh -l ${shellWord(text)} host`)],
  ['value of -o User', (text) => problemsOf(`ssh -o ${shellWord(`User="${text}"`)} host`)],
];
const names: readonly Field[] = [
  ['tunnel name', (text) => problemsOf(plain, text)],
  [
    'forward label',
    (text) => problemsOf({ ...plain, localForward: { listen: 1, target: 'a:1', label: text } }),
  ],
  ['program name', (text) => problemsOf({ ...plain, x11Programs: { [text]: 'xclock' } })],
];
const sentences: readonly Field[] = [
  ['description', (text) => problemsOf({ ...plain, description: text })],
  ['program command', (text) => problemsOf({ ...plain, x11Programs: { Clock: text } })],
  ['command of a program object', (text) => problemsOf({ ...plain, x11Programs: { A: { command: text } } })],
];
const paths: readonly Field[] = [
  ['listening socket path', (text) => problemsOf({ ...plain, localForward: `/tmp/${text}:a:1` })],
  [
    'listening socket path of a forward object',
    (text) => problemsOf({ ...plain, localForward: { listen: `/tmp/${text}`, target: 'a:1' } }),
  ],
  ['target socket path', (text) => problemsOf({ ...plain, remoteForward: `1:/tmp/${text}` })],
];
const all = [...hosts, ...users, ...names, ...sentences, ...paths];

/** What no field may hold. */
const invisible: readonly (readonly [what: string, text: string])[] = [
  ['a null character', 'a\0b'],
  ['a terminal escape', 'a\u001b[31mb'],
  ['an 8-bit terminal escape', 'a\u009b31mb'],
  ['a line break', 'a\nb'],
  ['a carriage return', 'a\rb'],
  ['a delete character', 'a\u007fb'],
  ['a line separator', 'a\u2028b'],
  ['a right-to-left override', 'a\u202eb'],
  ['a left-to-right isolate', 'a\u2066b'],
  ['a right-to-left mark', 'a\u200fb'],
  ['an Arabic letter mark', 'a\u061cb'],
  ['a zero-width space', 'a\u200bb'],
  ['a zero-width joiner', 'a\u200db'],
  ['a byte order mark', 'a\ufeffb'],
  ['a soft hyphen', 'a\u00adb'],
  ['an invisible separator', 'a\u2063b'],
  ['a tag character', 'a\u{e0041}b'],
  ['a variation selector', 'a\ufe0fb'],
  ['a Hangul filler', 'a\u3164b'],
  ['a blank Braille pattern', 'a\u2800b'],
  ['an unpaired surrogate', 'a\ud800b'],
];

const shellSyntax = [
  '$(x)',
  '`x`',
  'a;b',
  'a|b',
  'a&b',
  'a>b',
  'a<b',
  'a"b',
  "a'b",
  '(a)',
  '{a,b}',
  '${IFS}',
];
const hostsOnly = (
  '-oProxyCommand=x|-|--|a b|a\tb|a\u00a0b|a,b;c|$HOME|#a|a*|a?b|!a|^a|a[b|..|.|../a|a/../b|a/./b|' +
  // Names that only look like another name.
  'ｅxample.org|ⓔxample.org|example．org|a․b|ﬁle|paypаl.com|gοogle.com|ехample.org|a⁄b|a∕b|☃.net'
).split('|');
/** In a forward these are an escape or a socket path, and between jump hosts a space. */
const hostsAlone = [' a', 'a\\b', '/etc/passwd'];
const usersOnly = '-oProxyCommand=x|a -oProxyCommand=x|a\\|$HOME|a$IFS-x|#a|..|../a|a/../../b|/a|a☃'.split(
  '|',
);

/** Quoted, with an escape for every character beyond ASCII: some look like others. */
function escaped(text: string): string {
  return JSON.stringify(text).replace(
    /[^ -~]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`,
  );
}

function assertRefused(problems: readonly string[], text: string): void {
  assert.notEqual(problems.length, 0, `${JSON.stringify(text)} is accepted`);
  for (const problem of problems) {
    assert.equal(findHidden(problem), -1, JSON.stringify(problem));
  }
}

describe('hostile text in a definition', () => {
  for (const [field, problems] of all) {
    for (const [what, text] of invisible) {
      it(`is refused in the ${field}: ${what}`, () => assertRefused(problems(text), text));
    }
  }
  for (const [field, problems] of hosts) {
    for (const text of [...shellSyntax, ...hostsOnly]) {
      it(`is refused in the ${field}: ${escaped(text)}`, () => assertRefused(problems(text), text));
    }
  }
  for (const [field, problems] of hosts.slice(0, 2)) {
    for (const text of hostsAlone) {
      it(`is refused in the ${field}: ${escaped(text)}`, () => assertRefused(problems(text), text));
    }
  }
  for (const [field, problems] of users) {
    for (const text of [...shellSyntax, ...usersOnly]) {
      it(`is refused in the ${field}: ${escaped(text)}`, () => assertRefused(problems(text), text));
    }
  }
  for (const [field, problems] of names) {
    for (const text of [
      ' a',
      'a ',
      'a  b',
      'a\u00a0b',
      'a\u3000b',
      'cafe\u0301',
      'x'.repeat(101),
      '',
      '${a}',
    ]) {
      it(`is refused in the ${field}: ${escaped(text.slice(0, 20))}`, () =>
        assertRefused(problems(text), text));
    }
  }
  for (const prefix of ['user:db', 'workspace:db', 'folder:api:db', 'sshConfig:db']) {
    it(`is refused in the tunnel name: ${prefix}, which would be an id`, () =>
      assertRefused(problemsOf(plain, prefix), prefix));
  }
});

describe('unusual but harmless text in a definition', () => {
  const fine: readonly (readonly [title: string, problems: readonly string[]])[] = [
    ['a name with an emoji', problemsOf(plain, '⚡️ staging 👩‍💻')],
    ['a name in Japanese', problemsOf(plain, 'データベース')],
    ['a name with an accent', problemsOf(plain, 'café')],
    [
      'a label in Arabic',
      problemsOf({ ...plain, localForward: { listen: 1, target: 'a:1', label: 'قاعدة' } }),
    ],
    ['an alias with a slash', problemsOf({ host: 'group/prod' })],
    ['an alias with an umlaut', problemsOf({ host: 'büro' })],
    ['a host in Cyrillic', problemsOf({ host: 'сервер' })],
    ['a host with a dot at the end', problemsOf({ host: 'example.org.' })],
    ['a host with "_", "+" and "%"', problemsOf({ host: 'a_b+c%d' })],
    ['an IPv6 address with a zone', problemsOf({ host: 'fe80::1%eth0' })],
    ['a user of a Windows domain', problemsOf({ host: 'CORP\\me@host' })],
    ['a user that is the account of a Windows machine', problemsOf({ host: 'HOST$@host' })],
    ['a user that is an e-mail address', problemsOf({ host: 'me@corp@host' })],
    ['a user with a space', problemsOf({ host: 'ssh://first%20last@host' })],
  ];
  for (const [title, problems] of fine) {
    it(`is accepted: ${title}`, () => assert.deepEqual(problems, []));
  }
});

describe('quoting text in a message', () => {
  const cases: readonly (readonly [text: string, quoted: string])[] = [
    ['a\u202eb', '"a\\u{202e}b"'],
    ['a\u009bb', '"a\\u{9b}b"'],
    ['a\u{e0041}b', '"a\\u{e0041}b"'],
    ['a\nb', '"a\\nb"'],
    ['👩‍💻', '"👩‍💻"'],
  ];
  for (const [text, quoted] of cases) {
    it(`gives ${quoted}`, () => assert.equal(quote(text), quoted));
  }
});
