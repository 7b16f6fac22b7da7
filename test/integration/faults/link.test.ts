// Network failures between client and server: the link is silent, or drops its connections.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { setUpFaults } from '../../support/faults/setup';
import { openEchoConnection, download } from '../../support/faults/trafficChecks';
import { client, target, exchange } from '../../support/targetAndClient';

/** curl: "failure in receiving network data". */
const receiveError = 56;

describe('a tunnel during a network failure', () => {
  it('notices a silently dropped connection by its keep-alive, and half an answer never looks complete', async () => {
    await using setup = await setUpFaults();
    await setup.bringUp();
    const { ports, link, window } = setup;
    using talk = await openEchoConnection(ports.echo);
    using file = await download(ports.endless);
    link.forget();
    assert.equal(await talk.end, 'reset');
    assert.equal(await file.code, receiveError);
    await setup.back();
    assert.equal(setup.states(), 'up waiting connecting up');
    assert.ok(window.log.some((line) => line.includes('KeepAliveTimeout')));
    assert.equal((await exchange(ports.echo, 'again')).received.toString(), 'again');
  });

  it('survives a pause shorter than the keep-alive time-out, even in the middle of a download', async () => {
    await using setup = await setUpFaults();
    await using file = await target((socket) => {
      socket.resume();
      socket.write(Buffer.alloc(20e6, 'x'));
      socket.end('the end');
    });
    await setup.bringUp({
      serverAliveCountMax: 30,
      localForward: [`0:127.0.0.1:${setup.echo.port}`, `0:127.0.0.1:${file.port}`],
    });
    const { ports, link, window } = setup;
    using talk = await openEchoConnection(ports.echo);
    link.bytesPerSecond = 10e6;
    const loading = client(ports.endless);
    await once(loading.socket, 'data');
    link.hold();
    const sent = talk.say('do you hear me?');
    await sleep(2500);
    link.release();
    assert.ok(await sent);
    loading.socket.end();
    const { received, ended, error } = await loading.done;
    assert.deepEqual([received.length, ended, error], [20e6 + 7, true, undefined]);
    assert.ok(received.subarray(-7).equals(Buffer.from('the end')));
    assert.ok(!window.history().includes('waiting'), window.history().join(' '));
  });

  it('reconnects when the network is back after a longer outage', async () => {
    await using setup = await setUpFaults();
    await setup.bringUp({ connectTimeout: 2 });
    const { ports, link, window } = setup;
    using talk = await openEchoConnection(ports.echo);
    link.hold();
    assert.equal(await talk.end, 'reset');
    await window.until(() => window.log.some((line) => line.includes('ConnectTimeout')), 'a failed attempt');
    const early = exchange(ports.echo, 'early');
    link.release();
    await setup.back();
    assert.equal((await early).received.toString(), 'early');
  });
});
