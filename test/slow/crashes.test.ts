// What a killed window leaves behind, and what a daemon that doesn't answer causes: all of it takes time.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { eventually } from '../support/eventually';
import { endpointFilePath } from '../../src/tunnels/daemon/endpoint/endpointFile';
import { endpointFolder } from '../../src/tunnels/daemon/endpoint/endpointFolder';
import { freePort } from '../support/freePort';
import { TestWindow, testDaemon } from '../support/testWindow';
import type { TestDaemon } from '../support/testWindow';
import { client, target, exchange } from '../support/targetAndClient';
import type { TargetServer } from '../support/targetAndClient';
import { startSshd } from '../support/sshd';
import type { Sshd } from '../support/sshd';
import { protocolMajor } from '../../src/tunnels/daemon/protocol/protocol';

describe('abrupt failures:', () => {
  let sshd: Sshd;
  let echo: TargetServer;
  let daemon: TestDaemon;
  const windows: TestWindow[] = [];
  const processes: ChildProcess[] = [];

  before(async () => {
    sshd = await startSshd();
    echo = await target((socket) => socket.pipe(socket));
  });
  beforeEach(async () => {
    daemon = await testDaemon();
  });
  afterEach(async () => {
    for (const window of windows.splice(0)) {
      window.disconnect();
    }
    for (const process of processes.splice(0)) {
      process.kill('SIGKILL');
    }
    await daemon[Symbol.asyncDispose]();
  });
  after(async () => {
    await echo[Symbol.asyncDispose]();
    await sshd.stop();
  });

  async function open(windowId: string): Promise<TestWindow> {
    const window = await TestWindow.open(daemon, sshd, windowId);
    windows.push(window);
    return window;
  }

  function tunnel(port: number): object {
    return { host: 'test-sshd', localForward: `${port}:127.0.0.1:${echo.port}` };
  }

  /** A window in its own process, like an extension host, with its tunnel up. */
  async function openElsewhere(port: number): Promise<ChildProcess> {
    const text = `
      const { TestWindow } = require(${JSON.stringify(resolve('dist-test/sameMajor/testWindow.js'))});
      (async () => {
        const place = { env: process.env };
        const sshd = { configFile: ${JSON.stringify(sshd.configFile)} };
        const script = ${JSON.stringify(resolve('dist/tunnelDaemon.js'))};
        const window = await TestWindow.open(place, sshd, { windowId: 'elsewhere', script });
        await window.bringUp(${JSON.stringify(tunnel(port))});
        console.log('up');
      })();`;
    const elsewhere = spawn(process.execPath, ['-e', text], {
      env: daemon.env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    processes.push(elsewhere);
    const [said] = (await once(elsewhere.stdout, 'data')) as [Buffer];
    assert.equal(said.toString().trim(), 'up');
    return elsewhere;
  }

  it('a killed window keeps its tunnels for half a minute, and other windows keep theirs', async () => {
    const [mine, theirs] = [await freePort(), await freePort()];
    const killed = await openElsewhere(theirs);
    const window = await open('here');
    await window.bringUp(tunnel(mine));
    const { socket } = client(mine);
    socket.write('x');
    await once(socket, 'data');
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    await sleep(20_000);
    assert.equal((await exchange(theirs, 'still')).received.toString(), 'still');
    await eventually('it is given up', async () => (await exchange(theirs)).error === 'ECONNREFUSED');
    socket.write('y');
    await once(socket, 'data');
    socket.destroy();
  });

  it("a program that answers instead of the daemon, but doesn't know the secret, is replaced", async () => {
    await using mute = await target((socket) => socket.resume(), {
      path: join(daemon.env['XDG_RUNTIME_DIR'] ?? '', 'mute.sock'),
    });
    const folder = endpointFolder(daemon.env);
    mkdirSync(folder, { mode: 0o700 });
    assert.ok('path' in mute.address);
    const impostor = {
      endpoint: mute.address.path,
      secret: 'ab'.repeat(32),
      major: protocolMajor,
      pid: process.pid,
    };
    writeFileSync(endpointFilePath(folder), JSON.stringify(impostor), { mode: 0o600 });
    const window = await open('w');
    await window.bringUp(tunnel(0));
    assert.equal((await exchange(window.port(), 'on')).received.toString(), 'on');
  });

  it('a daemon that does nothing for a while is waited for', async () => {
    const first = await open('first');
    await first.bringUp(tunnel(0));
    process.kill(first.client.daemonPid, 'SIGSTOP');
    const opening = open('second');
    // Longer than a window waits, and shorter than the daemon that it then starts.
    await sleep(12_000);
    process.kill(first.client.daemonPid, 'SIGCONT');
    const second = await opening;
    assert.equal(second.client.daemonPid, first.client.daemonPid);
    assert.equal((await exchange(first.port(), 'on')).received.toString(), 'on');
  });

  it('a suspended daemon is replaced, and exits when it wakes up', async () => {
    const port = await freePort();
    const first = await open('first');
    await first.bringUp(tunnel(port));
    process.kill(first.client.daemonPid, 'SIGSTOP');
    const second = await open('second');
    assert.notEqual(second.client.daemonPid, first.client.daemonPid);
    await second.bringUp(tunnel(port));
    const [forward] = second.forwards();
    assert.ok(forward?.status === 'failed' && forward.error.code === 'AddressInUse', JSON.stringify(forward));
    process.kill(first.client.daemonPid, 'SIGCONT');
    await first.until(() => first.closed, 'ended');
    await second.until(() => second.forwards()[0]?.status === 'listening', 'listening');
    assert.equal((await exchange(port, 'on')).received.toString(), 'on');
  });
});
