// Faults that take time: a network that is away for longer than clients are held, a link that is always slow, a
// machine that sleeps.
import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { setUpFaults } from '../support/faults/setup';
import { suspend } from '../support/faults/suspended';
import { openEchoConnection, download, serveDownload, EchoClients } from '../support/faults/trafficChecks';
import { client, target, exchange } from '../support/targetAndClient';

/** curl: "failure in receiving network data". */
const receiveError = 56;
/** The default settings. */
const defaults = { serverAliveInterval: 15, serverAliveCountMax: 3 };
/** The rate of the slow links. */
const bytesPerSecond = 150e3;

describe('a tunnel whose network is away', () => {
  it('ends waiting clients cleanly after ten seconds without data, and serves later ones', async () => {
    await using setup = await setUpFaults();
    await setup.bringUp();
    const { ports, link } = setup;
    await link.refuse();
    link.reset();
    await setup.window.untilStatus('waiting');
    const start = performance.now();
    const { received, ended, error } = await exchange(ports.echo, 'too early');
    assert.deepEqual([received.length, ended, error], [0, true, undefined]);
    const held = performance.now() - start;
    assert.ok(held > 9000, `${held} ms`);
    const echoClients = new EchoClients(ports.echo);
    await link.accept();
    await setup.back();
    await echoClients[Symbol.asyncDispose]();
    assert.deepEqual(echoClients.failures, []);
  });
});

describe('a tunnel that is lost', () => {
  it('counts its attempts on at once, and from 1 after it was up for 30 s', async () => {
    await using setup = await setUpFaults();
    await setup.bringUp();
    const { sshd, window } = setup;
    const loseIt = async (): Promise<number> => {
      sshd.dropSessions();
      await window.untilStatus('waiting');
      const state = window.state();
      await setup.back();
      return state.status === 'waiting' ? state.attempt : 0;
    };
    assert.deepEqual([await loseIt(), await loseIt(), await loseIt()], [1, 2, 3]);
    await window.until(() => {
      const state = window.state();
      return state.status === 'up' && state.attempt === undefined;
    }, 'up for a while');
    assert.equal(await loseIt(), 1);
  });
});

describe("a slow link (150 KB/s) isn't mistaken for a dead one under", () => {
  const rows: readonly (readonly [what: string, downloads: number, uploads: number])[] = [
    ['the load of one download', 1, 0],
    ['the load of one upload', 0, 1],
    ['the load of a dozen downloads and a dozen uploads', 12, 12],
  ];
  for (const [what, downloads, uploads] of rows) {
    it(what, async () => {
      await using setup = await setUpFaults();
      let arrived = 0;
      await using sink = await target((socket) => socket.on('data', ({ length }) => (arrived += length)));
      // All are connected before the link is slow: a late one would wait for what the server has sent to the others.
      const pending: Socket[] = [];
      await using endless = await target((socket) => {
        socket.write('HTTP/1.0 200 OK\r\n\r\n!');
        pending.push(socket);
      });
      await setup.bringUp({
        serverAliveInterval: 2,
        serverAliveCountMax: 3,
        localForward: [setup.echo, endless, sink].map(({ port }) => `0:127.0.0.1:${port}`),
      });
      const { ports, link, window } = setup;
      using talk = await openEchoConnection(ports.echo);
      const sending = Array.from({ length: uploads }, () => client(window.port(2)).socket);
      sending.forEach((socket) => socket.write('!'));
      const files = await Promise.all(Array.from({ length: downloads }, () => download(ports.endless)));
      await window.until(() => arrived === uploads, 'connected');
      link.bytesPerSecond = bytesPerSecond;
      link.delay = 30;
      const start = performance.now();
      pending.forEach(serveDownload());
      sending.forEach((socket) => socket.write(Buffer.alloc(8e6)));
      await sleep(14_000);
      assert.equal(window.state().status, 'up');
      assert.equal(setup.states(), 'up', window.log.join('\n'));
      assert.ok(talk.isOpen);
      const loaded = files.reduce((sum, file) => sum + file.bytes(), 0);
      // In addition comes what was on its way before the link became slow.
      const most = (bytesPerSecond * (performance.now() - start)) / 1000 + 1e6;
      for (const [wanted, bytes] of [
        [downloads, loaded],
        [uploads, arrived],
      ] as const) {
        assert.ok(wanted === 0 || bytes > most / 10, `${bytes} of ${most} bytes: it was not under load`);
        assert.ok(bytes < most, `${bytes} of ${most} bytes: it was not slow`);
      }
      files.forEach((file) => file[Symbol.dispose]());
      sending.forEach((socket) => socket.resetAndDestroy());
    });
  }
});

