// Server failures: its session is killed or frozen, the server restarts, or moves to another address.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { eventually } from '../../support/eventually';
import { setUpFaults } from '../../support/faults/setup';
import { redirectClients } from '../../support/faults/redirectClients';
import { suspend } from '../../support/faults/suspended';
import { openEchoConnection, download, EchoClients } from '../../support/faults/trafficChecks';
import { exchange } from '../../support/targetAndClient';

/** curl: "failure in receiving network data". */
const receiveError = 56;

describe('a tunnel during a server failure', () => {
  it('resets clients at once when its session is killed, and returns on the same port', async () => {
    await using setup = await setUpFaults();
    await setup.bringUp();
    const { ports, sshd } = setup;
    using talk = await openEchoConnection(ports.echo);
    using file = await download(ports.endless);
    sshd.dropSessions();
    assert.equal(await talk.end, 'reset');
    assert.equal(await file.code, receiveError);
    await setup.back();
    assert.equal(setup.states(), 'up waiting connecting up');
    assert.deepEqual(setup.ports, ports);
    assert.equal((await exchange(ports.echo, 'again')).received.toString(), 'again');
  });

  it("notices a frozen session by its keep-alive, and the next session isn't blocked by it", async () => {
    await using setup = await setUpFaults();
    await setup.bringUp();
    const { ports, sshd, window } = setup;
    using talk = await openEchoConnection(ports.echo);
    using file = await download(ports.endless);
    using frozen = suspend(sshd.sessionPids());
    assert.equal(await talk.end, 'reset');
    assert.equal(await file.code, receiveError);
    await setup.back();
    assert.ok(window.log.some((line) => line.includes('KeepAliveTimeout')));
    assert.equal((await exchange(ports.echo, 'again')).received.toString(), 'again');
    frozen.resume();
    assert.equal((await exchange(ports.echo, 'and again')).received.toString(), 'and again');
    assert.equal(window.state().status, 'up');
  });

  it('pauses clients while its session is frozen for a moment', async () => {
    await using setup = await setUpFaults();
    await setup.bringUp({ serverAliveCountMax: 30 });
    const { ports, sshd, window } = setup;
    using talk = await openEchoConnection(ports.echo);
    using file = await download(ports.endless);
    const frozen = suspend(sshd.sessionPids());
    const sent = talk.say('do you hear me?');
    await new Promise((resolve) => setTimeout(resolve, 2500));
    frozen.resume();
    assert.ok(await sent);
    await file.more();
    assert.ok(talk.isOpen);
    assert.ok(!window.history().includes('waiting'), window.history().join(' '));
  });

  it('serves clients that connect while the server restarts, once it is back', async () => {
    await using setup = await setUpFaults();
    await setup.bringUp();
    const { ports, sshd } = setup;
    using talk = await openEchoConnection(ports.echo);
    using file = await download(ports.endless);
    const echoClients = new EchoClients(ports.echo);
    await sshd.halt();
    assert.equal(await talk.end, 'reset');
    assert.equal(await file.code, receiveError);
    // Only clients whose connection was cut may fail; of those that connect meanwhile, twenty and more are held.
    await eventually('twenty are held', () => echoClients.held >= 20);
    const [served, failed] = [echoClients.served.length, echoClients.failures.length];
    await sshd.restart();
    await setup.back();
    await echoClients[Symbol.asyncDispose]();
    assert.ok(echoClients.served.length >= served + 20, `${echoClients.served.length - served} were served`);
    assert.equal(echoClients.failures.length, failed, echoClients.failures.join(' '));
    assert.ok(failed < 20 && !echoClients.failures.includes('ECONNREFUSED'), echoClients.failures.join(' '));
  });

  it("finds a moved server's new address at the next attempt", async () => {
    await using setup = await setUpFaults({ alsoListen: ['127.0.0.9'] });
    await setup.bringUp();
    const { ports, sshd, link } = setup;
    using talk = await openEchoConnection(ports.echo);
    await link.refuse();
    link.reset();
    assert.equal(await talk.end, 'reset');
    await setup.window.untilStatus('waiting');
    await redirectClients(sshd, { host: '127.0.0.9', port: sshd.port });
    await setup.back();
    assert.equal((await exchange(ports.echo, 'there')).received.toString(), 'there');
  });
});
