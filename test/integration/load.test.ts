// Large numbers: tunnels, open connections, simultaneous clients; and a stop under full load.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { it } from 'mocha';
import type { LeaseEntry } from '../support/testWindow';
import { client, exchange } from '../support/targetAndClient';
import { useTunnelFixture } from '../support/tunnelFixture';

const mebibyte = 1024 * 1024;

describe('the daemon under load', () => {
  const fixture = useTunnelFixture();

  /** The daemon's memory in bytes. */
  async function memory(): Promise<number> {
    const status = await readFile(`/proc/${fixture.window.client.daemonPid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
  }
  async function openPort(): Promise<number> {
    await fixture.window.bringUp({
      host: 'test-sshd',
      localForward: `0:127.0.0.1:${fixture.echo.port}`,
    });
    return fixture.window.port();
  }
  async function say(socket: Socket, text: string): Promise<string> {
    socket.write(text);
    let heard = '';
    while (heard.length < text.length) {
      const [data] = (await once(socket, 'data')) as [Buffer];
      heard += data.toString();
    }
    return heard;
  }

  it('starts and stops 200 tunnels over 20 SSH sessions', async () => {
    const entries = Array.from({ length: 200 }, (_, n): LeaseEntry => {
      // A different option makes a separate session.
      const serverAliveInterval = 30 + (n % 20);
      const localForward = `0:127.0.0.1:${fixture.echo.port}`;
      return {
        id: `user:${n}`,
        tunnel: { host: 'test-sshd', serverAliveInterval, localForward, dynamicForward: 0 },
      };
    });
    await fixture.window.lease(...entries);
    await fixture.window.until(
      () => entries.every(({ id }) => fixture.window.state(id).status === 'up'),
      'all up',
    );
    const answers = await Promise.all(entries.map(({ id }) => exchange(fixture.window.port(0, id), id)));
    answers.forEach(({ received }, n) => assert.equal(received.toString(), `user:${n}`));
    assert.equal(fixture.sshd.log().match(/Accepted publickey/g)?.length, 20);
    await fixture.window.lease();
    await fixture.sshd.waitForLog(/(Disconnected from user[^]*){20}/);
  });

  it('holds 2,000 open connections in bounded memory', async () => {
    const port = await openPort();
    const sockets = Array.from({ length: 2000 }, () => client(port).socket);
    await Promise.all(
      sockets.map(async (socket, n) => assert.equal(await say(socket, `hello ${n}`), `hello ${n}`)),
    );
    const base = await memory();
    await fixture.window.until(() => connections() === 2000, 'all are counted');
    // All still work, and the last as soon as the first.
    await Promise.all(
      sockets.map(async (socket, n) => assert.equal(await say(socket, `still ${n}`), `still ${n}`)),
    );
    const grown = ((await memory()) - base) / mebibyte;
    assert.ok(grown < 100, `${grown.toFixed(0)} MiB more`);
    assert.ok(base < 500 * mebibyte, `${(base / mebibyte).toFixed(0)} MiB`);
    sockets.forEach((socket) => socket.end());
    await fixture.window.until(() => connections() === 0, 'all have gone');
  });

  it('reports a flood of refused clients a few times per second, and the last one soon', async () => {
    await fixture.window.bringUp({ host: 'test-sshd', localForward: '0:127.0.0.1:1' });
    const before = fixture.window.reportCount;
    const start = performance.now();
    for (let wave = 0; wave < 100; wave++) {
      await Promise.all(Array.from({ length: 10 }, () => exchange(fixture.window.port())));
    }
    const last = Date.now();
    await exchange(fixture.window.port());
    const reportedAt = (): number => {
      const [forward] = fixture.window.forwards();
      return forward?.status === 'listening' ? (forward.lastErrorAt ?? 0) : 0;
    };
    await fixture.window.until(() => reportedAt() >= last, 'the last one is reported');
    const seconds = (performance.now() - start) / 1000;
    const reports = fixture.window.reportCount - before;
    assert.ok(reports < 60 + 6 * seconds, `${reports} reports in ${seconds.toFixed(1)} s`);
  });

  it('serves each of 5,000 clients', async () => {
    const port = await openPort();
    const base = await memory();
    let next = 0;
    const runClient = async (): Promise<void> => {
      while (next < 5000) {
        const text = `client ${next++}`;
        const { received, error } = await exchange(port, text);
        assert.equal(error, undefined);
        assert.equal(received.toString(), text);
      }
    };
    await Promise.all(Array.from({ length: 500 }, runClient));
    await fixture.window.until(() => connections() === 0, 'all have gone');
    const grown = ((await memory()) - base) / mebibyte;
    assert.ok(grown < 150, `${grown.toFixed(0)} MiB more`);
  });

  it('stops a tunnel while 1,000 connections are busy', async () => {
    const port = await openPort();
    const block = randomBytes(64 * 1024);
    const sockets = Array.from({ length: 1000 }, () => client(port));
    for (const { socket } of sockets) {
      const pour = (): void => {
        while (socket.writable && socket.write(block)) {
          // Until it is full.
        }
      };
      socket
        .on('connect', pour)
        .on('drain', pour)
        .on('end', () => socket.end());
    }
    await fixture.window.until(() => connections() === 1000, 'all are busy');
    await fixture.window.client.stop('user:t');
    assert.equal(fixture.window.state().status, 'stopped');
    assert.equal((await exchange(port)).error, 'ECONNREFUSED');
    await Promise.all(sockets.map(({ done }) => done));
  });

  function connections(): number {
    const [forward] = fixture.window.forwards();
    return forward?.status === 'listening' ? forward.connections : -1;
  }
});
