// Stop means stop, in whatever state a tunnel is: nothing listening here or on the server, no connection, no question.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, after, before, beforeEach, describe, it } from 'mocha';
import { freePort } from '../support/freePort';
import { HostWindow, hostPlace } from '../support/hostWindow';
import type { HostPlace } from '../support/hostWindow';
import { client, target, visit } from '../support/peers';
import type { TargetServer } from '../support/peers';
import { startSshd } from '../support/sshd';
import type { Sshd } from '../support/sshd';

describe('stop', () => {
  let place: HostPlace;
  let sshd: Sshd;
  let window: HostWindow;
  let echo: TargetServer;
  let port: number;
  before(async () => {
    [place, sshd] = await Promise.all([hostPlace(), startSshd()]);
    echo = await target((socket) => socket.pipe(socket));
  });
  beforeEach(async () => {
    window = await HostWindow.open(place, sshd, `window ${Math.random()}`);
    port = await freePort();
  });
  afterEach(async () => {
    await window.lease();
    window.vanish();
  });
  after(async () => {
    await echo[Symbol.asyncDispose]();
    await place[Symbol.asyncDispose]();
    await sshd.stop();
  });

  const forwards = (): object => ({ localForward: `${port}:127.0.0.1:${echo.port}` });
  async function begin(tunnel: object): Promise<void> {
    await window.lease({ id: 'user:t', tunnel: { ...forwards(), ...tunnel } });
  }
  /** Within two seconds, as is promised; more is allowed to a machine that is busy with other tests. */
  async function stops(): Promise<void> {
    const start = performance.now();
    await window.client.stop('user:t');
    assert.ok(performance.now() - start < 5000, `${performance.now() - start} ms`);
    assert.equal(window.state().status, 'stopped');
    assert.equal((await visit(port)).error, 'ECONNREFUSED');
    for (let i = 0; i < 100 && sshd.sessionPids().length > 0; i++) {
      await sleep(20);
    }
    assert.deepEqual(sshd.sessionPids(), []);
    // Nothing comes back by itself.
    await sleep(100);
    assert.equal(window.state().status, 'stopped');
  }

  it('ends a handshake with a server that says nothing', async () => {
    await using silent = await target((socket) => socket.resume().on('end', () => socket.end()));
    await begin({ host: `127.0.0.1:${silent.port}` });
    await window.until(() => silent.open.size === 1, 'connected');
    await stops();
    for (let i = 0; i < 100 && silent.open.size > 0; i++) {
      await sleep(20);
    }
    assert.equal(silent.open.size, 0);
  });

  it('ends a handshake with a server behind a jump host', async () => {
    await using silent = await target((socket) => socket.resume().on('end', () => socket.end()));
    await begin({ host: `127.0.0.1:${silent.port}`, proxyJump: 'test-sshd' });
    await window.until(() => silent.open.size === 1, 'connected');
    await stops();
  });

  it('takes back a question, and minds no answer that comes later', async () => {
    let answer: (text: string) => void = () => undefined;
    window.answer = () => new Promise((resolve) => (answer = resolve));
    await window.lease({
      id: 'user:t',
      want: false,
      tunnel: { ...forwards(), host: `127.0.0.1:${sshd.port}` },
    });
    const start = window.client.start('user:t');
    const failed = assert.rejects(start, { code: 'AuthenticationCancelled' });
    await window.until(() => window.questions.length === 1, 'asked');
    await stops();
    await failed;
    answer('yes');
    await sleep(200);
    assert.equal(window.state().status, 'stopped');
    assert.deepEqual(sshd.sessionPids(), []);
  });

  it('ends the wait for the next attempt', async () => {
    await begin({ host: `127.0.0.1:${await freePort()}` });
    await window.untilStatus('waiting');
    await stops();
    const attempts = window.log.filter((line) => line.includes('ConnectionRefused')).length;
    await sleep(1500);
    assert.equal(window.log.filter((line) => line.includes('ConnectionRefused')).length, attempts);
  });

  it('ends a tunnel that waits for an answer', async () => {
    await begin({ host: `127.0.0.1:${sshd.port}` });
    await window.untilStatus('blocked');
    await stops();
  });

  it('ends what is up, with every kind of forward and clients on all of them', async () => {
    const remote = await freePort();
    await begin({
      host: 'test-sshd',
      remoteForward: `127.0.0.1:${remote}:127.0.0.1:${echo.port}`,
      dynamicForward: 0,
    });
    await window.untilStatus('up');
    const clients = [port, remote, port, remote].map((each) => client(each));
    clients.forEach(({ socket }) => socket.on('end', () => socket.end()).write('x'.repeat(100_000)));
    await sleep(200);
    await stops();
    await Promise.all(clients.map(({ done }) => done));
    assert.equal((await visit(remote)).error, 'ECONNREFUSED');
  });

  it('ends it while the link is frozen', async () => {
    await begin({ host: 'test-sshd', remoteForward: `0:127.0.0.1:${echo.port}` });
    await window.untilStatus('up');
    const pids = sshd.sessionPids();
    pids.forEach((pid) => process.kill(pid, 'SIGSTOP'));
    const start = performance.now();
    await window.client.stop('user:t');
    assert.ok(performance.now() - start < 5000, `${performance.now() - start} ms`);
    assert.equal((await visit(port)).error, 'ECONNREFUSED');
    pids.forEach((pid) => process.kill(pid, 'SIGCONT'));
    await stops();
  });

  it('is the last word after a start, a stop and a start in one breath', async () => {
    await window.lease({ id: 'user:t', want: false, tunnel: { ...forwards(), host: 'test-sshd' } });
    const outcomes = [
      window.client.start('user:t'),
      window.client.stop('user:t'),
      window.client.start('user:t'),
      window.client.stop('user:t'),
    ].map((each) => each.catch(() => undefined));
    await Promise.all(outcomes);
    await stops();
    await window.client.start('user:t');
    assert.equal((await visit(port, 'hello')).received.toString(), 'hello');
  });
});
