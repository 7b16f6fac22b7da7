// All tunnels at once: badge, message and status bar.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { TunnelSnapshot } from '../../../../src/tunnels/model/snapshot';
import type { TunnelState } from '../../../../src/tunnels/model/state';
import { badgeView, messageText, statusItems } from '../../../../src/views/words/summary';
import { blocked, broken, connecting, failed, program, stopped, tunnel, up, waiting } from '../snapshots';

function named(...names: string[]): TunnelSnapshot[] {
  return names.map((name) => tunnel(failed, { name }));
}

describe('badgeView', () => {
  it('is not there when all is well', () =>
    assert.equal(badgeView([tunnel(up), tunnel(stopped), tunnel(waiting)]), undefined));
  it('counts one', () =>
    assert.deepEqual(badgeView([tunnel(up), ...named('a')]), {
      value: 1,
      tooltip: '1 tunnel needs attention: a',
    }));
  it('names the first three', () =>
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
  it('are no entries of the settings', () => assert.equal(messageText([unusable], undefined), ''));
});

describe('messageText', () => {
  const cases: readonly [
    what: string,
    tunnels: readonly TunnelSnapshot[],
    remote: string | undefined,
    text: string,
  ][] = [
    ['nothing to say', [tunnel(up)], undefined, ''],
    ['an empty tree keeps its welcome', [], 'box', ''],
    ['where it is', [tunnel(up)], 'build\u001b[1m-box', 'on: build-box'],
    [
      'one broken',
      [broken, tunnel(failed)],
      undefined,
      "1 entry in your settings can't be understood: broken",
    ],
    [
      'two broken, elsewhere',
      [broken, { ...broken, name: 'odd' }],
      'box',
      "on: box · 2 entries in your settings can't be understood: broken, odd",
    ],
  ];
  for (const [what, tunnels, remote, text] of cases) {
    it(what, () => assert.equal(messageText(tunnels, remote), text));
  }
});

describe('statusItems', () => {
  const own = tunnel(up, { name: 'own' });
  const withOwn = { ...own, entry: own.entry && { ...own.entry, statusBar: true } };
  const texts = (...parameters: Parameters<typeof statusItems>): string[] =>
    statusItems(...parameters).map(({ text }) => text);

  it('shows nothing where nothing is configured', () => assert.deepEqual(statusItems([], 'summary'), []));
  it('sums up', () => {
    const all = [tunnel(up), tunnel(up), tunnel(stopped)];
    assert.deepEqual(texts(all, 'summary'), ['$(plug) 2']);
  });
  it('tells what is going on and what is wrong', () => {
    const all = [tunnel(connecting()), tunnel(waiting), tunnel(blocked('password')), ...named('a', 'b')];
    const [summary] = statusItems(all, 'summary');
    assert.equal(summary?.text, '$(loading~spin) 0 $(history) 1 $(question) 1 $(warning) 2');
    assert.equal(summary.isWarning, true);
    assert.equal(summary.spoken, 'SSH Tunnels: 0 of 5 up; 3 tunnels need attention: staging, a, b');
  });
  it('warns of failures only', () => {
    const [summary] = statusItems([tunnel(blocked('consent')), tunnel(waiting)], 'summary');
    assert.equal(summary?.isWarning, false);
  });
  it('adds the items of tunnels that want one', () => {
    assert.deepEqual(texts([tunnel(up), withOwn], 'summary'), ['$(plug) 2', '$(pass-filled) own']);
    assert.deepEqual(texts([tunnel(up), withOwn], 'off'), ['$(pass-filled) own']);
    assert.deepEqual(texts([tunnel(up), withOwn], 'tunnels'), [
      '$(pass-filled) staging',
      '$(pass-filled) own',
    ]);
  });
  it('leaves out a host of ssh_config until it is started', () => {
    const offered = [tunnel(stopped, { origin: 'sshConfig' }), { ...broken, origin: 'sshConfig' as const }];
    assert.deepEqual(texts(offered, 'summary'), []);
    assert.deepEqual(texts([tunnel(up), ...offered], 'tunnels'), ['$(pass-filled) staging']);
    const failing = tunnel(failed, { origin: 'sshConfig' });
    assert.deepEqual(texts([tunnel(up), ...offered, failing], 'summary'), ['$(plug) 1 $(warning) 1']);
  });
  it('does not count a tunnel that is there for its programs, until one runs', () => {
    const spoken = (...all: readonly TunnelSnapshot[]): string | undefined =>
      statusItems(all, 'summary')[0]?.spoken;
    const forPrograms = (state: TunnelState): TunnelSnapshot => tunnel(state, { programs: [program()] });
    assert.equal(spoken(tunnel(up), forPrograms(stopped)), 'SSH Tunnels: 1 of 1 up');
    assert.equal(spoken(tunnel(up), forPrograms(up)), 'SSH Tunnels: 2 of 2 up');
    assert.equal(spoken(forPrograms(stopped)), 'SSH Tunnels: none up');
  });
  it('has stable ids', () => {
    const ids = statusItems([tunnel(up), withOwn], 'summary').map(({ id }) => id);
    assert.deepEqual(ids, ['summary', 'tunnel workspace:own']);
  });
  it('makes no icon of a name', () => {
    assert.deepEqual(texts([tunnel(stopped, { name: '$(zap) a' })], 'tunnels'), [
      '$(circle-large-outline) \\$(zap) a',
    ]);
  });
  it('tells tunnels of one name apart', () => {
    const [summary] = statusItems([tunnel(up), tunnel(up, { origin: 'user' })], 'summary');
    assert.match(
      summary?.tooltip.value ?? '',
      /\*\*staging\*\* \(workspace\): up\n- \*\*staging\*\* \(user\): up/,
    );
  });
});
