// A local port that another program or tunnel has: who holds it, what `ifPortBusy` does, and who gets it when it is
// released.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { reservePorts } from '../support/reservedPorts';
import { promptly } from '../support/promptly';
import type { PortQuestion } from '../../src/tunnels/model/prompt';
import type { ForwardState } from '../../src/tunnels/model/state';
import { TestWindow, testDaemon } from '../support/testWindow';
import type { TestDaemon, WindowTraits } from '../support/testWindow';
import { target, exchange } from '../support/targetAndClient';
import type { TargetServer } from '../support/targetAndClient';
import { startSshd } from '../support/sshd';
import type { Sshd } from '../support/sshd';
import { errorWords } from '../../src/tunnels/errors/errors';
import { english } from '../../src/tunnels/util/l10n';
import { messageOf } from '../support/errorWords';

describe('a local port in use', () => {
  let sshd: Sshd;
  let echo: TargetServer;
  let greeter: TargetServer;
  let daemon: TestDaemon;
  let port: number;
  const windows: TestWindow[] = [];
  const otherPrograms: Server[] = [];

  before(async () => {
    sshd = await startSshd();
    echo = await target((socket) => socket.pipe(socket));
    greeter = await target((socket) => socket.end('welcome'));
  });
  beforeEach(async () => {
    daemon = await testDaemon();
    // With the following ports: they are all unused.
    [port = 0] = await reservePorts(22);
  });
  afterEach(async () => {
    for (const window of windows.splice(0)) {
      window.disconnect();
    }
    await daemon[Symbol.asyncDispose]();
    await leave();
  });
  after(async () => {
    await echo[Symbol.asyncDispose]();
    await greeter[Symbol.asyncDispose]();
    await sshd.stop();
  });

  async function open(traits?: WindowTraits): Promise<TestWindow> {
    const window = await TestWindow.open(daemon, sshd, traits);
    windows.push(window);
    return window;
  }

  function to({ port: targetPort }: TargetServer, ifPortBusy = 'fail', listen: unknown = port): unknown {
    return {
      host: 'test-sshd',
      localForward: { listen, target: `127.0.0.1:${targetPort}`, label: 'Web', ifPortBusy },
    };
  }

  /** Another program takes it, until leave(). */
  async function occupy(host = '127.0.0.1', which = port): Promise<void> {
    const server = createServer((socket) => socket.end('another program'));
    server.listen({ port: which, host, ipv6Only: true });
    await once(server, 'listening');
    otherPrograms.push(server);
  }

  async function leave(): Promise<void> {
    await Promise.all(
      otherPrograms.splice(0).map(async (server) => {
        server.close();
        await once(server, 'close');
      }),
    );
  }

  function failure(state: ForwardState | undefined): { code: string; message: string; nextStep: string } {
    assert.ok(state?.status === 'failed', JSON.stringify(state));
    return { code: state.error.code, ...errorWords(state.error, english) };
  }

  describe('by another tunnel', () => {
    it('is reported with that tunnel and its window', async () => {
      const shop = await open({ windowId: 'shop', title: 'shop' });
      await shop.lease({ id: 'workspace:staging', name: 'staging', tunnel: to(echo) });
      await shop.untilStatus('up', 'workspace:staging');
      const other = await open({ windowId: 'other' });
      await other.bringUp(to(greeter));
      const { code, message, nextStep } = failure(other.forwards()[0]);
      assert.equal(code, 'AddressInUse');
      assert.equal(
        message,
        `Port ${port} on this machine is used by the tunnel "staging" of the window "shop".`,
      );
      assert.match(nextStep, /^Stop "staging", or pick another /);
    });

    it('is taken over as soon as that tunnel stops', async () => {
      const first = await open({ windowId: 'a' });
      await first.bringUp(to(echo));
      const second = await open({ windowId: 'b' });
      await second.bringUp(to(greeter));
      failure(second.forwards()[0]);
      await promptly(1000, async () => {
        await second.client.stop('user:t');
        await first.client.start('user:t');
        await second.client.start('user:t');
        // By then it has retried so often that the next automatic attempt is seconds away.
        await sleep(5000);
        await first.client.stop('user:t');
        const stopped = performance.now();
        await second.until(() => second.forwards()[0]?.status === 'listening', 'listening');
        return performance.now() - stopped;
      });
      assert.equal((await exchange(port)).received.toString(), 'welcome');
    });

    it('is taken over when this window stops that tunnel for every window', async () => {
      const first = await open({ windowId: 'a' });
      await first.lease({ id: 'workspace:staging', tunnel: to(echo) });
      await first.untilStatus('up', 'workspace:staging');
      const second = await open({ windowId: 'b' });
      await second.bringUp(to(greeter));
      failure(second.forwards()[0]);
      const [key] = second.forwardKeys();
      assert.ok(key);
      await second.client.stopConflictingTunnel('user:t', key);
      await second.until(() => second.forwards()[0]?.status === 'listening', 'listening');
      assert.equal((await exchange(port)).received.toString(), 'welcome');
      assert.deepEqual(first.stopped, ['workspace:staging']);
      // Nothing blocks it any more: it doesn't stop itself.
      await second.client.stopConflictingTunnel('user:t', key);
      assert.equal((await exchange(port)).received.toString(), 'welcome');
    });

    it('lets a waiting tunnel with exitOnForwardFailure come up as soon as it is free', async () => {
      const first = await open({ windowId: 'a' });
      await first.bringUp(to(echo));
      const second = await open({ windowId: 'b' });
      const strict = { ...(to(greeter) as object), exitOnForwardFailure: true };
      await second.lease({ id: 'user:t', tunnel: strict, want: false });
      await promptly(1000, async () => {
        await second.client.stop('user:t');
        await first.client.start('user:t');
        await assert.rejects(second.client.start('user:t'));
        await sleep(5000);
        await first.client.stop('user:t');
        const stopped = performance.now();
        await second.untilStatus('up');
        return performance.now() - stopped;
      });
      assert.equal((await exchange(port)).received.toString(), 'welcome');
    });

    it("isn't taken over by a tunnel that has been stopped meanwhile", async () => {
      const first = await open({ windowId: 'a' });
      await first.bringUp(to(echo));
      const second = await open({ windowId: 'b' });
      await second.bringUp(to(greeter));
      await second.client.stop('user:t');
      await first.client.stop('user:t');
      assert.equal((await exchange(port)).error, 'ECONNREFUSED');
    });
  });

  describe('with ifPortBusy "next"', () => {
    it('is replaced by the next free port, the same on every address', async () => {
      for (const host of ['127.0.0.1', '::1']) {
        await occupy(host);
        const window = await open();
        await window.bringUp(to(greeter, 'next'));
        const [forward] = window.forwards();
        assert.ok(forward?.status === 'listening');
        const ports = forward.bound.map((bound) => ('port' in bound ? bound.port : 0));
        assert.equal(new Set(ports).size, 1);
        assert.ok((ports[0] ?? 0) > port && (ports[0] ?? 0) <= port + 20, `${port} → ${ports.join()}`);
        assert.equal((await exchange(ports[0] ?? 0)).received.toString(), 'welcome');
        await window.client.stop('user:t');
        await leave();
      }
    });

    it('keeps its replacement while the tunnel is up, and is tried again at the next start', async () => {
      const window = await open();
      await occupy();
      await window.bringUp(to(greeter, 'next'));
      await leave();
      const moved = window.port();
      assert.notEqual(moved, port);
      sshd.dropSessions();
      await window.until(() => window.history().includes('waiting'), 'lost');
      await window.untilStatus('up');
      assert.equal(window.port(), moved);
      await window.client.stop('user:t');
      await window.client.start('user:t');
      assert.equal(window.port(), port);
    });

    it("isn't replaced by a port that another tunnel needs", async () => {
      await occupy();
      const window = await open();
      await window.lease(
        { id: 'user:t', tunnel: to(greeter, 'next') },
        { id: 'user:later', tunnel: to(echo, 'fail', port + 1), want: false },
      );
      await window.untilStatus('up');
      assert.notEqual(window.port(), port + 1);
    });

    it('is replaced even if the next twenty ports are in use', async () => {
      for (let taken = port; taken <= port + 20; taken++) {
        await occupy('127.0.0.1', taken);
      }
      const window = await open();
      await window.bringUp(to(greeter, 'next'));
      assert.ok(window.port() < port || window.port() > port + 20);
      assert.equal((await exchange(window.port())).received.toString(), 'welcome');
    });
  });

  describe('with ifPortBusy "ask"', () => {
    it('causes no prompt at an automatic start', async () => {
      await occupy();
      const window = await open();
      await window.lease({ id: 'user:t', tunnel: to(greeter, 'ask') });
      await window.untilStatus('up');
      assert.equal(failure(window.forwards()[0]).code, 'AddressInUse');
      assert.deepEqual(window.questions, []);
    });

    it('is replaced once by the port that the user enters', async () => {
      const window = await open();
      window.answer = (question) => String((question as PortQuestion).free);
      await occupy();
      await window.bringUp(to(greeter, 'ask'));
      await leave();
      const [question] = window.questions;
      assert.ok(question?.kind === 'port');
      assert.equal(question.port, port);
      assert.equal(question.forward, 'Web');
      assert.match(
        messageOf(question.error),
        new RegExp(`Port ${port} on this machine is used by .*process ${process.pid}`),
      );
      assert.equal(window.port(), question.free);
      assert.equal((await exchange(window.port())).received.toString(), 'welcome');
      await window.client.stop('user:t');
      await window.client.start('user:t');
      assert.equal(window.port(), port);
      assert.equal(window.questions.length, 1);
    });

    it('is asked about again while the entered port is in use', async () => {
      await occupy();
      const window = await open();
      window.answer = async () => {
        if (window.questions.length === 2) {
          await leave();
        }
        return String(port);
      };
      await window.bringUp(to(greeter, 'ask'));
      assert.equal(window.questions.length, 2);
      assert.equal(window.port(), port);
    });

    it('leaves the other forwards up when the user cancels, and is asked about at the next start', async () => {
      await occupy();
      const window = await open();
      await window.bringUp(to(greeter, 'ask'));
      assert.equal(window.state().status, 'up');
      assert.equal(failure(window.forwards()[0]).code, 'AddressInUse');
      window.answer = (question) => String((question as PortQuestion).free);
      await window.client.start('user:t');
      assert.equal(window.questions.length, 2);
      assert.equal((await exchange(window.port())).received.toString(), 'welcome');
    });

    it('withdraws the prompt when the tunnel is stopped', async () => {
      await occupy();
      const window = await open();
      window.answer = () => new Promise(() => undefined);
      await window.lease({ id: 'user:t', tunnel: to(greeter, 'ask'), want: false });
      const started = window.client.start('user:t');
      await window.until(() => window.questions.length === 1, 'asked');
      await Promise.all([assert.rejects(started), window.client.stop('user:t')]);
      assert.equal(window.state().status, 'stopped');
    });
  });
});
