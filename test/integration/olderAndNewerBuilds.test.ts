// Two builds at the same time, like while the editor's windows are updated one by one: with the same protocol version
// they share a daemon; a newer daemon takes over the tunnels one by one, and the older one keeps the rest.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { eventually } from '../support/eventually';
import { TunnelFailure } from '../../src/tunnels/errors/errors';
import { endpointFilePath } from '../../src/tunnels/daemon/endpoint/endpointFile';
import { endpointFolder } from '../../src/tunnels/daemon/endpoint/endpointFolder';
import { freePort } from '../support/freePort';
import { TestWindow, testDaemon } from '../support/testWindow';
import type * as testWindow from '../support/testWindow';
import type { TestDaemon } from '../support/testWindow';
import { client, target, exchange } from '../support/targetAndClient';
import type { TargetServer } from '../support/targetAndClient';
import { startSshd } from '../support/sshd';
import type { Sshd } from '../support/sshd';
import { tempDir } from '../support/tempDir';
import { messageOf } from '../support/errorWords';

type Support = typeof testWindow;

/** A window and a daemon of another version, made by `node esbuild.mjs --tests`. */
class Build {
  readonly #support: Support;
  readonly script: string;

  private constructor(support: Support, script: string) {
    this.#support = support;
    this.script = script;
  }

  static async load(name: string): Promise<Build> {
    const folder = resolve('dist-test', name);
    const support = (await import(resolve(folder, 'testWindow.js'))) as Support;
    return new Build(support, resolve(folder, 'tunnelDaemon.js'));
  }

  open(daemon: TestDaemon, sshd: Sshd, windowId = 'new'): Promise<TestWindow> {
    return this.#support.TestWindow.open(daemon, sshd, { windowId, script: this.script });
  }

  killDaemon(daemon: TestDaemon): Promise<void> {
    return this.#support.killDaemon(daemon.env);
  }
}

