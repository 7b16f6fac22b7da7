// What a name stands for, where several tunnels bear it.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { findTunnel, tunnelsNamed } from '../../../../src/extension/tunnels/findTunnel';
import type { Origin, TunnelSnapshot } from '../../../../src/tunnels/model/snapshot';

function tunnel(id: string, origin: Origin, name: string, folder?: string): TunnelSnapshot {
  return {
    id,
    name,
    origin,
    ...(folder === undefined ? {} : { folder }),
    entry: undefined,
    problems: [],
    state: { status: 'stopped' },
    forwards: [],
    programs: [],
  };
}

const all = [
  tunnel('user:db', 'user', 'db'),
  tunnel('user:mine', 'user', 'mine'),
  tunnel('workspace:db', 'workspace', 'db'),
  tunnel('folder:api:db', 'folder', 'db', 'api'),
  tunnel('folder:web:db', 'folder', 'db', 'web'),
  tunnel('folder:web:cache', 'folder', 'cache', 'web'),
  tunnel('workspace:cache', 'workspace', 'cache'),
];

describe('the name of a tunnel', () => {
  const rows: readonly [string, string | undefined, readonly string[]][] = [
    ['user:db', undefined, ['user:db']],
    ['mine', undefined, ['user:mine']],
    ['cache', undefined, ['folder:web:cache']],
    ['db', undefined, ['folder:api:db', 'folder:web:db']],
    ['db', 'web', ['folder:web:db']],
    ['db', 'elsewhere', ['folder:api:db', 'folder:web:db']],
    ['nothing', undefined, []],
  ];
  for (const [name, folder, expected] of rows) {
    it(`"${name}" in ${folder ?? 'no folder'} is ${expected.join(', ') || 'nothing'}`, () => {
      assert.deepEqual(
        tunnelsNamed(name, all, folder).map(({ id }) => id),
        expected,
      );
    });
  }

  it('is refused where it stands for two, naming both', () => {
    assert.throws(() => findTunnel('db', all), /"folder:api:db", "folder:web:db"/);
  });

  it('is refused where nothing has it', () => {
    assert.throws(() => findTunnel('nothing', all), /There is no tunnel "nothing"/);
  });
});
