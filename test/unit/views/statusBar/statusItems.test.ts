// What the status bar shows of all tunnels.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { TunnelSnapshot } from '../../../../src/tunnels/model/snapshot';
import type { TunnelState } from '../../../../src/tunnels/model/state';
import { statusItems as itemsWith } from '../../../../src/views/statusBar/statusItems';
import type { StatusItemView } from '../../../../src/views/statusBar/statusItems';
import type { StatusBarMode } from '../../../../src/views/tunnelsModel';
import {
  blocked,
  broken,
  connecting,
  failed,
  program,
  refused,
  stopped,
  tunnel,
  up,
  waiting,
  waitingFor,
} from '../snapshots';

const commands = {
  answer: 'x.answer',
  explain: 'x.explain',
  edit: 'x.edit',
  showDetails: 'x.details',
  showMap: 'x.map',
};

function statusItems(tunnels: readonly TunnelSnapshot[], mode: StatusBarMode): readonly StatusItemView[] {
  return itemsWith(tunnels, mode, commands);
}

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
  it('counts the tunnels that need an answer or failed as problems, not those that connect or wait', () => {
    const all = [tunnel(connecting()), tunnel(waiting), tunnel(blocked('password')), ...named('a', 'b')];
    const [summary] = statusItems(all, 'summary');
    assert.equal(summary?.text, '$(loading~spin) 0 $(warning) 3');
    assert.equal(summary.isWarning, true);
    assert.equal(summary.spoken, 'SSH Tunnels: 0 of 5 up; 3 tunnels need attention: staging, a, b');
  });
  it('counts a login that waits for approval as a problem', () => {
    const [summary] = statusItems([tunnel(waitingFor('device')), tunnel(up)], 'summary');
    assert.equal(summary?.text, '$(loading~spin) 1 $(warning) 1');
    assert.equal(summary.isWarning, true);
    assert.equal(summary.spoken, 'SSH Tunnels: 1 of 2 up; 1 tunnel needs attention: staging');
    assert.match(summary.tooltip.value, /waiting for approval on another device/);
  });
  it('has the colour of a warning only where somebody is needed', () => {
    const isWarning = (...all: readonly TunnelSnapshot[]): boolean | undefined =>
      statusItems(all, 'summary')[0]?.isWarning;
    assert.equal(isWarning(tunnel(blocked('consent'))), true);
    assert.equal(isWarning(tunnel(failed)), true);
    assert.equal(isWarning(tunnel(waiting), tunnel(connecting())), false);
    // It is tried again by itself, however often it has failed.
    const often: TunnelState = { status: 'waiting', attempt: 9, retryAt: 0, error: refused };
    assert.equal(isWarning(tunnel(often)), false);
    assert.equal(statusItems([tunnel(often)], 'summary')[0]?.text, '$(plug) 0 $(warning) 1');
  });
  it('has a card of ten lines at most, with trouble first, and with links', () => {
    const many = Array.from({ length: 30 }, (_, n) => tunnel(up, { name: `t${n}` }));
    const [summary] = statusItems(
      [...many, tunnel(waiting), ...named('a)(b'), tunnel(blocked('password'))],
      'summary',
    );
    const lines = (summary?.tooltip.value ?? '').split('\n').filter((line) => line !== '');
    assert.equal(lines.length, 10);
    assert.match(
      lines[1] ?? '',
      /^- \[staging\]\(command:x\.details\?[^)]*\).*\[Answer\]\(command:x\.answer\?[^()]*\)$/,
    );
    assert.match(
      lines[2] ?? '',
      /^- \[a&#41;&#40;b\]\(command:x\.details\?[^()]*\).*\[Explain\]\(command:x\.explain\?[^()]*\)$/,
    );
    assert.match(lines[8] ?? '', /^- 26 more$/);
    assert.equal(lines[9], '[Show Map](command:x.map)');
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
      /\[staging\]\S+ \(workspace\): up\n- \[staging\]\S+ \(user\): up/,
    );
  });
});
