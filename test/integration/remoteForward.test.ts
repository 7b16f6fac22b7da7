// Remote forwards: the server listens for this machine, in every form of ssh -R.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { after, before, describe, it } from 'mocha';
import type { TunnelError } from '../../src/tunnels/errors/errors';
import type { BoundAddress } from '../../src/tunnels/util/address';
import { formatAddress } from '../../src/tunnels/util/address';
import { freePort } from '../support/freePort';
import { TestWindow, testDaemon } from '../support/testWindow';
import type { TestDaemon } from '../support/testWindow';
import { target, exchange } from '../support/targetAndClient';
import type { TargetServer } from '../support/targetAndClient';
import { startSshd } from '../support/sshd';
import type { Sshd } from '../support/sshd';
import { detailOf, messageOf } from '../support/errorWords';

describe('a remote forward', () => {
  let daemon: TestDaemon;
  let sshd: Sshd;
  let open: Sshd;
  let chosen: Sshd;
  let window: TestWindow;
  let echo: TargetServer;

  before(async () => {
    [daemon, sshd, open, chosen] = await Promise.all([
      testDaemon(),
      startSshd({ config: ['Subsystem sftp internal-sftp'] }),
      startSshd({ config: ['GatewayPorts yes'] }),
      startSshd({ config: ['GatewayPorts clientspecified'] }),
    ]);
    window = await TestWindow.open(daemon, sshd);
    echo = await target((socket) => socket.pipe(socket));
  });
  after(async () => {
    window.disconnect();
    await echo[Symbol.asyncDispose]();
    await daemon[Symbol.asyncDispose]();
    await Promise.all([sshd.stop(), open.stop(), chosen.stop()]);
  });

  async function bringUp(server: Sshd, remoteForward: unknown): Promise<void> {
    const id = 'user:t';
    const settings = { sshConfigFile: server.configFile };
    await window.lease({ id, tunnel: { host: 'test-sshd', remoteForward }, want: false, settings });
    await window.client.start(id);
  }
  function bound(index = 0): BoundAddress {
    const forward = window.forwards()[index];
    assert.ok(forward?.status === 'listening' && forward.bound[0], JSON.stringify(forward));
    return forward.bound[0];
  }
  async function answers(port: number, host: string): Promise<boolean> {
    return (await exchange(port, 'hello', host)).received.toString() === 'hello';
  }

  describe('listens where GatewayPorts allows, and reports it:', () => {
    const rows: readonly [
      gatewayPorts: 'no' | 'yes' | 'clientspecified',
      bind: string,
      host: string,
      at: readonly string[],
      notAt: readonly string[],
    ][] = [
      ['no', '', 'localhost', ['127.0.0.1', '::1'], ['127.0.0.2']],
      ['no', 'localhost:', 'localhost', ['127.0.0.1', '::1'], ['127.0.0.2']],
      ['no', '127.0.0.1:', '127.0.0.1', ['127.0.0.1'], ['127.0.0.2', '::1']],
      ['no', '[::1]:', '::1', ['::1'], ['127.0.0.1']],
      ['no', '*:', 'localhost', ['127.0.0.1', '::1'], ['127.0.0.2']],
      ['no', ':', 'localhost', ['127.0.0.1', '::1'], ['127.0.0.2']],
      ['no', '0.0.0.0:', 'localhost', ['127.0.0.1', '::1'], ['127.0.0.2']],
      ['no', '127.0.0.2:', 'localhost', ['127.0.0.1', '::1'], ['127.0.0.2']],
      ['yes', '', '*', ['127.0.0.1', '::1', '127.0.0.2'], []],
      ['yes', '127.0.0.1:', '*', ['127.0.0.1', '127.0.0.2'], []],
      ['yes', '*:', '*', ['127.0.0.1', '::1', '127.0.0.2'], []],
      ['clientspecified', '', 'localhost', ['127.0.0.1', '::1'], ['127.0.0.2']],
      ['clientspecified', '*:', '*', ['127.0.0.1', '::1', '127.0.0.2'], []],
      ['clientspecified', '0.0.0.0:', '0.0.0.0', ['127.0.0.1', '127.0.0.2'], ['::1']],
      ['clientspecified', '[::]:', '::', ['::1'], ['127.0.0.1']],
      ['clientspecified', '127.0.0.2:', '127.0.0.2', ['127.0.0.2'], ['127.0.0.1']],
    ];
    for (const [gatewayPorts, bind, host, at, notAt] of rows) {
      it(`at ${host} for "${bind}" with GatewayPorts ${gatewayPorts}`, async () => {
        const server = { no: sshd, yes: open, clientspecified: chosen }[gatewayPorts];
        await bringUp(server, `${bind}0:127.0.0.1:${echo.port}`);
        const address = bound();
        assert.ok('port' in address);
        assert.equal(address.host, host);
        const answering = (hosts: readonly string[]): Promise<boolean[]> =>
          Promise.all(hosts.map((there) => answers(address.port, there)));
        assert.ok((await answering(at)).every(Boolean), `it does not answer at all of ${at.join()}`);
        assert.ok(!(await answering(notAt)).some(Boolean), `it answers at one of ${notAt.join()}`);
      });
    }
  });

  it('connects to addresses of its AddressFamily only, as ssh does', async () => {
    await using six = await target((socket) => socket.end('six'), '::1');
    await using only4 = await startSshd({ clientConfig: ['AddressFamily inet'] });
    await bringUp(only4, [`0:[::1]:${six.port}`, `0:127.0.0.1:${echo.port}`]);
    assert.ok(await answers(window.port(1), '127.0.0.1'));
    assert.equal((await exchange(window.port(0))).received.toString(), '');
    const lastError = (): TunnelError | undefined => {
      const [forward] = window.forwards();
      return forward?.status === 'listening' ? forward.lastError : undefined;
    };
    await window.until(() => lastError() !== undefined, 'told');
    assert.equal(lastError()?.code, 'TargetNotFound');
    assert.match(detailOf(lastError()), /AddressFamily is inet/);
    await window.lease();
  });

  it('distinguishes the same port at different addresses', async () => {
    const port = await freePort();
    await using other = await target((socket) => socket.end('other'));
    await bringUp(chosen, [
      `127.0.0.1:${port}:127.0.0.1:${echo.port}`,
      `127.0.0.2:${port}:127.0.0.1:${other.port}`,
      `[::1]:${port}:127.0.0.1:${other.port}`,
    ]);
    assert.equal((await exchange(port, 'echo', '127.0.0.1')).received.toString(), 'echo');
    assert.equal((await exchange(port, 'echo', '127.0.0.2')).received.toString(), 'other');
    assert.equal((await exchange(port, 'echo', '::1')).received.toString(), 'other');
  });

  it('keeps the port that the server chose after a reconnect', async () => {
    await bringUp(sshd, `0:127.0.0.1:${echo.port}`);
    const port = window.port();
    sshd.dropSessions();
    await window.until(() => window.state().status !== 'up', 'down');
    assert.equal(window.forwards()[0]?.status, 'closed');
    await window.untilStatus('up');
    assert.equal(window.port(), port);
    assert.ok(await answers(port, '127.0.0.1'));
  });

  it('gets another port when another program takes the chosen one', async () => {
    await bringUp(sshd, `0:127.0.0.1:${echo.port}`);
    const port = window.port();
    await sshd.halt();
    await window.until(() => window.state().status === 'waiting', 'down');
    const portGrabber = await takePort(port);
    await sshd.restart();
    await window.untilStatus('up');
    await window.until(() => window.forwards()[0]?.status === 'listening', 'another port');
    assert.notEqual(window.port(), port);
    portGrabber.close();
  });

  it('waits for a port in use, and reports it', async () => {
    await using portGrabber = await target((socket) => socket.end());
    await bringUp(sshd, `${portGrabber.port}:127.0.0.1:${echo.port}`);
    const [forward] = window.forwards();
    assert.ok(forward?.status === 'failed');
    assert.equal(forward.error.code, 'RemoteListenRefused');
    assert.match(
      messageOf(forward.error),
      new RegExp(`could not listen on port ${portGrabber.port}: another`),
    );
    await portGrabber[Symbol.asyncDispose]();
    await window.until(() => window.forwards()[0]?.status === 'listening', 'listening');
    assert.ok(await answers(window.port(), '127.0.0.1'));
  });

  it('releases the port when the tunnel stops or its setting is removed', async () => {
    await bringUp(sshd, [`0:127.0.0.1:${echo.port}`, 0]);
    const ports = [window.port(0), window.port(1)];
    await window.client.stop('user:t');
    for (const port of ports) {
      assert.equal((await exchange(port)).error, 'ECONNREFUSED');
    }
    await window.client.start('user:t');
    const again = window.port(0);
    await window.lease();
    assert.equal((await exchange(again)).error, 'ECONNREFUSED');
  });

  it('releases its port while another tunnel keeps using the connection', async () => {
    const tunnel = (listen: number): object => ({
      host: 'test-sshd',
      remoteForward: { listen, target: `127.0.0.1:${echo.port}` },
    });
    const [one, other] = [await freePort(), await freePort()];
    await window.lease({ id: 'user:one', tunnel: tunnel(one) }, { id: 'user:other', tunnel: tunnel(other) });
    await Promise.all([window.untilStatus('up', 'user:one'), window.untilStatus('up', 'user:other')]);
    await window.client.stop('user:one');
    assert.equal((await exchange(one)).error, 'ECONNREFUSED');
    assert.ok(await answers(other, '127.0.0.1'));
    await window.lease();
  });

  it('connects Unix sockets of both machines', async () => {
    const there = `${sshd.dir}/there.sock`;
    await using docker = await target((socket) => socket.pipe(socket), { path: `${sshd.dir}/here.sock` });
    await bringUp(sshd, { listen: there, target: formatAddress(docker.address) });
    assert.deepEqual(bound(), { path: there });
    const socket = connect(there);
    socket.end('through');
    assert.equal(Buffer.concat((await socket.toArray()) as Buffer[]).toString(), 'through');
  });

  it('listens on a socket again after a stop and after a lost connection', async () => {
    const there = `${sshd.dir}/again.sock`;
    await bringUp(sshd, { listen: there, target: `127.0.0.1:${echo.port}` });
    const answersThere = async (): Promise<boolean> => {
      const socket = connect(there).end('hi');
      return Buffer.concat((await socket.toArray()) as Buffer[]).toString() === 'hi';
    };
    await window.client.stop('user:t');
    assert.equal(existsSync(there), false, 'it is left behind');
    await window.client.start('user:t');
    assert.ok(await answersThere());
    sshd.dropSessions();
    await window.until(() => window.state().status !== 'up', 'down');
    await window.untilStatus('up');
    await window.until(() => window.forwards()[0]?.status === 'listening', 'listening');
    assert.ok(await answersThere());
  });

  it('reports a remote socket in use', async () => {
    const path = `${sshd.dir}/taken`;
    await writeFile(path, '');
    await bringUp(sshd, { listen: path, target: `127.0.0.1:${echo.port}` });
    const [forward] = window.forwards();
    assert.ok(forward?.status === 'failed');
    assert.match(messageOf(forward.error), /could not create the socket .*taken: it already exists/);
    await window.lease();
  });

  async function takePort(port: number): Promise<{ close(): void }> {
    const server = createServer((socket) => socket.end());
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return server;
  }
});
