// Hostile text in every place of a definition that holds text: refused where it could do harm, and the sentence that
// refuses it harms nobody either.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { findHidden } from '../../../src/tunnels/util/invisibleCharacters';
import { quote } from '../../../src/tunnels/util/text';
import { plain, problemsOf } from './problems';

type Place = readonly [name: string, problems: (text: string) => readonly string[]];

/** A word of a command line, so that the line splits as it is meant to. */
function shellWord(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

const hosts: readonly Place[] = [
  ['host', (text) => problemsOf({ host: text })],
  ['host behind a user', (text) => problemsOf({ host: `me@${text}` })],
  ['ssh:// address', (text) => problemsOf({ host: `ssh://${text}` })],
  ['proxyJump', (text) => problemsOf({ ...plain, proxyJump: text })],
  ['a later proxyJump', (text) => problemsOf({ ...plain, proxyJump: ['one', text] })],
  ['bind address', (text) => problemsOf({ ...plain, localForward: `${text}:1:a:1` })],
  ['listen', (text) => problemsOf({ ...plain, dynamicForward: { listen: `${text}:1` } })],
  ['target', (text) => problemsOf({ ...plain, localForward: `1:${text}:1` })],
  [
    'target of an object',
    (text) => problemsOf({ ...plain, localForward: { listen: 1, target: `${text}:1` } }),
  ],
  ['target here', (text) => problemsOf({ ...plain, remoteForward: `1:${text}:1` })],
  ['command line', (text) => problemsOf(`ssh -- ${shellWord(text)}`)],
  ['-J', (text) => problemsOf(`ssh -J ${shellWord(text)} host`)],
  ['-L', (text) => problemsOf(`ssh -L 1:${shellWord(text)}:1 host`)],
];
const users: readonly Place[] = [
  ['user', (text) => problemsOf({ host: `${text}@host` })],
  ['user of a jump host', (text) => problemsOf({ ...plain, proxyJump: `${text}@host` })],
  [
    'user of an ssh:// address',
    (text) => problemsOf({ host: `ssh://${encodeURIComponent(text.replace(/\p{Cs}/gu, '\ufffd'))}@host` }),
  ],
  ['-l', (text) => problemsOf(`ssh -l ${shellWord(text)} host`)],
  ['-o User', (text) => problemsOf(`ssh -o ${shellWord(`User="${text}"`)} host`)],
];
const names: readonly Place[] = [
  ['name', (text) => problemsOf(plain, text)],
  ['label', (text) => problemsOf({ ...plain, localForward: { listen: 1, target: 'a:1', label: text } })],
  ['name of a program', (text) => problemsOf({ ...plain, x11Programs: { [text]: 'xclock' } })],
];
const sentences: readonly Place[] = [
  ['description', (text) => problemsOf({ ...plain, description: text })],
  ['command of a program', (text) => problemsOf({ ...plain, x11Programs: { Clock: text } })],
  [
    'command of a program in an object',
    (text) => problemsOf({ ...plain, x11Programs: { A: { command: text } } }),
  ],
];
const paths: readonly Place[] = [
  ['socket to listen on', (text) => problemsOf({ ...plain, localForward: `/tmp/${text}:a:1` })],
  [
    'socket to listen on, in an object',
    (text) => problemsOf({ ...plain, localForward: { listen: `/tmp/${text}`, target: 'a:1' } }),
  ],
  ['socket to dial', (text) => problemsOf({ ...plain, remoteForward: `1:/tmp/${text}` })],
];
const all = [...hosts, ...users, ...names, ...sentences, ...paths];

/** What no place may hold. */
const unseen: readonly (readonly [what: string, text: string])[] = [
  ['a zero', 'a\0b'],
  ['a terminal escape', 'a\u001b[31mb'],
  ['an 8-bit terminal escape', 'a\u009b31mb'],
  ['a line break', 'a\nb'],
  ['a carriage return', 'a\rb'],
  ['a delete', 'a\u007fb'],
  ['a line separator', 'a\u2028b'],
  ['an override of the direction', 'a\u202eb'],
  ['an isolate', 'a\u2066b'],
  ['a mark of direction', 'a\u200fb'],
  ['an Arabic mark of direction', 'a\u061cb'],
  ['a space of no width', 'a\u200bb'],
  ['a joiner', 'a\u200db'],
  ['a byte order mark', 'a\ufeffb'],
  ['a soft hyphen', 'a\u00adb'],
  ['an invisible operator', 'a\u2063b'],
  ['a tag', 'a\u{e0041}b'],
  ['a variation selector', 'a\ufe0fb'],
  ['a filler', 'a\u3164b'],
  ['a blank of Braille', 'a\u2800b'],
  ['half a character', 'a\ud800b'],
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
  // What only looks like another name.
  'ｅxample.org|ⓔxample.org|example．org|a․b|ﬁle|paypаl.com|gοogle.com|ехample.org|a⁄b|a∕b|☃.net'
).split('|');
/** What in a forward is an escape or the path of a socket, and between jump hosts a space. */
const hostsAlone = [' a', 'a\\b', '/etc/passwd'];
const usersOnly = '-oProxyCommand=x|a -oProxyCommand=x|a\\|$HOME|a$IFS-x|#a|..|../a|a/../../b|/a|a☃'.split(
  '|',
);

function assertRefused(problems: readonly string[], text: string): void {
  assert.notEqual(problems.length, 0, `${JSON.stringify(text)} passes`);
  for (const problem of problems) {
    assert.equal(findHidden(problem), -1, JSON.stringify(problem));
  }
}

describe('hostile text in a definition', () => {
  for (const [place, problems] of all) {
    for (const [what, text] of unseen) {
      it(`${place}: ${what}`, () => assertRefused(problems(text), text));
    }
  }
  for (const [place, problems] of hosts) {
    for (const text of [...shellSyntax, ...hostsOnly]) {
      it(`${place}: ${JSON.stringify(text)}`, () => assertRefused(problems(text), text));
    }
  }
  for (const [place, problems] of hosts.slice(0, 2)) {
    for (const text of hostsAlone) {
      it(`${place}: ${JSON.stringify(text)}`, () => assertRefused(problems(text), text));
    }
  }
  for (const [place, problems] of users) {
    for (const text of [...shellSyntax, ...usersOnly]) {
      it(`${place}: ${JSON.stringify(text)}`, () => assertRefused(problems(text), text));
    }
  }
  for (const [place, problems] of names) {
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
      it(`${place}: ${JSON.stringify(text.slice(0, 20))}`, () => assertRefused(problems(text), text));
    }
  }
  for (const prefix of ['user:db', 'workspace:db', 'folder:api:db', 'sshConfig:db']) {
    it(`the name ${prefix}, which is an id`, () => assertRefused(problemsOf(plain, prefix), prefix));
  }
});

