// The exit of an idle daemon, after half a minute.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { eventually } from '../support/eventually';
import { TestWindow, testDaemon } from '../support/testWindow';
import { target, exchange } from '../support/targetAndClient';
import { startSshd } from '../support/sshd';

describe('an idle daemon', () => {
  it('runs for half a minute after its last window, and then exits', async () => {
    await using sshd = await startSshd();
    await using daemon = await testDaemon();
    await using echo = await target((socket) => socket.pipe(socket));
    const window = await TestWindow.open(daemon, sshd);
    await window.bringUp({ host: 'test-sshd', localForward: `0:127.0.0.1:${echo.port}` });
    const port = window.port();
    const pid = window.client.daemonPid;
    window.disconnect();
    await sleep(25_000);
    assert.equal((await exchange(port, 'still there')).received.toString(), 'still there');
    await eventually('it has ended', () => !lives(pid));
    assert.equal((await exchange(port)).error, 'ECONNREFUSED');
  });
});

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
