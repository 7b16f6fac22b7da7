import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { RecentLines } from '../../../../src/extension/ui/recentLines';

describe('the recent lines of the tunnels', () => {
  const limits = { linesPerTunnel: 3, perTunnel: 100, total: 150 };

  function add(recent: RecentLines, tunnel: string, ...texts: readonly string[]): void {
    for (const text of texts) {
      recent.add(tunnel, { level: 'info', text, at: 0 });
    }
  }

  function textsOf(recent: RecentLines, tunnel: string): readonly string[] {
    return recent.of(tunnel).map(({ text }) => text);
  }

  it('are kept for each tunnel, the newest up to a number and a length', () => {
    const recent = new RecentLines(limits);
    add(recent, 'a', '1', '2', '3', '4');
    add(recent, 'b', 'x'.repeat(60), 'y'.repeat(60));
    assert.deepEqual(textsOf(recent, 'a'), ['2', '3', '4']);
    assert.deepEqual(textsOf(recent, 'b'), ['y'.repeat(60)]);
    assert.deepEqual(textsOf(recent, 'c'), []);
  });

  it('of the longest log make room when all together are too long', () => {
    const recent = new RecentLines(limits);
    add(recent, 'long', 'x'.repeat(40), 'y'.repeat(40));
    add(recent, 'short', 'a');
    add(recent, 'third', 'z'.repeat(70));
    assert.deepEqual(textsOf(recent, 'long'), ['y'.repeat(40)]);
    assert.deepEqual(textsOf(recent, 'short'), ['a']);
  });

  it('leave nothing behind when a single line is too long', () => {
    const recent = new RecentLines(limits);
    add(recent, 'a', 'x'.repeat(1000));
    assert.deepEqual(textsOf(recent, 'a'), []);
  });
});
