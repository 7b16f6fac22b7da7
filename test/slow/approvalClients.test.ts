// The clients of a tunnel whose login waits for approval elsewhere. A client that has made the tunnel connect waits with
// the user, as during a prompt. If the tunnel reconnects by itself, nobody may be there: clients wait for ten seconds.
import assert from 'node:assert/strict';
import { chmod } from 'node:fs/promises';
import { describe, it } from 'mocha';
import { startPushingServer } from '../support/pushingServer';
import type { PushingServer } from '../support/pushingServer';
import { exchange, target } from '../support/targetAndClient';
import { tempDir } from '../support/tempDir';
import { temporaryUser } from '../support/temporaryUser';
import { TestWindow, testDaemon } from '../support/testWindow';

describe('a login that waits for approval elsewhere', () => {
  it('holds the client that has caused it, and one of a reconnect for ten seconds only', async () => {
    await using dir = await tempDir('approval-');
    await chmod(dir.path, 0o755);
    using user = temporaryUser();
    await using greeter = await target((socket) => socket.end('welcome'));
    await using onDemand = await startPushingServer(dir, user, 'at once', [
      'KbdInteractiveAuthentication yes',
    ]);
    await using saved = await startPushingServer(dir, user, 'after the password', [
      'PasswordAuthentication yes',
    ]);
    await using daemon = await testDaemon();
    const tunnel = { host: 'test-sshd', localForward: `0:127.0.0.1:${greeter.port}` };
    const open = async (server: PushingServer, windowId: string): Promise<TestWindow> =>
      TestWindow.open(daemon, server.sshd, windowId);

    const [asking, automatic] = [await open(onDemand, 'asking'), await open(saved, 'automatic')];
    automatic.recall = () => user.password;
    await saved.approve();
    await automatic.lease({ id: 'user:t', tunnel });
    await automatic.untilStatus('up');
    await asking.lease({ id: 'user:t', tunnel, onDemand: true });
    await asking.untilStatus('idle');
    let isHeld = true;
    const held = exchange(asking.port(0)).finally(() => (isHeld = false));
    saved.sshd.dropSessions();
    for (const window of [asking, automatic]) {
      await window.until(() => {
        const state = window.state();
        return state.status === 'connecting' && state.waitsFor === 'device';
      }, 'the login waits');
    }

    const { received, ended } = await exchange(automatic.port(0));
    assert.deepEqual([received.length, ended], [0, true]);
    assert.equal(isHeld, true);
    await onDemand.approve();
    assert.equal((await held).received.toString(), 'welcome');
    await saved.approve();
    await automatic.untilStatus('up');
    assert.deepEqual([await onDemand.pushes(), await saved.pushes()], [1, 2]);
    for (const window of [asking, automatic]) {
      await window.lease();
      window.disconnect();
    }
  });
});
