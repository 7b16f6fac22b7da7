// A remote port that the server still holds for a connection which is lost: told apart from a stranger's, and taken back.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { ForwardState } from '../../src/tunnels/model/state';
import { freePort } from '../support/freePort';
import { HostWindow, hostPlace } from '../support/hostWindow';
import type { HostPlace } from '../support/hostWindow';
import { target, visit } from '../support/peers';
import type { TargetServer } from '../support/peers';
import { startSshd } from '../support/sshd';
import type { Sshd } from '../support/sshd';

describe('a remote port whose connection is lost', () => {
  let place: HostPlace;
  let sshd: Sshd;
  let window: HostWindow;
  let echo: TargetServer;
  before(async () => {
    [place, sshd] = await Promise.all([hostPlace(), startSshd()]);
    window = await HostWindow.open(place, sshd);
    echo = await target((socket) => socket.pipe(socket));
  });
  after(async () => {
    await window.lease();
    window.vanish();
    await echo[Symbol.asyncDispose]();
    await place[Symbol.asyncDispose]();
    await sshd.stop();
  });

  function failure(state: ForwardState | undefined): string {
    return state?.status === 'failed' ? state.error.message : '';
  }

  it('is held by our own ghost until the server lets go, and then ours again', async () => {
    const port = await freePort();
    await window.bringUp({
      host: 'test-sshd',
      serverAliveInterval: 1,
      serverAliveCountMax: 1,
      remoteForward: `${port}:127.0.0.1:${echo.port}`,
    });
    const ghosts = sshd.sessionPids();
    ghosts.forEach((pid) => process.kill(pid, 'SIGSTOP'));
    await window.until(() => failure(window.forwards()[0]).includes('still holds port'), 'held', 15_000);
    assert.equal(window.state().status, 'up');
    ghosts.forEach((pid) => process.kill(pid, 'SIGKILL'));
    await window.until(() => window.forwards()[0]?.status === 'listening', 'ours again', 10_000);
    assert.equal((await visit(port, 'hello')).received.toString(), 'hello');
  });

  it("is told to be a stranger's where a stranger has it", async () => {
    const port = await freePort();
    await window.bringUp({ host: 'test-sshd', remoteForward: `127.0.0.1:${port}:127.0.0.1:${echo.port}` });
    await sshd.halt();
    await window.until(() => window.state().status === 'waiting', 'down');
    const stranger = await target((socket) => socket.end('220 not yours'), '127.0.0.1', port);
    await sshd.restart();
    await window.untilStatus('up');
    await window.until(() => failure(window.forwards()[0]).includes('another program there'), "a stranger's");
    await stranger[Symbol.asyncDispose]();
    await window.until(() => window.forwards()[0]?.status === 'listening', 'ours again', 10_000);
  });
});