describe('a daemon after sleep', () => {
  it('notices at once that its connection has died meanwhile, whatever the keep-alive interval', async () => {
    await using setup = await setUpFaults();
    await setup.bringUp({ serverAliveInterval: 3600 });
    const { ports, link, window } = setup;
    using talk = await openEchoConnection(ports.echo);
    using file = await download(ports.endless);
    const asleep = suspend([window.client.daemonPid]);
    link.forget();
    await sleep(6000);
    const waitingClient = client(ports.echo);
    waitingClient.socket.end('come while it slept');
    asleep.resume();
    assert.equal(await talk.end, 'reset');
    assert.equal(await file.code, receiveError);
    await setup.back();
    assert.ok(window.log.some((line) => line.includes('The computer woke from sleep')));
    await waitingClient.done;
    assert.equal((await exchange(ports.echo, 'again')).received.toString(), 'again');
  });

  it('keeps a connection that has survived the sleep', async () => {
    await using setup = await setUpFaults();
    await setup.bringUp(defaults);
    const { ports, window } = setup;
    using talk = await openEchoConnection(ports.echo);
    using file = await download(ports.endless);
    const asleep = suspend([window.client.daemonPid]);
    const sent = talk.say('said while it slept');
    await sleep(6000);
    asleep.resume();
    assert.ok(await sent);
    await file.more();
    await window.until(
      () => window.log.some((line) => line.includes('The computer woke from sleep')),
      'aware of it',
    );
    // The probe has 3 s.
    await sleep(4000);
    assert.ok(talk.isOpen);
    assert.ok(await talk.say('still there?'));
    assert.equal(setup.states(), 'up');
  });

  it('keeps a slow and busy connection, where the probe has to queue', async () => {
    await using setup = await setUpFaults();
    await using sink = await target((socket) => socket.resume());
    await setup.bringUp({
      ...defaults,
      localForward: [setup.echo, setup.endless, sink].map(({ port }) => `0:127.0.0.1:${port}`),
    });
    const { link, window } = setup;
    link.bytesPerSecond = bytesPerSecond;
    const sending = Array.from({ length: 3 }, () => {
      const { socket } = client(window.port(2));
      socket.write(Buffer.alloc(8e6));
      return socket;
    });
    await sleep(4000);
    const asleep = suspend([window.client.daemonPid]);
    await sleep(6000);
    asleep.resume();
    await window.until(
      () => window.log.some((line) => line.includes('The computer woke from sleep')),
      'aware of it',
    );
    await sleep(5000);
    assert.equal(setup.states(), 'up', window.log.join('\n'));
    sending.forEach((socket) => socket.resetAndDestroy());
  });

  it('retries at once, and soon again when the network returns a little later', async () => {
    await using setup = await setUpFaults();
    const { link, window } = setup;
    await link.refuse();
    await setup.lease({}, { reconnectMaxDelay: 60 });
    window.client.start('user:t').catch(() => undefined);
    const left = (): number => {
      const state = window.state();
      return state.status === 'waiting' ? state.retryAt - Date.now() : 0;
    };
    await window.until(() => left() > 22_000, 'waiting for long');
    using asleep = suspend([window.client.daemonPid]);
    await sleep(5000);
    const state = window.state();
    assert.ok(state.status === 'waiting');
    const failures = window.history().length;
    asleep.resume();
    await window.until(() => window.history().length >= failures + 4, 'trying twice');
    await link.accept();
    await window.untilStatus('up');
    assert.ok(Date.now() < state.retryAt, 'it waited for the next attempt');
  });
});
