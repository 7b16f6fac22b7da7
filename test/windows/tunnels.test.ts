// Tunnels on Windows to a real sshd: every kind of forward, through cuts and stops.
import assert from 'node:assert/strict';
import { createConnection } from 'node:net';
import { once } from 'node:events';
import { after, before, describe, it } from 'mocha';
import { exchange, target } from '../support/targetAndClient';
import type { TargetServer } from '../support/targetAndClient';
import { TestWindow, testDaemon } from '../support/testWindow';
import type { TestDaemon } from '../support/testWindow';
import { freePort } from '../support/freePort';
import { startLinuxSshd } from '../support/windows/linux';
import type { LinuxSshd } from '../support/windows/linux';

describe('a tunnel on Windows', () => {
  let sshd: LinuxSshd;
  let daemon: TestDaemon;
  let window: TestWindow;
  let echo: TargetServer;

  before(async () => {
    sshd = await startLinuxSshd();
    daemon = await testDaemon();
    echo = await target((socket) => socket.pipe(socket));
    window = await TestWindow.open(daemon, sshd);
  });
  after(async () => {
    await window.lease();
    window.disconnect();
    await echo[Symbol.asyncDispose]();
    await daemon[Symbol.asyncDispose]();
    await sshd[Symbol.asyncDispose]();
  });

  it('carries local, remote and dynamic forwards on one connection', async () => {
    const remotePort = await freePort();
    await window.bringUp({
      host: 'test-sshd',
      localForward: [`0:127.0.0.1:${echo.port}`, `0:localhost:${echo.port}`],
      remoteForward: `${remotePort}:127.0.0.1:${echo.port}`,
      dynamicForward: 0,
    });
    const text = 'x'.repeat(1_000_000);
    for (const port of [window.port(0), window.port(1), remotePort]) {
      assert.equal((await exchange(port, text)).received.toString(), text);
    }
    assert.equal(await throughSocks(window.port(3), echo.port, 'a name'), 'a name');
    assert.equal((await sshd.log()).match(/Accepted publickey/g)?.length, 1);
  });

  it('comes back on the same port after the server has cut its connection', async () => {
    await window.bringUp({ host: 'test-sshd', localForward: `0:127.0.0.1:${echo.port}` });
    const port = window.port();
    await sshd.dropSessions();
    await window.until(() => window.state().status !== 'up', 'not up');
    await window.untilStatus('up');
    assert.equal(window.port(), port);
    assert.equal((await exchange(port, 'again')).received.toString(), 'again');
  });

  it('waits for a server that is away, and connects once it is there', async () => {
    await window.bringUp({ host: 'test-sshd', localForward: `0:127.0.0.1:${echo.port}` });
    await sshd.halt();
    await window.until(() => {
      const state = window.state();
      return state.status === 'waiting' && state.error.code === 'ConnectionRefused';
    }, 'waiting, because the connection was refused');
    await sshd.restart();
    await window.untilStatus('up');
  });

  it('closes its port and its clients when it is stopped', async () => {
    await window.bringUp({ host: 'test-sshd', localForward: `0:127.0.0.1:${echo.port}` });
    const port = window.port();
    const open = createConnection(port, '127.0.0.1');
    await once(open, 'connect');
    open.on('error', () => undefined);
    const closed = once(open, 'close');
    await window.client.stop('user:t');
    await closed;
    assert.equal((await exchange(port)).error, 'ECONNREFUSED');
  });

  it('names the program that has its port', async () => {
    await window
      .bringUp({ host: 'test-sshd', localForward: `${echo.port}:127.0.0.1:1` })
      .catch(() => undefined);
    await window.until(() => window.forwards()[0]?.status === 'failed', 'the forward has failed');
    const forward = window.forwards()[0];
    assert.equal(forward?.status === 'failed' && forward.error.code, 'AddressInUse');
  });
});

/** By SOCKS5 and a name, which is resolved on Linux. */
async function throughSocks(proxy: number, port: number, text: string): Promise<string> {
  const socket = createConnection(proxy, '127.0.0.1');
  const name = Buffer.from('localhost');
  socket.write(Buffer.from([5, 1, 0]));
  await once(socket, 'data');
  socket.write(
    Buffer.concat([Buffer.from([5, 1, 0, 3, name.length]), name, Buffer.from([port >> 8, port & 255])]),
  );
  const [reply] = (await once(socket, 'data')) as [Buffer];
  assert.equal(reply[1], 0);
  socket.write(text);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return answer.toString();
}
