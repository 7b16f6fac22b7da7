// Programs that flood all forwards of a tunnel. The daemon may open few files here, so that its bound is soon reached.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { eventually } from '../../support/eventually';
import { startSshd } from '../../support/sshd';
import type { Sshd } from '../../support/sshd';
import { client, exchange, target } from '../../support/targetAndClient';
import type { Client } from '../../support/targetAndClient';
import { tempDir } from '../../support/tempDir';
import type { TempDir } from '../../support/tempDir';
import { daemonScript, testDaemon, TestWindow } from '../../support/testWindow';
import type { TestDaemon } from '../../support/testWindow';

describe('a flood at all forwards of one tunnel', () => {
  let dir: TempDir;
  let daemon: TestDaemon;
  let sshd: Sshd;
  let window: TestWindow;

  before(async () => {
    [dir, daemon, sshd] = await Promise.all([tempDir('d-'), testDaemon(), startSshd()]);
    const command = `ulimit -n 300 && exec ${process.execPath} ${daemonScript}`;
    const script = await dir.write(
      'daemon.cjs',
      `require('node:child_process').spawnSync('sh', ['-c', ${JSON.stringify(command)}]);`,
    );
    window = await TestWindow.open(daemon, sshd, { script });
  });
  after(async () => {
    await window.lease();
    window.disconnect();
    await daemon[Symbol.asyncDispose]();
    await sshd.stop();
    await dir.remove();
  });

  it('leaves another tunnel served, and the daemon reachable', async () => {
    await using echo = await target((socket) => socket.pipe(socket), '0.0.0.0');
    const localForward = Array.from({ length: 20 }, (_, n) => `0:127.0.0.${n + 2}:${echo.port}`);
    await window.lease(
      { id: 'user:flooded', tunnel: { host: 'test-sshd', localForward } },
      { id: 'user:other', tunnel: { host: 'test-sshd', localForward: `0:127.0.0.1:${echo.port}` } },
    );
    await window.untilStatus('up', 'user:flooded');
    await window.untilStatus('up', 'user:other');
    const ports = localForward.map((_, n) => window.port(n, 'user:flooded'));
    const clients: Client[] = [];
    for (const port of ports) {
      const some = Array.from({ length: 80 }, () => client(port));
      some.forEach(({ socket }) => socket.write('x'));
      await eventually('each is served or disconnected', () =>
        some.every(({ socket }) => socket.bytesRead > 0 || socket.destroyed),
      );
      clients.push(...some);
    }
    const served = clients.filter(({ socket }) => !socket.destroyed).length;
    assert.ok(served > 50 && served <= 150, `${served} are served`);

    const { received } = await exchange(window.port(0, 'user:other'), 'hello');
    assert.equal(received.toString(), 'hello');
    const second = await TestWindow.open(daemon, sshd, 'second');
    assert.equal(second.client.daemonPid, window.client.daemonPid);
    second.disconnect();
    clients.forEach(({ socket }) => socket.destroy());
  });
});
