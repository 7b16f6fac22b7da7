// The badge and the message above the tree, of all tunnels at once.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { TunnelSnapshot } from '../../../../src/tunnels/model/snapshot';
import { badgeView, messageText } from '../../../../src/views/tree/badge';
import { broken, failed, stopped, tunnel, up, waiting } from '../snapshots';

function named(...names: string[]): TunnelSnapshot[] {
  return names.map((name) => tunnel(failed, { name }));
}

describe('the badge of the view', () => {
  it('is missing when no tunnel needs attention', () =>
    assert.equal(badgeView([tunnel(up), tunnel(stopped), tunnel(waiting)]), undefined));
  it('counts one tunnel that needs attention', () =>
    assert.deepEqual(badgeView([tunnel(up), ...named('a')]), {
      value: 1,
      tooltip: '1 tunnel needs attention: a',
    }));
  it('names the first three tunnels that need attention', () =>
    assert.deepEqual(badgeView(named('a', 'b', 'c', 'd', 'e')), {
      value: 5,
      tooltip: '5 tunnels need attention: a, b, c and 2 more',
    }));
});

describe('the hosts of ssh_config', () => {
  const unusable = { ...broken, origin: 'sshConfig' as const };

  it('need no attention until they are started', () => {
    assert.equal(badgeView([unusable, tunnel(stopped, { origin: 'sshConfig' })]), undefined);
    assert.equal(badgeView([tunnel(failed, { origin: 'sshConfig' })])?.value, 1);
  });
  it('are not reported as invalid tunnels of the settings', () =>
    assert.equal(messageText([unusable], undefined), ''));
});

describe('the message of the view', () => {
  const cases: readonly [
    what: string,
    tunnels: readonly TunnelSnapshot[],
    remote: string | undefined,
    text: string,
  ][] = [
    ['is empty when all is well', [tunnel(up)], undefined, ''],
    ['is empty without tunnels, to show the welcome text', [], 'box', ''],
    ['names the remote machine', [tunnel(up)], 'build\u001b[1m-box', 'on: build-box'],
    [
      'names an invalid tunnel',
      [broken, tunnel(failed)],
      undefined,
      '1 invalid tunnel in your settings: broken',
    ],
    [
      'names the remote machine and two invalid tunnels',
      [broken, { ...broken, name: 'odd' }],
      'box',
      'on: box · 2 invalid tunnels in your settings: broken, odd',
    ],
  ];
  for (const [what, tunnels, remote, text] of cases) {
    it(what, () => assert.equal(messageText(tunnels, remote), text));
  }
});
