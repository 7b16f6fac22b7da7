// What a remote forward reports about where it listens: never that it listens where another program does; what it
// couldn't find out, it reports as unknown; and only the server sees the probe.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, it } from 'mocha';
import type { Socket } from 'node:net';
import { promptly } from '../support/promptly';
import type { ForwardState } from '../../src/tunnels/model/state';
import { freePort } from '../support/freePort';
import { target, exchange } from '../support/targetAndClient';
import { useTunnelFixture } from '../support/tunnelFixture';
import { startSshd } from '../support/sshd';
import type { Sshd } from '../support/sshd';
import { messageOf } from '../support/errorWords';

describe('a remote forward, after probing its port,', () => {
  const fixture = useTunnelFixture();
  /** It permits remote forwards, but no connection that would show how they were opened. */
  let mute: Sshd;
  before(async () => {
    mute = await startSshd({ config: ['AllowTcpForwarding remote'] });
  });
  after(() => mute.stop());

  function forward(index = 0, id?: string): ForwardState {
    const state = fixture.window.forwards(id)[index];
    assert.ok(state);
    return state;
  }
  function failure(id?: string): string {
    const state = forward(0, id);
    return state.status === 'failed' ? messageOf(state.error) : '';
  }
  async function bringUp(remoteForward: unknown, server = fixture.sshd): Promise<void> {
    const tunnel = { host: 'test-sshd', remoteForward };
    const settings = { sshConfigFile: server.configFile };
    await fixture.window.lease({ id: 'user:t', tunnel, want: false, settings });
    await fixture.window.client.start('user:t');
  }
  async function answers(port: number, host: string): Promise<boolean> {
    return (await exchange(port, 'hello', host)).received.toString() === 'hello';
  }
  function toEcho(listen: string | number): object {
    return { listen, target: `127.0.0.1:${fixture.echo.port}` };
  }

  for (const [own, other] of [
    ['127.0.0.1', '::1'],
    ['::1', '127.0.0.1'],
  ] as const) {
    it(`fails when another program has ${own} and sshd only listens on ${other}`, async () => {
      let heard = 0;
      // Free at the other address too.
      const port = await freePort();
      const greet = (socket: Socket): void => {
        socket.on('data', ({ length }) => (heard += length)).end('220 not yours');
      };
      await using otherProgram = await target(greet, own, port);
      await bringUp(toEcho(port));
      assert.match(failure(), new RegExp(`could not listen on port ${port}: another program there uses it`));
      assert.equal((await exchange(port, 'hello', other)).error, 'ECONNREFUSED');
      assert.equal(heard, 0, 'the other program received data');
      await otherProgram[Symbol.asyncDispose]();
      await fixture.window.until(() => forward().status === 'listening', 'ours');
      assert.ok((await answers(port, own)) && (await answers(port, other)));
    });
  }

  it('fails when a silent program has the port', async () => {
    let heard = 0;
    await using otherProgram = await target((socket) => socket.on('data', ({ length }) => (heard += length)));
    await bringUp(toEcho(`*:${otherProgram.port}`));
    assert.match(failure(), /another program there uses it/);
    assert.equal(heard, 0, 'the other program received data');
    await fixture.window.lease();
  });

  it('has unknown exposure when the server allows no probe connection', async () => {
    await bringUp(['*:0', 0], mute);
    const [wide, narrow] = [forward(0), forward(1)];
    assert.ok(wide.status === 'listening' && narrow.status === 'listening');
    assert.equal(wide.isExposureUnknown, true);
    assert.equal(narrow.isExposureUnknown, undefined);
    await bringUp('*:0');
    const state = forward();
    assert.ok(state.status === 'listening' && state.isExposureUnknown === undefined, JSON.stringify(state));
  });

  it("is reported as another tunnel's port, and taken over when that tunnel stops", async () => {
    const port = await freePort();
    let connections = 0;
    await using busy = await target((socket) => {
      connections++;
      socket.pipe(socket);
    });
    const toBusy = { listen: `127.0.0.1:${port}`, target: `127.0.0.1:${busy.port}` };
    const tunnel = (listen: string | number, compression = false, dynamicForward: unknown = []): object => ({
      host: 'test-sshd',
      compression,
      remoteForward: toEcho(listen),
      dynamicForward,
    });
    await fixture.window.lease(
      { id: 'user:one', name: 'one', tunnel: { host: 'test-sshd', remoteForward: toBusy } },
      { id: 'user:two', name: 'two', tunnel: tunnel(`127.0.0.1:${port}`, false, 0), want: false },
      { id: 'user:three', name: 'three', tunnel: tunnel(port, true), want: false },
    );
    await fixture.window.until(() => fixture.window.forwards('user:one')[0]?.status === 'listening', 'one');
    await fixture.window.client.start('user:three');
    assert.equal(connections, 0, 'it was a client of the other tunnel');
    await fixture.window.client.start('user:two');
    for (const id of ['user:two', 'user:three']) {
      assert.match(
        failure(id),
        new RegExp(`${port} on the server 127\\.0\\.0\\.1 is used by the tunnel "one"\\.`),
      );
    }
    await fixture.window.client.stop('user:three');
    const isListening = (id: string) => (): boolean => fixture.window.forwards(id)[0]?.status === 'listening';
    await promptly(1000, async () => {
      await fixture.window.client.stop('user:two');
      await fixture.window.client.start('user:one');
      await fixture.window.until(isListening('user:one'), 'one');
      await fixture.window.client.start('user:two');
      // By then it has retried so often that the next automatic attempt is seconds away.
      await sleep(5000);
      await fixture.window.client.stop('user:one');
      const stopped = performance.now();
      await fixture.window.until(isListening('user:two'), 'two');
      return performance.now() - stopped;
    });
    assert.ok(await answers(port, '127.0.0.1'));
    await fixture.window.lease();
  });

  it('is probed without a connection to the target, and without a counted client', async () => {
    let connections = 0;
    await using quiet = await target((socket) => {
      connections++;
      socket.resume();
    });
    const counts: number[] = [];
    await fixture.window.lease();
    const listening = fixture.window.until(() => {
      const open = fixture.window.forwards().filter((state) => state.status === 'listening');
      counts.push(...open.map(({ connections }) => connections));
      return open.length === 2;
    }, 'listening');
    await bringUp([{ listen: 0, target: `127.0.0.1:${quiet.port}` }, '*:0']);
    await listening;
    assert.equal(connections, 0);
    assert.deepEqual([...new Set(counts)], [0]);
  });
});
