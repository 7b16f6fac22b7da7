// What a person does to the editor while a tunnel is in use: a second window, a reload, a kill; and what they see when a
// port is taken.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { readEndpointFile, endpointFolder } from '../../src/tunnels/daemon/client/endpointFile';
import { endAfterEach } from '../support/cleanUps';
import { openWorkbench } from '../support/editor/chromium';
import { freePort } from '../support/freePort';
import { client, visit } from '../support/peers';
import { descendants, killAll } from '../support/processTree';
import { tempDir } from '../support/tempDir';
import { backstage, settingsText } from '../editor/projects';
import { openEditorWindow, openTunnelsView, press, row, runCommand } from './editorWindow';

describe('a person with several windows', function () {
  this.timeout(240_000);
  const later = endAfterEach();

  it('has in both what is started in one; neither a reload nor a kill of the editor cuts it', async () => {
    const stage = later(await backstage());
    const other = later(await tempDir('other-'));
    const port = await freePort();
    const own = {
      host: 'test-sshd',
      autoStart: false,
      localForward: `${port}:127.0.0.1:${stage.echoPort}`,
    };
    const { page, server, browser } = later(
      await openEditorWindow({
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

    const kept = client(port);
    const works = async (): Promise<void> => {
      kept.socket.write('x');
      await once(kept.socket, 'data');
    };
    await works();
    const pid = await daemonPid(server.runtimeDir);
    const loaded = page.waitForEvent('domcontentloaded');
    await runCommand(page, 'Developer: Reload Window');
    await loaded;
    // The view is there again by itself; its row says so when the new window has joined.
    await here.filter({ hasText: 'up' }).waitFor();
    await works();
    assert.equal(await daemonPid(server.runtimeDir), pid);

    killAll([server.pid, ...descendants(server.pid)].filter((each) => each !== pid));
    const begin = performance.now();
    await sleep(2000);
    await works();
    while ((await visit(port)).error !== 'ECONNREFUSED' && performance.now() - begin < 50_000) {
      await sleep(250);
    }
    const took = performance.now() - begin;
    assert.ok(took > 25_000, `the leases lasted ${took} ms only`);
    assert.equal((await visit(port)).error, 'ECONNREFUSED');
    kept.socket.destroy();
    for (let tries = 0; tries < 50 && lives(pid); tries++) {
      await sleep(100);
    }
    assert.equal(lives(pid), false, 'the daemon is still there');
  });

  it('is asked which port to take when one is taken, and only when they start it', async () => {
    const stage = later(await backstage());
    const port = await freePort();
    const stranger = createServer().listen(port, '127.0.0.1');
    await once(stranger, 'listening');
    later({ [Symbol.dispose]: () => void stranger.close() });
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
      await openEditorWindow({ folder: stage.folder, userSettings: stage.userSettings }),
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

async function daemonPid(runtimeDir: string): Promise<number> {
  const endpointFile = await readEndpointFile(endpointFolder({ XDG_RUNTIME_DIR: runtimeDir }));
  assert.ok(endpointFile, 'no daemon runs');
  return endpointFile.pid;
}

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
