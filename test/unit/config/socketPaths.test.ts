// Expanding socket paths of this machine.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { formatListen, forwardTarget } from '../../../src/tunnels/config/forward';
import { formatAddress } from '../../../src/tunnels/util/address';
import { expandSocketPaths, localSocketPaths, socketFault } from '../../../src/tunnels/config/socketPaths';
import { parseTunnel } from '../../../src/tunnels/config/parsing/parseTunnel';
import { plain } from './problems';
import { Random } from '../../support/random';
import { inEnglish } from '../../support/inEnglish';

describe('expanding socket paths', () => {
  function expand(keys: object, workspaceFolder: string | undefined = '/home/me/shop'): string[] {
    const parsed = parseTunnel('staging', { ...plain, ...keys }, 'user');
    assert.ok('entry' in parsed, JSON.stringify(parsed));
    const problems: string[] = [];
    const variables = { home: '/home/me', workspaceFolder, platform: 'linux' } as const;
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
    ['removes doubled slashes', { localForward: '~//a//b.sock:db:1' }, /^\/home\/me\/a\/b\.sock db:1$/],
    ['removes slashes at the start', { remoteForward: '1:///tmp/x' }, /^1 \/tmp\/x$/],
    [
      'removes a slash at the end',
      { remoteForward: '1:${workspaceFolder}/run/' },
      /^1 \/home\/me\/shop\/run$/,
    ],
    ["keeps the server's paths", { localForward: '1://tmp//x/' }, /^1 \/\/tmp\/\/x\/$/],
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

  it('has one form for each path, whatever slashes it is written with', () => {
    const random = new Random(1);
    const names = ['a', 'b.sock', '...', '~', 'ü', '.x'] as const;
    for (let count = 0; count < 2000; count++) {
      const path = Array.from({ length: random.int(1, 6) }, () => random.pick(names));
      const start = random.pick(['', '/', '//', '~/', '~//', '${workspaceFolder}/', '${userHome}///']);
      const slashes = (): string => '/'.repeat(random.chance(0.7) ? 1 : random.int(2, 4));
      const written = `${start === '' ? '/' : start}${path.map((name) => `${name}${slashes()}`).join('')}`;
      const [found] = expand({ remoteForward: { listen: 1, target: written } });
      const base =
        start.startsWith('~') || start.startsWith('${userHome}')
          ? '/home/me'
          : start.startsWith('$')
            ? '/home/me/shop'
            : '';
      assert.equal(found, `1 ${base}/${path.join('/')}`, written);
    }
  });

  it('keeps them on Windows, where no forward can use them, however long they are', () => {
    const localForward = ['~/a:db:1', `/${'x'.repeat(200)}:db:2`, '3:/run/x'];
    const parsed = parseTunnel('staging', { ...plain, localForward, remoteForward: '9000:~/b' }, 'user', {
      home: String.raw`C:\Users\me`,
      workspaceFolder: undefined,
      platform: 'win32',
    });
    assert.ok('entry' in parsed);
    const { definition } = parsed.entry;
    const faults = definition.forwards.map((forward) => socketFault(forward, 'win32')?.problem);
    assert.deepEqual(
      faults.map((fault) => fault && inEnglish(fault).replace(/x{9,}…/, 'x')),
      [
        'On Windows, no forward can listen on a Unix socket such as "~/a".',
        'On Windows, no forward can listen on a Unix socket such as "/x".',
        undefined,
        'On Windows, a Unix socket such as "~/b" can\'t be the target of a remote forward.',
      ],
    );
    assert.deepEqual(localSocketPaths(definition, 'win32'), []);
    assert.equal(localSocketPaths(definition, 'linux').length, 3);
    for (const forward of definition.forwards) {
      assert.equal(socketFault(forward, 'linux'), undefined);
    }
  });

  it('refuses "workspaceFolder" in a window without a folder', () => {
    const problem = /^remoteForward 0: "\$\{workspaceFolder\}\/a": the tunnel belongs to no workspace folder/;
    const parsed = parseTunnel('staging', { ...plain, remoteForward: '/b:${workspaceFolder}/a' }, 'user');
    assert.ok('entry' in parsed);
    const problems: string[] = [];
    expandSocketPaths(
      parsed.entry.definition,
      { home: '/h', workspaceFolder: undefined, platform: 'linux' },
      (path, message) => problems.push(`${path.join(' ')}: ${inEnglish(message)}`),
    );
    assert.match(problems.join(), problem);
  });
});
