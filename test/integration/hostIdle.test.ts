// The end of a tunnel host that nobody needs; in a file of its own, because it takes half a minute of waiting.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { HostWindow, hostPlace } from '../support/hostWindow';
import { target, visit } from '../support/peers';
import { startSshd } from '../support/sshd';

describe('an idle tunnel host', () => {
  it('goes on for half a minute after its last window, and then ends by itself', async function () {
    this.timeout(45_000);
    await using sshd = await startSshd();
    await using place = await hostPlace();
    await using echo = await target((socket) => socket.pipe(socket));
    const window = await HostWindow.open(place, sshd);
    await window.bringUp({ host: 'test-sshd', localForward: `0:127.0.0.1:${echo.port}` });
    const port = window.port();
    const pid = window.client.hostPid;
    window.vanish();
    await sleep(25_000);
    assert.equal((await visit(port, 'still there')).received.toString(), 'still there');
    await sleep(7_000);
    assert.throws(() => process.kill(pid, 0), /ESRCH/);
    assert.equal((await visit(port)).error, 'ECONNREFUSED');
  });
});
