// Which tunnel a name means when several have it.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { findTunnel, splitsAtTunnels, tunnelsNamed } from '../../../../src/extension/tunnels/findTunnel';
import type { Origin, TunnelSnapshot } from '../../../../src/tunnels/model/snapshot';
import { assertLinear } from '../../../support/growth';

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

describe('a name with the label of a forward', () => {
  const slashed = tunnel('folder:/home/me/api:db', 'folder', 'db', '/home/me/api');

  it('is split after a name or an id, the shortest first', () => {
    assert.deepEqual(splitsAtTunnels('db/a/b', all), [['db', 'a/b']]);
    assert.deepEqual(splitsAtTunnels('folder:/home/me/api:db/tmp/x', [...all, slashed]), [
      [slashed.id, 'tmp/x'],
    ]);
    assert.deepEqual(splitsAtTunnels('nothing/db', all), []);
    const [db, longer] = [tunnel('user:db', 'user', 'db'), tunnel('user:db/x', 'user', 'db/x')];
    assert.deepEqual(splitsAtTunnels('db/x/y', [longer, db]), [
      ['db', 'x/y'],
      ['db/x', 'y'],
    ]);
  });

  it('is read in time in proportion to its length and the number of tunnels, not to their product', () => {
    assertLinear(
      4000,
      (size) => ({
        text: '/'.repeat(size),
        tunnels: Array.from({ length: size }, (_, index) => tunnel(`user:t${index}`, 'user', `t${index}`)),
      }),
      ({ text, tunnels }) => splitsAtTunnels(text, tunnels),
    );
  });
});
