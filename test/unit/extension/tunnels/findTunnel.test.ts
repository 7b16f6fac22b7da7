// Which tunnel a name means when several have it.
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

describe('looking up a tunnel by name', () => {
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
    it(`finds ${expected.join(' and ') || 'nothing'} for "${name}" in ${folder === undefined ? 'no folder' : `the folder ${folder}`}`, () => {
      assert.deepEqual(
        tunnelsNamed(name, all, folder).map(({ id }) => id),
        expected,
      );
    });
  }

  it('refuses a name that two tunnels have, and names both', () => {
    assert.throws(() => findTunnel('db', all), /"folder:api:db", "folder:web:db"/);
  });

  it('refuses a name that no tunnel has', () => {
    assert.throws(() => findTunnel('nothing', all), /There is no tunnel "nothing"/);
  });

  it('repeats no password in place of a name', () => {
    for (const wrong of ['postgres://app:hunter2@db', 'user:me:hunter2@h', 'staging --password=hunter2']) {
      assert.throws(
        () => findTunnel(wrong, all),
        (error: Error) => /There is no tunnel ".*…/.test(error.message) && !error.message.includes('hunter2'),
      );
    }
  });
});
