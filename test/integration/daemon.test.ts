// The daemon as a process: found or started, shared, left, killed; and what its leases keep open.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, afterEach, before, describe, it } from 'mocha';
import { TunnelFailure } from '../../src/tunnels/errors/errors';
import { endpointFilePath } from '../../src/tunnels/daemon/endpoint/endpointFile';
import { endpointFolder } from '../../src/tunnels/daemon/endpoint/endpointFolder';
import { freePort } from '../support/freePort';
import { TestWindow, testDaemon } from '../support/testWindow';
import type { TestDaemon } from '../support/testWindow';
import { client, target, exchange } from '../support/targetAndClient';
import type { TargetServer } from '../support/targetAndClient';
import { startSshd } from '../support/sshd';
import { isolateFromHome } from '../support/sshdSetup';
import type { Sshd } from '../support/sshd';
import { messageOf } from '../support/errorWords';
import { protocolMajor } from '../../src/tunnels/daemon/protocol/protocol';

describe('the daemon', () => {
  let sshd: Sshd;
  let echo: TargetServer;
  const windows: TestWindow[] = [];
  const daemons: TestDaemon[] = [];

  before(async () => {
    sshd = await startSshd();
    await isolateFromHome(sshd);
    echo = await target((socket) => socket.pipe(socket));
  });
  afterEach(async () => {
    for (const window of windows.splice(0)) {
      window.disconnect();
    }
    for (const daemon of daemons.splice(0)) {
      await daemon[Symbol.asyncDispose]();
    }
  });
  after(async () => {
    await echo[Symbol.asyncDispose]();
    await sshd.stop();
  });

  async function newDaemon(): Promise<TestDaemon> {
    const daemon = await testDaemon();
    daemons.push(daemon);
    return daemon;
  }

  async function open(daemon: TestDaemon, windowId?: string): Promise<TestWindow> {
    const window = await TestWindow.open(daemon, sshd, windowId);
    windows.push(window);
    return window;
  }

  function tunnel(port = 0): { host: string; localForward: string } {
    return { host: 'test-sshd', localForward: `${port}:127.0.0.1:${echo.port}` };
  }

  /** An open connection, and whether it still works. */
  async function openEchoConnection(port: number): Promise<{ works(): Promise<boolean>; end(): void }> {
    const { socket, done } = client(port);
    let closed = false;
    void done.then(() => (closed = true));
    const works = async (): Promise<boolean> => {
      socket.write('ping');
      await Promise.race([once(socket, 'data'), done]);
      return !closed;
    };
    assert.equal(await works(), true);
    return { works, end: () => socket.destroy() };
  }

  it('starts only once when two windows start it at the same moment', async () => {
    for (let round = 0; round < 3; round++) {
      const daemon = await newDaemon();
      const pair = await Promise.all([open(daemon, 'a'), open(daemon, 'b')]);
      assert.equal(pair[0].client.daemonPid, pair[1].client.daemonPid);
    }
  });

  it('keeps its endpoint and its secret private to this user', async () => {
    const daemon = await newDaemon();
    await open(daemon);
    const folder = endpointFolder(daemon.env);
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    assert.equal(statSync(endpointFilePath(folder)).mode & 0o777, 0o600);
  });

  it("disconnects a process that doesn't know the secret, and sends it nothing but a nonce and a proof", async () => {
    const daemon = await newDaemon();
    await open(daemon);
    const file = endpointFilePath(endpointFolder(daemon.env));
    const { endpoint, secret } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
    const socket = connect(endpoint ?? '');
    const received: Buffer[] = [];
    socket.on('data', (data) => received.push(data)).on('error', () => undefined);
    socket.write(Buffer.alloc(32));
    socket.write(Buffer.alloc(32, 1));
    socket.write('Content-Length: 2\r\n\r\n{}');
    await once(socket, 'close');
    assert.equal(Buffer.concat(received).length, 64);
    assert.ok(!Buffer.concat(received).includes(Buffer.from(secret ?? '', 'hex')));
  });

  it('is replaced after a SIGKILL, and its leftover files are removed', async () => {
    const daemon = await newDaemon();
    const first = await open(daemon);
    await first.bringUp(tunnel());
    const port = first.port();
    process.kill(first.client.daemonPid, 'SIGKILL');
    await first.until(() => first.closed, 'its connection to the daemon closed');
    const second = await open(daemon);
    assert.notEqual(second.client.daemonPid, first.client.daemonPid);
    await second.bringUp(tunnel(port));
    assert.equal((await exchange(port, 'again')).received.toString(), 'again');
    const sockets = readdirSync(endpointFolder(daemon.env)).filter((name) => name.endsWith('.sock'));
    assert.equal(sockets.length, 1);
  });

  it('shares one tunnel between two windows with the same definition, even if the labels differ', async () => {
    const daemon = await newDaemon();
    const a = await open(daemon, 'a');
    const b = await open(daemon, 'b');
    const sessions = sshd.sessionPids().length;
    await a.bringUp({
      host: 'test-sshd',
      localForward: { listen: 0, target: `127.0.0.1:${echo.port}` },
    });
    const one = sshd.sessionPids().length - sessions;
    await b.lease({
      id: 'workspace:other',
      tunnel: {
        host: 'test-sshd',
        localForward: { listen: 0, target: `127.0.0.1:${echo.port}`, label: 'Echo', protocol: 'http' },
      },
    });
    await b.untilStatus('up', 'workspace:other');
    assert.equal(b.port(0, 'workspace:other'), a.port());
    assert.equal(sshd.sessionPids().length - sessions, one);
  });

  it('stops a tunnel for every window, and notifies them', async () => {
    const daemon = await newDaemon();
    const a = await open(daemon, 'a');
    const b = await open(daemon, 'b');
    await a.bringUp(tunnel());
    await b.bringUp(tunnel());
    const port = a.port();
    await a.client.stop('user:t');
    assert.equal(a.state().status, 'stopped');
    await b.untilStatus('stopped');
    assert.deepEqual(b.stopped, ['user:t']);
    assert.equal((await exchange(port)).error, 'ECONNREFUSED');
  });

  it('keeps the connections of unchanged tunnels when a lease changes', async () => {
    const daemon = await newDaemon();
    const window = await open(daemon);
    await window.lease(
      { id: 'user:a', tunnel: tunnel() },
      { id: 'user:b', tunnel: { ...tunnel(), compression: false } },
    );
    await window.untilStatus('up', 'user:a');
    await window.untilStatus('up', 'user:b');
    const echoConnection = await openEchoConnection(window.port(0, 'user:a'));
    const dropped = await openEchoConnection(window.port(0, 'user:b'));
    const port = window.port(0, 'user:b');
    const relabelled = { listen: 0, target: `127.0.0.1:${echo.port}`, label: 'Renamed' };
    await window.lease({ id: 'user:a', tunnel: { host: 'test-sshd', localForward: relabelled } });
    assert.equal(await echoConnection.works(), true);
    assert.equal(await dropped.works(), false);
    assert.equal((await exchange(port)).error, 'ECONNREFUSED');
    echoConnection.end();
  });

  it('gives a changed tunnel the port that it had before', async () => {
    const daemon = await newDaemon();
    const window = await open(daemon);
    await window.bringUp(tunnel());
    const port = window.port();
    await window.lease({ id: 'user:t', tunnel: { ...tunnel(port), serverAliveInterval: 7 } });
    await window.lease({ id: 'user:t', tunnel: { ...tunnel(port), serverAliveInterval: 8 } });
    await window.untilStatus('up');
    assert.equal(window.forwards()[0]?.status, 'listening');
    assert.equal(window.port(), port);
  });

  it('gives the next window a port that only a closed window still holds', async () => {
    const daemon = await newDaemon();
    const port = await freePort();
    const old = await open(daemon, 'old');
    await old.bringUp(tunnel(port));
    old.disconnect();
    await using greeter = await target((socket) => socket.end('the new one'));
    const next = await open(daemon, 'next');
    await next.bringUp({ host: 'test-sshd', localForward: `${port}:127.0.0.1:${greeter.port}` });
    assert.equal((await exchange(port)).received.toString(), 'the new one');
  });

  it('reports that another tunnel holds a port', async () => {
    const daemon = await newDaemon();
    const window = await open(daemon);
    await using greeter = await target((socket) => socket.end('another'));
    const port = await freePort();
    await window.lease({ id: 'user:a', tunnel: tunnel(port) });
    await window.untilStatus('up', 'user:a');
    await window.lease(
      { id: 'user:a', tunnel: tunnel(port) },
      { id: 'user:b', tunnel: { host: 'test-sshd', localForward: `${port}:127.0.0.1:${greeter.port}` } },
    );
    await window.untilStatus('up', 'user:b');
    const [forward] = window.forwards('user:b');
    assert.ok(forward?.status === 'failed' && forward.error.code === 'AddressInUse');
    assert.match(messageOf(forward.error), /is used by the tunnel "user:a"/);
  });

  it('leaves no request pending when it dies', async () => {
    const daemon = await newDaemon();
    const window = await open(daemon);
    await using silent = await target((socket) => socket.resume());
    await window.lease({
      id: 'user:t',
      tunnel: { ...tunnel(), host: `127.0.0.1:${silent.port}` },
      want: false,
    });
    const started = window.client.start('user:t');
    await window.untilStatus('connecting');
    process.kill(window.client.daemonPid, 'SIGKILL');
    await assert.rejects(started, (error) => error instanceof TunnelFailure && error.code === 'DaemonLost');
  });

  for (const [what, mode, text] of [
    ['of garbage', 0o600, 'garbage'],
    ['of a dead daemon', 0o600, undefined],
    ['of a dead daemon, readable by others', 0o644, undefined],
  ] as const) {
    it(`starts despite a leftover endpoint file ${what}`, async () => {
      const daemon = await newDaemon();
      const folder = endpointFolder(daemon.env);
      mkdirSync(folder, { mode: 0o700 });
      const dead = {
        endpoint: join(folder, 'dead.sock'),
        secret: 'ab'.repeat(32),
        major: protocolMajor,
        pid: 1,
      };
      writeFileSync(endpointFilePath(folder), text ?? JSON.stringify(dead), { mode });
      const window = await open(daemon);
      await window.bringUp(tunnel());
    });
  }

  it('keeps connections when a window reloads', async () => {
    const daemon = await newDaemon();
    const before = await open(daemon, 'before');
    await before.bringUp(tunnel());
    const conversation = await openEchoConnection(before.port());
    before.disconnect();
    await sleep(300);
    const after = await open(daemon, 'after');
    await after.lease({ id: 'user:t', tunnel: tunnel() });
    await after.untilStatus('up');
    assert.equal(await conversation.works(), true);
    conversation.end();
  });

  it('refuses to start a tunnel that differs from what was consented to', async () => {
    const daemon = await newDaemon();
    const window = await open(daemon);
    await window.lease({ id: 'workspace:t', tunnel: tunnel(), consent: 'of another day' });
    await window.untilStatus('blocked', 'workspace:t');
    const state = window.state('workspace:t');
    assert.ok(state.status === 'blocked' && state.need === 'consent' && state.error.code === 'ConsentNeeded');
    assert.deepEqual(
      window.forwards('workspace:t').map(({ status }) => status),
      ['closed'],
    );
  });

  it('shuts down on request, but not while another window uses it', async () => {
    const daemon = await newDaemon();
    const a = await open(daemon, 'a');
    const b = await open(daemon, 'b');
    await a.bringUp(tunnel());
    const port = a.port();
    assert.equal(await b.client.shutdown(), false);
    assert.equal(a.state().status, 'up');
    assert.equal(await a.client.shutdown(), true);
    await a.until(() => a.closed, 'its connection to the daemon closed');
    assert.equal((await exchange(port)).error, 'ECONNREFUSED');
    const left = readdirSync(endpointFolder(daemon.env)).filter((name) => name !== 'daemon.log');
    assert.deepEqual(left, []);
  });

  it('rejects a start with the first error, and keeps retrying', async () => {
    const daemon = await newDaemon();
    const window = await open(daemon);
    await sshd.halt();
    try {
      await window.lease({ id: 'user:t', tunnel: tunnel(), want: false });
      await assert.rejects(
        window.client.start('user:t'),
        (error) => error instanceof TunnelFailure && error.code === 'ConnectionRefused',
      );
    } finally {
      await sshd.restart();
    }
    await window.untilStatus('up');
    assert.ok(window.history().includes('waiting'), window.history().join(' → '));
  });
});
