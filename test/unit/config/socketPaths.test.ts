// Expanding socket paths of this machine.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { formatListen, forwardTarget } from '../../../src/tunnels/config/forward';
import { formatAddress } from '../../../src/tunnels/util/address';
import { expandSocketPaths } from '../../../src/tunnels/config/socketPaths';
import { parseTunnel } from '../../../src/tunnels/config/parsing/parseTunnel';
import { parseTunnels } from '../../../src/tunnels/config/parsing/parseTunnels';
import { plain } from './problems';
import { inEnglish } from '../../support/inEnglish';

describe('expanding socket paths', () => {
  function expand(keys: object, workspaceFolder: string | undefined = '/home/me/shop'): string[] {
    const parsed = parseTunnel('staging', { ...plain, ...keys });
    assert.ok('entry' in parsed, JSON.stringify(parsed));
    const problems: string[] = [];
    const variables = { home: '/home/me', workspaceFolder };
    const { forwards } = expandSocketPaths(parsed.entry.definition, variables, (path, message) =>
      problems.push(`${path.join(' ')}: ${inEnglish(message)}`),
    );
    return problems.length > 0
      ? problems
      : forwards.map((forward) => {
          const target = forwardTarget(forward);
          return `${formatListen(forward.listen)} ${target ? formatAddress(target) : '-'}`;
        });
  }
  const cases: readonly [title: string, keys: object, result: RegExp][] = [
    ['replaces "~"', { localForward: '~/a.sock:db:1' }, /^\/home\/me\/a\.sock db:1$/],
    ['replaces "userHome"', { localForward: '${userHome}/a:/b' }, /^\/home\/me\/a \/b$/],
    [
      'replaces "workspaceFolder"',
      { localForward: '${workspaceFolder}/a:db:1' },
      /^\/home\/me\/shop\/a db:1$/,
    ],
    ['expands the target of a remote forward', { remoteForward: '/a:~/b' }, /^\/a \/home\/me\/b$/],
    [
      'keeps SOCKS proxies, which have no socket path',
      { remoteForward: 9000, dynamicForward: 1080 },
      /^9000 -,1080 -$/,
    ],
    ['keeps absolute paths', { localForward: '/a:/b' }, /^\/a \/b$/],
    ['keeps a forward without socket paths', { localForward: '1:db:1' }, /^1 db:1$/],
    [
      'refuses a path that is too long for a socket',
      { localForward: ['1:a:1', `~/${'x'.repeat(100)}:db:1`] },
      /^localForward 1: .*too long for a socket: 109 bytes; the maximum is 103\.$/,
    ],
  ];
  for (const [title, keys, result] of cases) {
    it(title, () => assert.match(expand(keys).join(), result));
  }

  const faults: readonly [code: string, problem: string][] = [
    ['ELOOP', 'its symbolic links lead in a circle.'],
    ['ENOTDIR', 'a part of it is a file, not a folder.'],
    ['EACCES', 'you have no permission to enter one of its folders.'],
    ['EPERM', 'you have no permission to enter one of its folders.'],
    ['ENAMETOOLONG', 'one of its names is too long.'],
    ['EIO', "the system can't read it (EIO)."],
  ];
  for (const [code, problem] of faults) {
    // A fake, because root is never forbidden anything, and no disk fails on demand.
    it(`says in plain words that the system answered ${code} for a path`, () => {
      const variables = {
        home: '/home/me',
        workspaceFolder: '/home/me/shop',
        pathFault: (path: string) => (path === '/home/me/shop/a' ? { code } : undefined),
      };
      const settings = { a: { ...plain, remoteForward: '1:${workspaceFolder}/a' }, b: plain };
      const [a, b] = parseTunnels(settings, variables, 'project').tunnels.map(({ parsed }) => parsed);
      const texts = a && 'problems' in a ? a.problems.map(({ message }) => inEnglish(message)) : [];
      assert.deepEqual(texts, [`"\${workspaceFolder}/a" can't be used: ${problem}`]);
      assert.ok(b && 'entry' in b);
    });
  }

  it('makes whatever else a path does a problem of its entry, without a text that may hold a secret', () => {
    const variables = {
      home: '/home/me',
      workspaceFolder: '/home/me/shop',
      pathFault: () => {
        throw new RangeError('hunter2');
      },
    };
    const settings = { a: { ...plain, remoteForward: '1:${workspaceFolder}/a' }, b: plain };
    const [a, b] = parseTunnels(settings, variables, 'project').tunnels.map(({ parsed }) => parsed);
    const texts = a && 'problems' in a ? a.problems.map(({ message }) => inEnglish(message)) : [];
    assert.deepEqual(texts, ["It can't be read (RangeError)."]);
    assert.ok(b && 'entry' in b);
  });

  it('refuses "workspaceFolder" in a window without a folder', () => {
    const problem = /^remoteForward 0: "\$\{workspaceFolder\}\/a": the tunnel belongs to no workspace folder/;
    const parsed = parseTunnel('staging', { ...plain, remoteForward: '/b:${workspaceFolder}/a' });
    assert.ok('entry' in parsed);
    const problems: string[] = [];
    expandSocketPaths(parsed.entry.definition, { home: '/h', workspaceFolder: undefined }, (path, message) =>
      problems.push(`${path.join(' ')}: ${inEnglish(message)}`),
    );
    assert.match(problems.join(), problem);
  });
});
