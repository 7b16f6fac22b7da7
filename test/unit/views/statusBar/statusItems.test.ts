// What the status bar shows of all tunnels.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { TunnelSnapshot } from '../../../../src/tunnels/model/snapshot';
import type { TunnelState } from '../../../../src/tunnels/model/state';
import { statusItems } from '../../../../src/views/statusBar/statusItems';
import {
  blocked,
  broken,
  connecting,
  failed,
  program,
  stopped,
  tunnel,
  up,
  waiting,
  waitingFor,
} from '../snapshots';

function named(...names: string[]): TunnelSnapshot[] {
  return names.map((name) => tunnel(failed, { name }));
}

describe('the status bar', () => {
  const own = tunnel(up, { name: 'own' });
  const withOwn = { ...own, entry: own.entry && { ...own.entry, statusBar: true } };
  const texts = (...parameters: Parameters<typeof statusItems>): string[] =>
    statusItems(...parameters).map(({ text }) => text);

  it('shows nothing without tunnels', () => assert.deepEqual(statusItems([], 'summary'), []));
  it('counts the tunnels that are up', () => {
    const all = [tunnel(up), tunnel(up), tunnel(stopped)];
    assert.deepEqual(texts(all, 'summary'), ['$(plug) 2']);
  });
  it('counts the tunnels that connect, wait, need an answer or failed', () => {
    const all = [tunnel(connecting()), tunnel(waiting), tunnel(blocked('password')), ...named('a', 'b')];
    const [summary] = statusItems(all, 'summary');
    assert.equal(summary?.text, '$(loading~spin) 0 $(history) 1 $(question) 1 $(warning) 2');
    assert.equal(summary.isWarning, true);
    assert.equal(summary.spoken, 'SSH Tunnels: 0 of 5 up; 3 tunnels need attention: staging, a, b');
  });
  it('counts a login that waits for approval among those that need an answer', () => {
    const [summary] = statusItems([tunnel(waitingFor('device')), tunnel(up)], 'summary');
    assert.equal(summary?.text, '$(loading~spin) 1 $(question) 1');
    assert.equal(summary.isWarning, false);
    assert.equal(summary.spoken, 'SSH Tunnels: 1 of 2 up; 1 tunnel needs attention: staging');
    assert.match(summary.tooltip.value, /waiting for approval on another device/);
  });
  it('warns of failures only', () => {
    const [summary] = statusItems([tunnel(blocked('consent')), tunnel(waiting)], 'summary');
    assert.equal(summary?.isWarning, false);
  });
  it('adds an item for each tunnel with "statusBar"', () => {
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
  it('does not count a tunnel that has only programs until it is up', () => {
    const spoken = (...all: readonly TunnelSnapshot[]): string | undefined =>
      statusItems(all, 'summary')[0]?.spoken;
    const forPrograms = (state: TunnelState): TunnelSnapshot => tunnel(state, { programs: [program()] });
    assert.equal(spoken(tunnel(up), forPrograms(stopped)), 'SSH Tunnels: 1 of 1 up');
    assert.equal(spoken(tunnel(up), forPrograms(up)), 'SSH Tunnels: 2 of 2 up');
    assert.equal(spoken(forPrograms(stopped)), 'SSH Tunnels: none up');
  });
  it('identifies its items by tunnel', () => {
    const ids = statusItems([tunnel(up), withOwn], 'summary').map(({ id }) => id);
    assert.deepEqual(ids, ['summary', 'tunnel:workspace:own']);
  });
  it('shows icon syntax in a name literally', () => {
    assert.deepEqual(texts([tunnel(stopped, { name: '$(zap) a' })], 'tunnels'), [
      '$(circle-large-outline) \\$(zap) a',
    ]);
  });
  it('names the origin of tunnels that have one name', () => {
    const [summary] = statusItems([tunnel(up), tunnel(up, { origin: 'user' })], 'summary');
    assert.match(
      summary?.tooltip.value ?? '',
      /\*\*staging\*\* \(workspace\): up\n- \*\*staging\*\* \(user\): up/,
    );
  });
});