describe('two builds of the extension', () => {
  let sshd: Sshd;
  let old: TargetServer;
  let fresh: TargetServer;
  let echo: TargetServer;
  let daemon: TestDaemon;
  const windows: TestWindow[] = [];

  before(async () => {
    sshd = await startSshd();
    old = await target((socket) => socket.end('old'));
    fresh = await target((socket) => socket.end('new'));
    echo = await target((socket) => socket.pipe(socket));
  });
  beforeEach(async () => {
    daemon = await testDaemon();
  });
  afterEach(() => {
    for (const window of windows.splice(0)) {
      window.disconnect();
    }
  });
  after(async () => {
    for (const server of [old, fresh, echo]) {
      await server[Symbol.asyncDispose]();
    }
    await sshd.stop();
  });

  function closeLater(window: TestWindow): TestWindow {
    windows.push(window);
    return window;
  }

  async function openOld(windowId = 'old'): Promise<TestWindow> {
    return closeLater(await TestWindow.open(daemon, sshd, windowId));
  }

  function to({ port: targetPort }: TargetServer, port: number | string): object {
    return { host: 'test-sshd', localForward: `${port}:127.0.0.1:${targetPort}` };
  }

  /** An open connection, and whether it still works. */
  async function openEchoConnection(port: number): Promise<() => Promise<boolean>> {
    const { socket, done } = client(port);
    let closed = false;
    void done.then(() => (closed = true));
    const works = async (): Promise<boolean> => {
      socket.write('ping');
      await Promise.race([once(socket, 'data'), done]);
      return !closed;
    };
    assert.equal(await works(), true);
    return works;
  }

  describe('with the same protocol version', () => {
    afterEach(() => daemon[Symbol.asyncDispose]());

    it('share the running daemon, so an update cuts no connection', async () => {
      const other = await Build.load('sameMajor');
      const before = await openOld();
      await before.bringUp(to(echo, 0));
      const works = await openEchoConnection(before.port());
      before.disconnect();
      const updated = closeLater(await other.open(daemon, sshd));
      await updated.lease({ id: 'user:t', tunnel: to(echo, 0) });
      await updated.untilStatus('up');
      assert.equal(updated.client.daemonPid, before.client.daemonPid);
      assert.equal(await works(), true);
    });

    it("know each other's version", async () => {
      const other = await Build.load('sameMajor');
      const updated = closeLater(await other.open(daemon, sshd));
      const second = await openOld();
      assert.equal(second.client.daemonPid, updated.client.daemonPid);
      assert.equal(second.client.daemonVersion, '0.1.1');
    });
  });

  describe('with different protocol versions', () => {
    let next: Build;

    before(async () => {
      next = await Build.load('nextMajor');
    });
    afterEach(async () => {
      await next.killDaemon(daemon);
      await daemon[Symbol.asyncDispose]();
    });

    it('hand over only the tunnels that the newer one wants, and other connections survive', async () => {
      const [mine, other] = [await freePort(), await freePort()];
      const before = await openOld();
      await before.lease(
        { id: 'user:mine', name: 'mine', tunnel: to(old, mine) },
        { id: 'user:other', tunnel: to(echo, other) },
      );
      await before.untilStatus('up', 'user:mine');
      await before.untilStatus('up', 'user:other');
      const works = await openEchoConnection(other);
      const after = closeLater(await next.open(daemon, sshd));
      assert.notEqual(after.client.daemonPid, before.client.daemonPid);
      await sleep(200);
      assert.equal((await exchange(mine)).received.toString(), 'old', 'a daemon without a lease took it');

      const seen = ['old'];
      const watch = new AbortController();
      const watching = (async () => {
        while (!watch.signal.aborted) {
          seen.push((await exchange(mine)).received.toString());
          await sleep(10);
        }
      })();
      await after.lease({ id: 'user:mine', tunnel: to(fresh, mine) });
      await after.untilStatus('up', 'user:mine');
      assert.equal((await exchange(mine)).received.toString(), 'new');
      watch.abort();
      await watching;
      assert.ok(seen.includes('new'), seen.join());
      assert.ok(seen.lastIndexOf('old') < seen.indexOf('new'), seen.join());

      assert.deepEqual(before.takenOver, ['user:mine']);
      assert.deepEqual(before.stopped, [], 'as if the user had stopped it');
      const state = before.state('user:mine');
      assert.ok(state.status === 'failed');
      assert.match(
        messageOf(state.error),
        /^A newer version of SSH Tunnels, in another window, has taken over "mine"/,
      );
      assert.equal(before.state('user:other').status, 'up');
      assert.equal(await works(), true);
    });

    it("don't compete for a tunnel after its handover", async () => {
      const port = await freePort();
      const before = await openOld();
      await before.lease({ id: 'user:t', tunnel: to(old, port) }, { id: 'user:o', tunnel: to(echo, 0) });
      await before.untilStatus('up');
      const after = closeLater(await next.open(daemon, sshd));
      await after.bringUp(to(fresh, port));
      const isTakenOver = (error: unknown): boolean =>
        error instanceof TunnelFailure && error.message.includes('A newer version');
      await assert.rejects(before.client.start('user:t'), isTakenOver);
      // A changed tunnel that still wants the same port.
      await before.lease(
        { id: 'user:t', tunnel: { ...to(echo, port), compression: true } },
        { id: 'user:o', tunnel: to(echo, 0) },
      );
      const late = await openOld('late');
      await late.lease({ id: 'user:t', tunnel: to(old, port) });
      assert.deepEqual(late.takenOver, ['user:t']);
      await sleep(300);
      assert.equal(before.state().status, 'failed');
      assert.equal((await exchange(port)).received.toString(), 'new');
      await after.client.stop('user:t');
      assert.equal((await exchange(port)).error, 'ECONNREFUSED');
    });

    it('hand over each tunnel when the newer one wants it', async () => {
      const ports = [await freePort(), await freePort(), await freePort()];
      const ids = ports.map((port) => `user:${port}`);
      const before = await openOld();
      await before.lease(...ports.map((port) => ({ id: `user:${port}`, tunnel: to(old, port) })));
      for (const id of ids) {
        await before.untilStatus('up', id);
      }
      const after = closeLater(await next.open(daemon, sshd));
      await after.lease(
        ...ports.map((port, index) => ({ id: `user:${port}`, tunnel: to(fresh, port), want: index < 2 })),
      );
      await after.untilStatus('up', ids[0]);
      await after.untilStatus('up', ids[1]);
      const answers = await Promise.all(
        ports.map(async (port) => (await exchange(port)).received.toString()),
      );
      assert.deepEqual(answers, ['new', 'new', 'old']);
      await after.client.start(ids[2] ?? '');
      assert.equal((await exchange(ports[2] ?? 0)).received.toString(), 'new');
    });

    it('hand over remote forwards', async () => {
      const port = await freePort();
      const remote = (to: TargetServer): object => ({
        host: 'test-sshd',
        remoteForward: `${port}:127.0.0.1:${to.port}`,
      });
      const before = await openOld();
      await before.lease({ id: 'user:t', tunnel: remote(old) }, { id: 'user:o', tunnel: to(echo, 0) });
      await before.untilStatus('up');
      const after = closeLater(await next.open(daemon, sshd));
      await after.bringUp(remote(fresh));
      assert.equal(after.forwards()[0]?.status, 'listening');
      assert.equal((await exchange(port)).received.toString(), 'new');
      assert.equal(before.state('user:o').status, 'up');
    });

    it('hand over an "any free port" forward and a Unix socket', async () => {
      await using dir = await tempDir('s-');
      const path = dir.file('db.sock');
      const before = await openOld();
      await before.lease(
        { id: 'user:any', tunnel: to(old, 0) },
        { id: 'user:socket', tunnel: { host: 'test-sshd', localForward: `${path}:127.0.0.1:${old.port}` } },
      );
      await before.untilStatus('up', 'user:any');
      await before.untilStatus('up', 'user:socket');
      const port = before.port(0, 'user:any');
      const after = closeLater(await next.open(daemon, sshd));
      const rememberedPorts = { [`local 0 127.0.0.1:${fresh.port}`]: port };
      await after.lease(
        { id: 'user:any', tunnel: to(fresh, 0), rememberedPorts },
        { id: 'user:socket', tunnel: { host: 'test-sshd', localForward: `${path}:127.0.0.1:${fresh.port}` } },
      );
      await after.untilStatus('up', 'user:any');
      await after.untilStatus('up', 'user:socket');
      assert.equal(after.port(0, 'user:any'), port);
      assert.equal(after.forwards('user:socket')[0]?.status, 'listening');
    });

    it('leave no old daemon running without tunnels', async () => {
      const before = await openOld();
      const port = await freePort();
      await before.bringUp(to(old, port));
      const after = closeLater(await next.open(daemon, sshd));
      await after.bringUp(to(fresh, port));
      await before.until(() => before.closed, 'ended');
      assert.deepEqual(before.takenOver, ['user:t']);
      assert.equal(existsSync(endpointFilePath(endpointFolder(daemon.env), 1)), false);
      assert.equal((await exchange(port)).received.toString(), 'new');
    });

    it('keep the tunnels of a reloading older window until the newer one wants them', async () => {
      const [first, second] = [await freePort(), await freePort()];
      const before = await openOld();
      await before.lease(
        { id: 'user:a', tunnel: to(old, first) },
        { id: 'user:b', tunnel: to(echo, second) },
      );
      await before.untilStatus('up', 'user:a');
      await before.untilStatus('up', 'user:b');
      const works = await openEchoConnection(second);
      before.disconnect();
      const after = closeLater(await next.open(daemon, sshd));
      await after.bringUp(to(fresh, first), 'user:a');
      assert.equal(await works(), true);
      await after.lease(
        { id: 'user:a', tunnel: to(fresh, first) },
        { id: 'user:b', tunnel: to(fresh, second) },
      );
      await after.untilStatus('up', 'user:b');
      assert.equal(await works(), false);
      assert.equal((await exchange(second)).received.toString(), 'new');
    });

    it('free the port when the newer one dies during a handover', async () => {
      const port = await freePort();
      const before = await openOld();
      await before.lease({ id: 'user:t', tunnel: to(old, port) }, { id: 'user:o', tunnel: to(echo, 0) });
      await before.untilStatus('up');
      const after = await next.open(daemon, sshd);
      const { daemonPid } = after.client;
      // Its daemon exits before it can take the port that the old one releases.
      process.kill(daemonPid, 'SIGSTOP');
      void after.lease({ id: 'user:t', tunnel: to(fresh, port) }).catch(() => undefined);
      await before.until(() => before.takenOver.length > 0, 'handed over');
      process.kill(daemonPid, 'SIGKILL');
      after.disconnect();
      await eventually('the port is free', async () => (await exchange(port)).error === 'ECONNREFUSED');
      const anybody = createServer().listen(port, '127.0.0.1');
      await once(anybody, 'listening');
      anybody.close();
      await once(anybody, 'close');
      const again = closeLater(await next.open(daemon, sshd, 'again'));
      await again.bringUp(to(fresh, port));
      assert.equal((await exchange(port)).received.toString(), 'new');
      assert.equal(before.state('user:o').status, 'up');
    });
  });
});
