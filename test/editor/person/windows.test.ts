// What a person does to the editor while a tunnel is in use: a second window, a reload, a kill; and what they see when a
// port is taken.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, it } from 'mocha';
import { readRendezvous, rendezvousFolder } from '../../../src/tunnels/host/rendezvous';
import { openWorkbench } from '../../support/editor/chromium';
import { freePort } from '../../support/freePort';
import { client, target, visit } from '../../support/peers';
import { descendants, killAll } from '../../support/processTree';
import { tempDir } from '../../support/tempDir';
import { backstage, settingsText } from '../projects';
import { openPersonWindow, openTunnelsView, press, row, runCommand } from './personWindow';

const megabyte = 1024 * 1024;
const size = 200 * megabyte;

describe('a person with several windows', function () {
  this.timeout(150_000);
  const cleanUps: (() => PromiseLike<void> | void)[] = [];

  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) {
      await cleanUp();
    }
  });

  function later<T extends AsyncDisposable>(thing: T): T {
    cleanUps.push(() => thing[Symbol.asyncDispose]());
    return thing;
  }

  it('shares a tunnel between them, and neither a reload nor a kill of the editor cuts it', async () => {
    const stage = later(await backstage());
    const other = later(await tempDir('other-'));
    const reloaded = new AbortController();
    const source = later(await target((socket) => void pour(socket, reloaded.signal)));
    const [echoPort, bulkPort] = [await freePort(), await freePort()];
    const own = {
      host: 'test-sshd',
      autoStart: false,
      localForward: [`${echoPort}:127.0.0.1:${stage.echoPort}`, `${bulkPort}:127.0.0.1:${source.port}`],
    };
    const { page, server, browser } = later(
      await openPersonWindow({
        folder: stage.folder,
        userSettings: { ...stage.userSettings, 'sshTunnels.tunnels': { own } },
      }),
    );
    await openTunnelsView(page);
    const here = row(page, 'own').first();
    await here.filter({ hasText: 'stopped' }).waitFor();
    const second = await openWorkbench(browser, `${server.url}/?folder=${encodeURIComponent(other.path)}`);
    await openTunnelsView(second);
    const there = row(second, 'own').first();
    await there.filter({ hasText: 'stopped' }).waitFor();
    await press(here, 'Start');
    await here.filter({ hasText: 'up' }).waitFor();
    // No host ran when it was opened; and it wants now what its user has started elsewhere.
    await there.filter({ hasText: 'up' }).waitFor();
    assert.equal(stage.sshd.log().match(/Accepted publickey/g)?.length, 1, 'one connection for both');

    const { socket, done } = client(bulkPort);
    socket.on('end', () => socket.end());
    await once(socket, 'data');
    const pid = await hostPid(server.runtimeDir);
    const loaded = page.waitForEvent('domcontentloaded');
    await runCommand(page, 'Developer: Reload Window');
    await loaded;
    // The view is there again by itself; its row says so when the new window has joined.
    await here.filter({ hasText: 'up' }).waitFor();
    reloaded.abort();
    const { received, error } = await done;
    assert.equal(error, undefined);
    assert.equal(digest([received]), expectedDigest(), `${received.length} bytes of ${size}`);
    assert.equal(await hostPid(server.runtimeDir), pid);

    await there.click();
    await press(there, 'Stop');
    await here.filter({ hasText: 'stopped' }).waitFor();
    await press(here, 'Start');
    await there.filter({ hasText: 'up' }).waitFor();

    const kept = client(echoPort);
    kept.socket.write('x');
    await once(kept.socket, 'data');
    killAll([server.pid, ...descendants(server.pid)].filter((each) => each !== pid));
    const begin = performance.now();
    await sleep(2000);
    kept.socket.write('y');
    await once(kept.socket, 'data');
    while ((await visit(echoPort)).error !== 'ECONNREFUSED' && performance.now() - begin < 50_000) {
      await sleep(250);
    }
    const took = performance.now() - begin;
    assert.ok(took > 25_000, `the leases lasted ${took} ms only`);
    assert.equal((await visit(echoPort)).error, 'ECONNREFUSED');
    kept.socket.destroy();
    for (let tries = 0; tries < 50 && lives(pid); tries++) {
      await sleep(100);
    }
    assert.equal(lives(pid), false, 'the tunnel host is still there');
  });

  it('is asked which port to take when one is taken, and only when they start it', async () => {
    const stage = later(await backstage());
    const port = await freePort();
    const stranger = createServer().listen(port, '127.0.0.1');
    await once(stranger, 'listening');
    cleanUps.push(() => void stranger.close());
    const web = {
      listen: port,
      target: `127.0.0.1:${stage.echoPort}`,
      label: 'Web',
      ifPortBusy: 'ask',
    };
    await stage.project.write(
      '.vscode/settings.json',
      settingsText({ shop: { host: 'test-sshd', localForward: web } }),
    );
    const { page } = later(
      await openPersonWindow({ folder: stage.folder, userSettings: stage.userSettings }),
    );
    await openTunnelsView(page);
    const tunnel = row(page, 'shop').first();
    await tunnel.filter({ hasText: '1 of 1 forward failed' }).waitFor();
    const box = page.locator('.quick-input-widget:visible');
    assert.equal(await box.count(), 0, 'asked by itself');
    await runCommand(page, 'SSH Tunnels: Restart');
    await box.filter({ hasText: `Port ${port} on this machine is used by` }).waitFor();
    const offer = box.locator('[role="option"]').filter({ hasText: /Use \d+ Once/ });
    const free = Number(/Use (\d+) Once/.exec((await offer.textContent()) ?? '')?.[1]);
    await offer.click();
    await tunnel.filter({ hasText: 'up' }).waitFor();
    await row(page, 'Web')
      .filter({ hasText: String(free) })
      .waitFor();
    assert.equal((await visit(free, 'hello')).received.toString(), 'hello');
  });
});

/** All but the last megabyte at once; that one when the time has come. */
async function pour(socket: Socket, time: AbortSignal): Promise<void> {
  const write = async (index: number): Promise<void> => {
    if (!socket.write(chunk(index))) {
      await once(socket, 'drain');
    }
  };
  const last = size / megabyte - 1;
  for (let index = 0; index < last; index++) {
    await write(index);
  }
  if (!time.aborted) {
    await once(time, 'abort');
  }
  await write(last);
  socket.end();
}

function chunk(index: number): Buffer {
  return Buffer.alloc(megabyte, createHash('sha256').update(String(index)).digest());
}

function expectedDigest(): string {
  return digest(Array.from({ length: size / megabyte }, (_, index) => chunk(index)));
}

function digest(chunks: readonly Buffer[]): string {
  const hash = createHash('sha256');
  chunks.forEach((each) => hash.update(each));
  return hash.digest('hex');
}

async function hostPid(runtimeDir: string): Promise<number> {
  const rendezvous = await readRendezvous(rendezvousFolder({ XDG_RUNTIME_DIR: runtimeDir }));
  assert.ok(rendezvous, 'no tunnel host runs');
  return rendezvous.pid;
}

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
