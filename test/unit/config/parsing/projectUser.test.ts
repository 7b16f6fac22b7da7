// Who a project may sign in as: only a plain name, in every spelling, because a user can imitate a host in a question and
// gets into the shells of the user's own ssh_config.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Author } from '../../../../src/tunnels/config/parsing/hosts';
import { parseTunnel } from '../../../../src/tunnels/config/parsing/parseTunnel';
import { inEnglish } from '../../../support/inEnglish';

function problemsOf(tunnel: unknown, author: Author): readonly string[] {
  const parsed = parseTunnel('t', tunnel, author);
  return 'problems' in parsed ? parsed.problems.map(({ message }) => inEnglish(message)) : [];
}

/** A user in all places of a tunnel. */
const places: readonly (readonly [place: string, tunnel: (user: string) => unknown])[] = [
  ['before the host', (user) => ({ host: `${user}@h` })],
  ['in an ssh:// address', (user) => ({ host: `ssh://${encodeURIComponent(user)}@h` })],
  ['before a jump host', (user) => ({ host: 'h', proxyJump: `j,${user}@j2` })],
  [
    'in a list of jump hosts',
    (user) => ({ host: 'h', proxyJump: ['j', `ssh://${encodeURIComponent(user)}@j2`] }),
  ],
  ['in a command line', (user) => `ssh '${user}@h'`],
  ['as -l', (user) => `ssh -l '${user}' h`],
  ['as -o User', (user) => `ssh -o 'User="${user.replace('\\', String.raw`\\`)}"' h`],
  ['as -J', (user) => `ssh -J '${user}@j' h`],
  ['in "ssh"', (user) => ({ ssh: `ssh '${user}@h'` })],
];

describe("the user of a project's tunnel", () => {
  const plain = ['joe', 'joe.doe', 'joe_doe', 'build-bot', 'a+b', 'CORP\\joe', 'j', 'a'.repeat(64), '42'];
  const others = [
    ...['me@corp', 'prod.bank.example:22@evil', 'HOST$', 'a%b', 'a!b', 'a*', '~root', 'a=b', 'a/b', 'a#b'],
    ...['jörg', 'а', 'a\u0301', '日本', 'a'.repeat(65), `deploy@prod.bank.example:22${'_'.repeat(190)}`],
  ];
  for (const [place, tunnel] of places) {
    it(`may be a plain name ${place}`, () => {
      for (const user of plain) {
        assert.deepEqual(problemsOf(tunnel(user), 'project'), [], user);
      }
    });
    it(`may be nothing else ${place}, and your own SSH config is named as the place for it`, () => {
      for (const user of others) {
        const problems = problemsOf(tunnel(user), 'project').join('\n');
        // What follows a colon may be a password, which has an error of its own.
        const expected = user.includes(':')
          ? /./
          : /Set any other user in your own ~\/\.ssh\/config, with "User"/;
        assert.match(problems, expected, user);
      }
    });
  }

  it('may have one backslash, between a domain and its user', () => {
    for (const user of ['\\a', 'a\\', 'a\\\\b', 'a\\b\\c']) {
      assert.equal(problemsOf({ host: `${user}@h` }, 'project').length, 1, user);
    }
    assert.deepEqual(problemsOf({ host: 'CORP\\joe@h' }, 'project'), []);
  });

  it('may be what ssh accepts in your own settings: the last "@" ends it', () => {
    for (const user of ['me@corp', 'HOST$', 'a%b', 'jörg', 'a'.repeat(65), 'vault@target#domain']) {
      assert.deepEqual(problemsOf({ host: `${user}@h` }, 'user'), [], user);
    }
  });
});
