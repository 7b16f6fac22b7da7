// What passes through a local forward: bytes, half-closes and resets, between real programs and a real sshd.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, it } from 'mocha';
import { eventually } from '../support/eventually';
import { TestWindow, testDaemon } from '../support/testWindow';
import type { TestDaemon } from '../support/testWindow';
import { client, target, exchange } from '../support/targetAndClient';
import type { TargetServer } from '../support/targetAndClient';
import { startSshd } from '../support/sshd';
import type { Sshd } from '../support/sshd';
import { messageOf } from '../support/errorWords';

const megabyte = randomBytes(1024 * 1024);

describe('a local forward', () => {
  let sshd: Sshd;
  let daemon: TestDaemon;
  let window: TestWindow;

  before(async () => {
    sshd = await startSshd();
    daemon = await testDaemon();
    window = await TestWindow.open(daemon, sshd);
  });
  after(async () => {
    window.disconnect();
    await daemon[Symbol.asyncDispose]();
    await sshd.stop();
  });

  /** Forwards a local port to a target. */
  async function forwardTo({ port }: Pick<TargetServer, 'port'>, host = '127.0.0.1'): Promise<number> {
    await window.bringUp({ host: 'test-sshd', localForward: [`0:${host}:${port}`] });
    return window.port();
  }

  async function nothingOpen(server: TargetServer): Promise<void> {
    await window.until(() => {
      const [forward] = window.forwards();
      return forward?.status === 'listening' && forward.connections === 0;
    }, 'without connections');
    await eventually('no connection is left at the target', () => server.open.size === 0);
  }

  function counters(): { bytesIn: number; bytesOut: number } {
    const [forward] = window.forwards();
    assert.equal(forward?.status, 'listening');
    return { bytesIn: forward.bytesIn, bytesOut: forward.bytesOut };
  }

  it('carries bytes in both directions, complete and in order, and counts them', async () => {
    await using echo = await target((socket) => socket.pipe(socket));
    const port = await forwardTo(echo);
    const { socket, done } = client(port);
    for (let i = 0; i < 20; i++) {
      if (!socket.write(megabyte)) {
        await once(socket, 'drain');
      }
    }
    socket.end();
    const { received, ended, error } = await done;
    assert.equal(error, undefined);
    assert.equal(ended, true);
    const sent = createHash('sha256');
    for (let i = 0; i < 20; i++) {
      sent.update(megabyte);
    }
    assert.equal(createHash('sha256').update(received).digest('hex'), sent.digest('hex'));
    await nothingOpen(echo);
    await window.until(() => counters().bytesIn === 20 * megabyte.length, 'counted');
    assert.equal(counters().bytesOut, 20 * megabyte.length);
  });

  it('connects to IPv6 targets and accepts IPv6 clients', async () => {
    await using greeter = await target((socket) => socket.end('six'), '::1');
    await window.bringUp({ host: 'test-sshd', localForward: `[::1]:0:[::1]:${greeter.port}` });
    const { received } = await exchange(window.port(), '', '::1');
    assert.equal(received.toString(), 'six');
    await nothingOpen(greeter);
  });

  it('listens on one port of the IPv4 and IPv6 loopback, and on nothing else', async () => {
    await using greeter = await target((socket) => socket.end('hello'));
    const port = await forwardTo(greeter);
    for (const host of ['127.0.0.1', '::1']) {
      assert.equal((await exchange(port, '', host)).received.toString(), 'hello', host);
    }
    // 127.0.0.2 is this machine too, but wasn't asked for.
    assert.equal((await exchange(port, '', '127.0.0.2')).error, 'ECONNREFUSED');
  });

  it("passes on a client's half-close, and still delivers the answer", async () => {
    await using counting = await target((socket) => {
      let length = 0;
      socket.on('data', (data) => (length += data.length));
      socket.on('end', () => setTimeout(() => socket.end(`${length} bytes`), 100));
    });
    const port = await forwardTo(counting);
    const { received, ended } = await exchange(port, megabyte);
    assert.deepEqual([received.toString(), ended], [`${megabyte.length} bytes`, true]);
    await nothingOpen(counting);
  });

  it("passes on a target's half-close, and still accepts data from the client", async () => {
    let got = 0;
    await using early = await target((socket) => {
      socket.end('bye');
      socket.on('data', (data) => (got += data.length));
    });
    const port = await forwardTo(early);
    const { socket, done } = client(port);
    await once(socket, 'end');
    for (let i = 0; i < 4; i++) {
      socket.write(megabyte);
    }
    socket.end();
    const { received, error } = await done;
    assert.equal(received.toString(), 'bye');
    assert.equal(error, undefined);
    await nothingOpen(early);
    assert.equal(got, 4 * megabyte.length);
  });

  it("passes a client's reset on to the target", async () => {
    let ended: (() => void) | undefined;
    const gone = new Promise<void>((resolve) => (ended = resolve));
    await using silentTarget = await target((socket) => {
      socket.write('waiting');
      socket.on('close', () => ended?.());
      socket.on('end', () => ended?.());
      socket.resume();
    });
    const port = await forwardTo(silentTarget);
    const { socket } = client(port);
    await once(socket, 'data');
    socket.resetAndDestroy();
    await gone;
    for (const open of silentTarget.open) {
      open.end();
    }
    await nothingOpen(silentTarget);
  });

  it("passes a target's reset on to a sending client", async () => {
    await using rude = await target((socket) => {
      socket.once('data', () => socket.resetAndDestroy());
    });
    const port = await forwardTo(rude);
    const { socket, done } = client(port);
    const sending = setInterval(() => socket.write(megabyte), 5);
    const { error } = await done;
    clearInterval(sending);
    assert.match(String(error), /ECONNRESET|EPIPE/);
    await nothingOpen(rude);
  });

  it('leaves nothing open after 200 connections, a third of them half-closed, a third reset', async () => {
    await using echo = await target((socket) => socket.pipe(socket));
    const port = await forwardTo(echo);
    await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        const { socket, done } = client(port);
        socket.write(`number ${index}`);
        await once(socket, 'data');
        switch (index % 3) {
          case 0:
            socket.end();
            break;
          case 1:
            socket.resetAndDestroy();
            break;
          case 2:
            socket.destroy();
            break;
        }
        await done;
      }),
    );
    await nothingOpen(echo);
  });

  it("doesn't count a client that has reset, even while the target keeps its side open", async () => {
    await using silentTarget = await target((socket) => socket.resume());
    const port = await forwardTo(silentTarget);
    for (let i = 0; i < 60; i++) {
      const { socket } = client(port);
      await once(socket, 'connect');
      socket.write(Buffer.alloc(100_000));
      if (i % 2 === 0) {
        socket.end();
        await once(socket, 'finish');
        // Long enough for the half-close to have been passed on.
        await sleep(20);
      }
      socket.resetAndDestroy();
    }
    // A reset may lose bytes of the others. More than all of theirs show that they were counted before this one.
    const last = client(port);
    last.socket.write(Buffer.alloc(7_000_000));
    const bytesOut = (): number => {
      const [forward] = window.forwards();
      return forward?.status === 'listening' ? forward.bytesOut : 0;
    };
    await window.until(() => bytesOut() >= 7_000_000, 'the last one counted');
    last.socket.resetAndDestroy();
    await window.until(() => {
      const [forward] = window.forwards();
      return forward?.status === 'listening' && forward.connections === 0;
    }, 'nobody counted');
  });

  it('keeps a half-closed client that waits seconds for its answer', async () => {
    await using late = await target((socket) => {
      socket.on('end', () => setTimeout(() => socket.end('late answer'), 2500)).resume();
    });
    const { received, error } = await exchange(await forwardTo(late), 'question');
    assert.deepEqual([received.toString(), error], ['late answer', undefined]);
  });

  it('resets a client whose target refuses, reports it, and keeps listening', async () => {
    const closed = await target(() => undefined);
    const { port: refusing } = closed;
    await closed[Symbol.asyncDispose]();
    const port = await forwardTo({ port: refusing });
    assert.equal((await exchange(port, 'anybody?')).error, 'ECONNRESET');
    await window.until(() => {
      const [forward] = window.forwards();
      return forward?.status === 'listening' && forward.lastError?.code === 'TargetRefused';
    }, 'telling the refusal');
    const [forward] = window.forwards();
    assert.equal(window.state().status, 'up');
    assert.ok(forward?.status === 'listening' && messageOf(forward.lastError).includes(String(refusing)));
  });

  it("reports a target name that the server can't resolve", async () => {
    await window.bringUp({ host: 'test-sshd', localForward: '0:no-such-name.invalid:80' });
    await exchange(window.port(), '');
    await window.until(() => {
      const [forward] = window.forwards();
      return forward?.status === 'listening' && forward.lastError?.code === 'TargetNotFound';
    }, 'telling that the name is unknown');
  });

  it('resets a download when the SSH connection dies, so it never looks complete', async () => {
    await using endless = await target((socket) => {
      const send = (): void => {
        while (!socket.destroyed && socket.write(megabyte));
      };
      socket.write('HTTP/1.0 200 OK\r\n\r\n');
      socket.on('drain', send);
      send();
    });
    const port = await forwardTo(endless);
    // Not Node: its libuv reports a reset as an end if unread data came before it.
    const curl = spawn('curl', ['-q', '-s', `http://127.0.0.1:${port}/`]);
    await once(curl.stdout, 'data');
    sshd.dropSessions();
    curl.stdout.resume();
    const [code] = (await once(curl, 'close')) as [number];
    assert.equal(code, 56, 'curl: "failure in receiving network data"');
    await window.untilStatus('up');
    assert.equal(window.port(), port, 'the port was kept');
    for (const open of endless.open) {
      open.destroy();
    }
  });

  it('delivers an answer that was complete before the SSH connection died', async () => {
    await using server = await target((socket) => socket.end(megabyte));
    const port = await forwardTo(server);
    const { socket, done } = client(port);
    socket.pause();
    await window.until(() => counters().bytesIn === megabyte.length, 'the whole answer here');
    sshd.dropSessions();
    await window.until(() => window.log.some((line) => line.includes('ConnectionLost')), 'the loss noticed');
    socket.on('end', () => socket.end());
    socket.resume();
    const { received, ended } = await done;
    assert.deepEqual([received.length, ended], [megabyte.length, true]);
    await window.untilStatus('up');
    await nothingOpen(server);
  });

  it('closes 100 busy connections when it is stopped', async () => {
    await using echo = await target((socket) => socket.pipe(socket));
    const port = await forwardTo(echo);
    const clients = Array.from({ length: 100 }, () => client(port));
    await Promise.all(
      clients.map(async ({ socket }) => {
        socket.write('busy');
        await once(socket, 'data');
      }),
    );
    await window.client.stop('user:t');
    await Promise.all(clients.map(({ done }) => done));
    await eventually('no connection is left at the target', () => echo.open.size === 0);
    assert.equal((await exchange(port)).error, 'ECONNREFUSED');
  });

  it('holds a client that connects during a reconnect', async () => {
    await using greeter = await target((socket) => socket.end('here I am'));
    const port = await forwardTo(greeter);
    await sshd.halt();
    await window.untilStatus('waiting');
    const visiting = exchange(port, '');
    await sshd.restart();
    assert.equal((await visiting).received.toString(), 'here I am');
  });

  it("doesn't buffer without limit for a slow reader", async () => {
    await using endless = await target((socket) => {
      const send = (): void => {
        while (!socket.destroyed && socket.write(megabyte));
      };
      socket.write('HTTP/1.0 200 OK\r\n\r\n');
      socket.on('drain', send);
      send();
    });
    const port = await forwardTo(endless);
    const { socket } = client(port);
    await once(socket, 'data');
    socket.pause();
    let before = 0;
    await eventually('it stops reading without a client', async () => {
      before = counters().bytesIn;
      await sleep(1500);
      return before > 0 && counters().bytesIn === before;
    });
    // What has been read from the SSH connection is limited by the buffers on the way, however long one waits.
    assert.ok(before < 16 * 1024 * 1024, `${before} bytes were taken in`);
    socket.resetAndDestroy();
    await nothingOpen(endless);
  });
});
