// A server that accepts every login, and closes the connection soon after.
import assert from 'node:assert/strict';
import { chmod } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { Parts } from '../support/servers/otherServer';
import { startSshd } from '../support/sshd';
import type { Sshd } from '../support/sshd';
import { freePort } from '../support/freePort';
import { temporaryUser } from '../support/temporaryUser';
import { testDaemon, TestWindow } from '../support/testWindow';
import type { TestDaemon } from '../support/testWindow';

describe('a server that accepts the login and closes the connection', () => {
  const parts = new Parts();
  let sshd: Sshd;
  let daemon: TestDaemon;
  let window: TestWindow;

  before(async () => {
    const user = parts.use(temporaryUser());
    // sshd notices only after the login that this folder doesn't exist.
    sshd = parts.use(
      await startSshd({
        config: ['ChrootDirectory /nonexistent'],
        clientConfig: [`User ${user.name}`],
      }),
    );
    await chmod(sshd.dir, 0o755);
    await chmod(sshd.authorizedKeys, 0o644);
    daemon = parts.use(await testDaemon());
  });
  after(() => parts[Symbol.asyncDispose]());
  beforeEach(async () => {
    window = await TestWindow.open(daemon, sshd);
  });
  afterEach(() => window.client.setLease({ env: {}, tunnels: [] }).finally(() => window.disconnect()));

  const logins = (): number => sshd.log().match(/Accepted publickey/g)?.length ?? 0;

  /** Milliseconds, as the log tells them: "Reconnecting in 512 ms, attempt 2". */
  const pauses = (): readonly number[] =>
    window.log.flatMap((line) => /Reconnecting in (\d+) ms/.exec(line)?.slice(1) ?? []).map(Number);

  function assertGrowing(): void {
    pauses().reduce((shorter, pause) => {
      assert.ok(shorter < pause, pauses().join(' '));
      return pause;
    }, 0);
  }

  it('is met with growing pauses, and the state says so while it connects again', async () => {
    const before = logins();
    const port = await freePort();
    await window.lease({ id: 'user:t', tunnel: { host: 'test-sshd', localForward: `${port}:127.0.0.1:1` } });
    await window.until(() => {
      const state = window.state();
      return 'isUnstable' in state && state.isUnstable;
    }, 'known to be unstable');
    await window.until(() => pauses().length === 4 && window.state().status === 'waiting', 'lost four times');
    assertGrowing();
    assert.equal(logins() - before, 4);
    const state = window.state();
    assert.ok(state.status === 'waiting' && state.error.code === 'ConnectionLost');
    assert.equal(state.error.kind, 'lostSoon');
  });

  it('is met with growing pauses even if it is on demand, and its clients come again and again', async () => {
    const before = logins();
    const port = await freePort();
    const tunnel = { host: 'test-sshd', localForward: `${port}:127.0.0.1:1` };
    await window.lease({ id: 'user:t', tunnel, onDemand: true });
    await window.untilStatus('idle');
    await window.until(() => window.forwards()[0]?.status === 'listening', 'listening');
    while (pauses().length < 4) {
      const client = createConnection(port, '127.0.0.1').on('error', () => undefined);
      await sleep(100);
      client.destroy();
    }
    assertGrowing();
    assert.equal(logins() - before, 4);
  });
});
