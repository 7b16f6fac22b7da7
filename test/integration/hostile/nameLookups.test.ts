// Names whose name server never answers, requested by clients of a reverse proxy, and of SSH servers. The daemon runs
// where the system has only such a name server, so this needs root.
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { after, before, describe, it } from 'mocha';
import { needsNamespaces } from '../../support/namespaces';
import { eventually } from '../../support/eventually';
import { startSshd } from '../../support/sshd';
import type { Sshd } from '../../support/sshd';
import { client, exchange, target } from '../../support/targetAndClient';
import { tempDir } from '../../support/tempDir';
import type { TempDir } from '../../support/tempDir';
import { daemonScript, testDaemon, TestWindow } from '../../support/testWindow';
import type { TestDaemon } from '../../support/testWindow';

const nameServer = '127.0.0.77';

describe('names whose name server never answers', () => {
  needsNamespaces();
  const silent = createSocket('udp4');
  let asked = 0;
  let dir: TempDir;
  let daemon: TestDaemon;
  let sshd: Sshd;
  let window: TestWindow;

  before(async () => {
    silent.on('message', () => asked++).bind(53, nameServer);
    [, dir, daemon, sshd] = await Promise.all([
      once(silent, 'listening'),
      tempDir('d-'),
      testDaemon(),
      startSshd({ config: ['PermitOpen any'] }),
    ]);
    const resolvConf = await dir.write('resolv.conf', `nameserver ${nameServer}\noptions timeout:30\n`);
    const command = `mount --bind ${resolvConf} /etc/resolv.conf && exec ${process.execPath} ${daemonScript}`;
    const script = await dir.write(
      'daemon.cjs',
      `require('node:child_process').spawnSync('unshare', ['-m', 'sh', '-c', ${JSON.stringify(command)}]);`,
    );
    window = await TestWindow.open(daemon, sshd, { script });
  });
  after(async () => {
    await window.lease();
    window.disconnect();
    silent.close();
    await daemon[Symbol.asyncDispose]();
    await sshd.stop();
    await dir.remove();
  });

  it('delay only the forward whose clients request them, even when these have gone', async () => {
    await using echo = await target((socket) => socket.pipe(socket));
    await window.lease(
      { id: 'user:proxy', tunnel: { host: 'test-sshd', remoteForward: '0' } },
      { id: 'user:other', tunnel: { host: 'test-sshd', remoteForward: `0:localhost:${echo.port}` } },
    );
    await window.untilStatus('up', 'user:proxy');
    await window.untilStatus('up', 'user:other');
    assert.equal((await exchange(window.port(0, 'user:other'), 'before')).received.toString(), 'before');

    const clients = Array.from({ length: 100 }, () => client(window.port(0, 'user:proxy')));
    clients.forEach(({ socket }, n) =>
      socket.write(`CONNECT n${n}.example.test:80 HTTP/1.1\r\nHost: x\r\n\r\n`),
    );
    await eventually('names are looked up', () => asked > 0);
    const { received } = await exchange(window.port(0, 'user:other'), 'meanwhile');
    assert.equal(received.toString(), 'meanwhile');

    clients.forEach(({ socket }) => socket.resetAndDestroy());
    await Promise.all(clients.map(({ done }) => done));
    assert.equal((await exchange(window.port(0, 'user:other'), 'after')).received.toString(), 'after');
    assert.ok(asked <= 8, `${asked} names were looked up at once`);
  });

  it('end the attempt of an SSH server in time, and do not delay Stop', async () => {
    const tunnel = { host: 'me@dead.example.test', localForward: '0:127.0.0.1:1', connectTimeout: 1 };
    await window.lease({ id: 'user:dead', tunnel });
    await window.untilStatus('waiting', 'user:dead', 20_000);
    const state = window.state('user:dead');
    assert.match(JSON.stringify(state), /"code":"HostNotFound".*no answer of a name server in 3 s/);
    await window.untilStatus('connecting', 'user:dead');
    await window.client.stop('user:dead');
    assert.equal(window.state('user:dead').status, 'stopped');
  });
});
