// Ports while the tunnel is down: no other program gets the local one; any program can take the remote one, and the
// tunnel gets it back when that program ends.
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { messageOf } from '../../support/errorWords';
import { eventually, longWaitMs } from '../../support/eventually';
import { setUpFaults } from '../../support/faults/setup';
import type { FaultSetup } from '../../support/faults/setup';
import { suspend } from '../../support/faults/suspended';
import { PortGrabber } from '../../support/faults/trafficChecks';
import { freePort } from '../../support/freePort';
import { exchange } from '../../support/targetAndClient';
import { killAll } from '../../support/processTree';

describe('the port of a tunnel that is down', () => {
  /** Brings it up with one more forward, from a port of the server to the echo. */
  async function bringUpWithRemote(setup: FaultSetup): Promise<number> {
    const port = await freePort();
    await setup.bringUp({ remoteForward: `${port}:127.0.0.1:${setup.echo.port}` });
    assert.ok(await answers(port));
    return port;
  }
  async function answers(port: number): Promise<boolean> {
    return (await exchange(port, 'hello')).received.toString() === 'hello';
  }
  const remote = (setup: FaultSetup): string => setup.window.forwards()[2]?.status ?? 'none';

  const failureOf = (setup: FaultSetup): string => {
    const forward = setup.window.forwards()[2];
    return forward?.status === 'failed' ? messageOf(forward.error) : '';
  };

  it("can't be taken by another program on this machine, at either address", async () => {
    await using setup = await setUpFaults();
    await setup.bringUp();
    const { ports, sshd, window } = setup;
    await using four = new PortGrabber(ports.echo);
    await using six = new PortGrabber(ports.echo, '::1');
    await sshd.halt();
    await window.untilStatus('waiting');
    const tries = [four, six].map((portGrabber) => portGrabber.tries);
    await eventually('both have tried', () =>
      [four, six].every((portGrabber, at) => portGrabber.tries > tries[at]! + 50),
    );
    await sshd.restart();
    await setup.back();
    assert.deepEqual([four.grabbed, six.grabbed], [0, 0]);
  });

  it('can be taken by another program on the server, and is ours again when that program leaves', async () => {
    await using setup = await setUpFaults();
    const port = await bringUpWithRemote(setup);
    const { sshd, window, ports } = setup;
    await sshd.halt();
    await window.untilStatus('waiting');
    const otherProgram = createServer((socket) => socket.end('another program'));
    await new Promise<void>((resolve) => otherProgram.listen(port, '127.0.0.1', resolve));
    await sshd.restart();
    await setup.back();
    await window.until(() => remote(setup) === 'failed', 'the failure is reported');
    const forward = window.forwards()[2];
    assert.ok(forward?.status === 'failed' && forward.error.code === 'RemoteListenRefused');
    assert.ok(await answers(ports.echo));
    assert.equal((await exchange(port)).received.toString(), 'another program');
    await new Promise((resolve) => otherProgram.close(resolve));
    await window.until(() => remote(setup) === 'listening', 'ours again');
    assert.ok(await answers(port));
  });

  it('is ours again when the server notices that the old session is dead', async () => {
    await using setup = await setUpFaults({ config: ['ClientAliveInterval 1', 'ClientAliveCountMax 3'] });
    const port = await bringUpWithRemote(setup);
    setup.link.forget();
    await setup.back();
    await setup.window.until(() => remote(setup) === 'listening', 'ours again');
    assert.ok(await answers(port));
  });

  it('is said to be used by our old session even if the server lets nobody look', async () => {
    await using setup = await setUpFaults({ config: ['PermitOpen 127.0.0.1:9'] });
    const port = await bringUpWithRemote(setup);
    const frozen = setup.sshd.sessionPids();
    suspend(frozen);
    await setup.window.until(() => failureOf(setup) !== '', 'the failure is reported', longWaitMs);
    assert.match(failureOf(setup), /still uses port \d+, probably for the connection that was lost/);
    killAll(frozen);
    await setup.window.until(() => remote(setup) === 'listening', 'ours again');
    assert.ok(await answers(port));
  });

  it('is ours again as soon as a frozen old session ends, which is said to have it', async () => {
    await using setup = await setUpFaults();
    const port = await bringUpWithRemote(setup);
    const frozen = setup.sshd.sessionPids();
    suspend(frozen);
    await setup.back();
    await sleep(1500);
    assert.notEqual(remote(setup), 'listening');
    assert.match(failureOf(setup), /still uses port \d+, probably for the connection that was lost/);
    assert.ok(await answers(setup.ports.echo), 'the rest works');
    killAll(frozen);
    await setup.window.until(() => remote(setup) === 'listening', 'ours again');
    assert.ok(await answers(port));
  });
});
