// A project with very many tunnels, each through many jump hosts, asks what they all resolve to. Its window stays
// connected, and another window's tunnel doesn't wait for it.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { parseTunnel } from '../../src/tunnels/config/parsing/parseTunnel';
import { eventually } from '../support/eventually';
import { TestWindow, testDaemon } from '../support/testWindow';
import type { TestDaemon } from '../support/testWindow';
import { startSshd } from '../support/sshd';
import type { Sshd } from '../support/sshd';

describe('a window that asks what 600 tunnels through 30 jump hosts resolve to', () => {
  let sshd: Sshd;
  let daemon: TestDaemon;
  before(async () => {
    sshd = await startSshd();
    daemon = await testDaemon();
  });
  after(async () => {
    await daemon[Symbol.asyncDispose]();
    await sshd[Symbol.asyncDispose]();
  });

  it('stays connected, and lets another window connect meanwhile', async () => {
    const busy = await TestWindow.open(daemon, sshd, { windowId: 'busy' });
    const other = await TestWindow.open(daemon, sshd, { windowId: 'other' });
    const controller = new AbortController();
    let answered = 0;
    const failures: unknown[] = [];
    const asked = Array.from({ length: 600 }, async (_, index) => {
      const proxyJump = Array.from({ length: 30 }, (_none, hop) => `h${index}-${hop}`);
      const parsed = parseTunnel('x', { host: `h${index}`, proxyJump }, 'project');
      assert.ok('entry' in parsed);
      await busy.client
        .resolve({
          definition: parsed.entry.definition,
          settings: { reconnectMaxDelay: 30 },
          env: { PATH: process.env['PATH'] ?? '' },
        })
        .then(
          () => answered++,
          (error: unknown) => controller.signal.aborted || failures.push(error),
        );
    });
    await eventually('the first answer', () => answered > 0);
    const before = answered;
    await other.bringUp({ host: 'test-sshd', localForward: '0:a:1' });
    assert.deepEqual(failures, []);
    assert.ok(answered - before < 24, `it had to wait for ${answered - before} answers`);
    controller.abort();
    busy.disconnect();
    other.disconnect();
    await Promise.all(asked);
  });
});
