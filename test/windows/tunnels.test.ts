// Tunnels on Windows to a real sshd: every kind of forward, through cuts and stops.
import assert from 'node:assert/strict';
import { createConnection } from 'node:net';
import { once } from 'node:events';
import { describe, it } from 'mocha';
import { client, exchange } from '../support/targetAndClient';
import { freePort } from '../support/freePort';
import { useWindowsFixture } from '../support/windows/windowsFixture';

describe('a tunnel on Windows', () => {
  const parts = useWindowsFixture();

  it('carries local, remote and dynamic forwards on one connection', async () => {
    const remotePort = await freePort();
    await parts.window.bringUp({
      host: 'test-sshd',
      localForward: [`0:127.0.0.1:${parts.echo.port}`, `0:localhost:${parts.echo.port}`],
      remoteForward: `${remotePort}:127.0.0.1:${parts.echo.port}`,
      dynamicForward: 0,
    });
    const text = 'x'.repeat(1_000_000);
    for (const port of [parts.window.port(0), parts.window.port(1), remotePort]) {
      assert.equal((await exchange(port, text)).received.toString(), text);
    }
    assert.equal(await throughSocks(parts.window.port(3), parts.echo.port, 'a name'), 'a name');
    assert.equal((await parts.sshd.log()).match(/Accepted publickey/g)?.length, 1);
  });

  it('comes back on the same port after the server has cut its connection', async () => {
    await parts.window.bringUp({ host: 'test-sshd', localForward: `0:127.0.0.1:${parts.echo.port}` });
    const port = parts.window.port();
    await parts.sshd.dropSessions();
    await parts.window.until(() => parts.window.state().status !== 'up', 'not up');
    await parts.window.untilStatus('up');
    assert.equal(parts.window.port(), port);
    assert.equal((await exchange(port, 'again')).received.toString(), 'again');
  });

  it('waits for a server that is away, and connects once it is there', async () => {
    await parts.window.bringUp({ host: 'test-sshd', localForward: `0:127.0.0.1:${parts.echo.port}` });
    await parts.sshd.halt();
    await parts.window.until(() => {
      const state = parts.window.state();
      return state.status === 'waiting' && state.error.code === 'ConnectionRefused';
    }, 'waiting, because the connection was refused');
    await parts.sshd.restart();
    await parts.window.untilStatus('up');
  });

  it('closes its port and its clients when it is stopped', async () => {
    await parts.window.bringUp({ host: 'test-sshd', localForward: `0:127.0.0.1:${parts.echo.port}` });
    const port = parts.window.port();
    const open = client(port);
    await once(open.socket, 'connect');
    await parts.window.client.stop('user:t');
    await open.done;
    assert.equal((await exchange(port)).error, 'ECONNREFUSED');
  });

  it('names the program that has its port', async () => {
    await parts.window
      .bringUp({ host: 'test-sshd', localForward: `${parts.echo.port}:127.0.0.1:1` })
      .catch(() => undefined);
    await parts.window.until(() => parts.window.forwards()[0]?.status === 'failed', 'the forward has failed');
    const forward = parts.window.forwards()[0];
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