describe('text that is only unusual', () => {
  const fine: readonly (readonly [place: string, problems: readonly string[]])[] = [
    ['a name with an emoji', problemsOf(plain, '⚡️ staging 👩‍💻')],
    ['a name of another script', problemsOf(plain, 'データベース')],
    ['a name with an accent', problemsOf(plain, 'café')],
    [
      'a label in Arabic',
      problemsOf({ ...plain, localForward: { listen: 1, target: 'a:1', label: 'قاعدة' } }),
    ],
    ['an alias with a slash', problemsOf({ host: 'group/prod' })],
    ['an alias with an umlaut', problemsOf({ host: 'büro' })],
    ['a host all in Cyrillic', problemsOf({ host: 'сервер' })],
    ['a host with its dot at the end', problemsOf({ host: 'example.org.' })],
    ['an underscore and a plus', problemsOf({ host: 'a_b+c~d=e%f' })],
    ['an address with a zone', problemsOf({ host: 'fe80::1%eth0' })],
    ['a user of a Windows domain', problemsOf({ host: 'CORP\\me@host' })],
    ['the account of a machine', problemsOf({ host: 'HOST$@host' })],
    ['a user with an e-mail address', problemsOf({ host: 'me@corp@host' })],
    ['a user with a space', problemsOf({ host: 'ssh://first%20last@host' })],
  ];
  for (const [place, problems] of fine) {
    it(place, () => assert.deepEqual(problems, []));
  }
});

describe('quote', () => {
  const cases: readonly (readonly [text: string, quoted: string])[] = [
    ['a\u202eb', '"a\\u{202e}b"'],
    ['a\u009bb', '"a\\u{9b}b"'],
    ['a\u{e0041}b', '"a\\u{e0041}b"'],
    ['a\nb', '"a\\nb"'],
    ['👩‍💻', '"👩‍💻"'],
  ];
  for (const [text, quoted] of cases) {
    it(quoted, () => assert.equal(quote(text), quoted));
  }
});
