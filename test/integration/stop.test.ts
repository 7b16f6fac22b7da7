// Stopping works in every state of a tunnel: afterwards nothing listens here or on the server, and there is no
// connection and no prompt.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { eventually } from '../support/eventually';
import { TunnelFailure } from '../../src/tunnels/errors/errors';
import { fakeSshServer } from '../support/fakeSshServer';
import { freePort } from '../support/freePort';
import { client, target, exchange } from '../support/targetAndClient';
import { useTunnelFixture } from '../support/tunnelFixture';
import { tempDir } from '../support/tempDir';

describe('stopping a tunnel', () => {
  const fixture = useTunnelFixture();
  let port: number;
  beforeEach(async () => {
    port = await freePort();
    fixture.window.questions.length = 0;
  });
  afterEach(() => fixture.window.lease());

  /** Nothing it may wait for ends within the test's time. */
  const forwards = (): object => ({
    localForward: `${port}:127.0.0.1:${fixture.echo.port}`,
    connectTimeout: 3600,
    serverAliveInterval: 3600,
  });
  async function begin(tunnel: object): Promise<void> {
    await fixture.window.lease({ id: 'user:t', tunnel: { ...forwards(), ...tunnel } });
  }
  async function stops(): Promise<void> {
    await fixture.window.client.stop('user:t');
    assert.equal(fixture.window.state().status, 'stopped');
    assert.equal((await exchange(port)).error, 'ECONNREFUSED');
    await eventually('no session is left', () => fixture.sshd.sessionPids().length === 0);
    // Nothing comes back.
    await sleep(100);
    assert.equal(fixture.window.state().status, 'stopped');
  }

  it('ends a handshake with a silent server', async () => {
    await using silent = await target((socket) => socket.resume().on('end', () => socket.end()));
    await begin({ host: `127.0.0.1:${silent.port}` });
    await fixture.window.until(() => silent.open.size === 1, 'connected');
    await stops();
    await eventually('no connection is left', () => silent.open.size === 0);
  });

  it('ends a handshake with a server behind a jump host', async () => {
    await using silent = await target((socket) => socket.resume().on('end', () => socket.end()));
    await begin({ host: `127.0.0.1:${silent.port}`, proxyJump: 'test-sshd' });
    await fixture.window.until(() => silent.open.size === 1, 'connected');
    await stops();
  });

  it('withdraws the prompt, and ignores a later answer', async () => {
    let answer: (text: string) => void = () => undefined;
    fixture.window.answer = () => new Promise((resolve) => (answer = resolve));
    await fixture.window.lease({
      id: 'user:t',
      want: false,
      tunnel: { ...forwards(), host: `127.0.0.1:${fixture.sshd.port}` },
    });
    const start = fixture.window.client.start('user:t');
    const failed = assert.rejects(start, { code: 'AuthenticationCancelled' });
    await fixture.window.until(() => fixture.window.questions.length === 1, 'asked');
    await stops();
    await failed;
    answer('yes');
    await sleep(200);
    assert.equal(fixture.window.state().status, 'stopped');
    assert.deepEqual(fixture.sshd.sessionPids(), []);
  });

  it('ends the wait for the next attempt', async () => {
    await begin({ host: `127.0.0.1:${await freePort()}` });
    await fixture.window.untilStatus('waiting');
    await stops();
    const attempts = fixture.window.log.filter((line) => line.includes('ConnectionRefused')).length;
    await sleep(1500);
    assert.equal(fixture.window.log.filter((line) => line.includes('ConnectionRefused')).length, attempts);
  });

  it('ends a tunnel that waits for a prompt', async () => {
    await begin({ host: `127.0.0.1:${fixture.sshd.port}` });
    await fixture.window.untilStatus('blocked');
    await stops();
  });

  it('ends a tunnel with every kind of forward and clients on all of them', async () => {
    const remote = await freePort();
    await begin({
      host: 'test-sshd',
      remoteForward: `${remote}:127.0.0.1:${fixture.echo.port}`,
      dynamicForward: 0,
    });
    await fixture.window.untilStatus('up');
    const clients = [port, remote, port, remote].map((each) => client(each));
    clients.forEach(({ socket }) => socket.on('end', () => socket.end()).write('x'.repeat(100_000)));
    await Promise.all(clients.map(({ socket }) => once(socket, 'data')));
    await stops();
    await Promise.all(clients.map(({ done }) => done));
    assert.equal((await exchange(remote)).error, 'ECONNREFUSED');
  });

  it('works while the network is frozen', async () => {
    await begin({ host: 'test-sshd', remoteForward: `0:127.0.0.1:${fixture.echo.port}` });
    await fixture.window.untilStatus('up');
    const pids = fixture.sshd.sessionPids();
    pids.forEach((pid) => process.kill(pid, 'SIGSTOP'));
    await fixture.window.client.stop('user:t');
    assert.equal((await exchange(port)).error, 'ECONNREFUSED');
    pids.forEach((pid) => process.kill(pid, 'SIGCONT'));
    await stops();
  });

  it('works again right after a start, even while an earlier stop is slow', async () => {
    await begin({ host: 'test-sshd', remoteForward: `0:127.0.0.1:${fixture.echo.port}` });
    await fixture.window.untilStatus('up');
    const pids = fixture.sshd.sessionPids();
    pids.forEach((pid) => process.kill(pid, 'SIGSTOP'));
    const outcomes = [fixture.window.client.stop('user:t'), fixture.window.client.start('user:t')].map(
      (each) => each.catch((error: unknown) => error),
    );
    await sleep(200);
    await fixture.window.client.stop('user:t');
    assert.equal(fixture.window.state().status, 'stopped');
    const [, started] = await Promise.all(outcomes);
    assert.ok(
      started instanceof TunnelFailure && started.code === 'AuthenticationCancelled',
      String(started),
    );
    pids.forEach((pid) => process.kill(pid, 'SIGCONT'));
    await stops();
  });

  it("doesn't wait for a server that hasn't confirmed a remote forward", async () => {
    await using dir = await tempDir('mute-');
    await using mute = await fakeSshServer(dir, (context) => context.accept(), { isMute: true });
    await fixture.window.lease({
      id: 'user:t',
      tunnel: { ...forwards(), host: 'test-sshd', remoteForward: `0:127.0.0.1:${fixture.echo.port}` },
      settings: { sshConfigFile: mute.configFile },
    });
    await fixture.window.until(() => {
      const state = fixture.window.state();
      return state.status === 'connecting' && state.phase === 'forwards';
    }, 'opening its forwards');
    // What listens here is usable meanwhile.
    assert.equal((await exchange(port, 'hello')).received.toString(), 'hello');
    assert.equal(fixture.window.state().status, 'connecting');
    await stops();
  });

  it('wins after a start, a stop and a start in quick succession', async () => {
    await fixture.window.lease({ id: 'user:t', want: false, tunnel: { ...forwards(), host: 'test-sshd' } });
    const outcomes = [
      fixture.window.client.start('user:t'),
      fixture.window.client.stop('user:t'),
      fixture.window.client.start('user:t'),
      fixture.window.client.stop('user:t'),
    ].map((each) => each.catch(() => undefined));
    await Promise.all(outcomes);
    assert.equal(fixture.window.state().status, 'stopped');
    await stops();
    await fixture.window.client.start('user:t');
    assert.equal((await exchange(port, 'hello')).received.toString(), 'hello');
  });
});
