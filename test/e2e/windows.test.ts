// Two windows share one tunnel: what one starts is up in the other, and neither a reload nor the end of a window
// interrupts a large download; even a killed editor doesn't do so at once.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { describe, it } from 'mocha';
import { readEndpointFile } from '../../src/tunnels/daemon/endpoint/endpointFile';
import { endpointFolder } from '../../src/tunnels/daemon/endpoint/endpointFolder';
import { untilLoaded } from '../support/editor/chromium';
import { eventually } from '../support/eventually';
import { freePort } from '../support/freePort';
import { client, target, exchange } from '../support/targetAndClient';
import { descendants, killAll } from '../support/processTree';
import { step } from '../support/step';
import { tempDir } from '../support/tempDir';
import { settingsText, startTestProject } from '../editor/testProject';
import { openEditorWindow, openTunnelsView, press, row, runCommand } from './editorWindow';
import { testHooks } from './testHooks';

const block = randomBytes(1024 * 1024);
const blocks = 200;
/** Milliseconds that a lease outlives its window. */
const leaseMs = 30_000;

describe('a tunnel shared by two windows', function () {
  const later = testHooks(this);

  it('stays up when one window is reloaded, closed or killed, until the last lease expires', async () => {
    const project = later(await startTestProject());
    const other = later(await tempDir('other-'));
    const source = later(await target(pour));
    const [port, ownPort] = [await freePort(), await freePort()];
    const staging = { host: 'test-sshd', localForward: `${port}:127.0.0.1:${source.port}` };
    const own = {
      host: 'test-sshd',
      autoStart: false,
      localForward: `${ownPort}:127.0.0.1:${project.echoPort}`,
    };
    for (const files of [project.files, other]) {
      await files.write('.vscode/settings.json', settingsText({ staging }));
    }
    const { page, server, open } = later(
      await openEditorWindow({
        folder: project.folder,
        userSettings: { ...project.userSettings, 'sshTunnels.tunnels': { own } },
      }),
    );
    const connections = (): number => project.sshd.log().match(/Accepted publickey/g)?.length ?? 0;
    const here = row(page, 'own').first();
    await step("the project's tunnel is up, and the user's own isn't", async () => {
      await openTunnelsView(page);
      await row(page, 'staging').filter({ hasText: 'up' }).first().waitFor();
      await here.filter({ hasText: 'stopped' }).waitFor();
    });
    const second = await step('a second window opens another folder with the same tunnel', async () => {
      const before = connections();
      const opened = await open(other.path);
      await openTunnelsView(opened);
      await row(opened, 'staging').filter({ hasText: 'up' }).first().waitFor();
      assert.equal(connections(), before, 'a further connection for the same tunnel');
      return opened;
    });
    const there = row(second, 'own').first();
    await step('a tunnel started in one window is up in both', async () => {
      await there.filter({ hasText: 'stopped' }).waitFor();
      await press(here, 'Start');
      await here.filter({ hasText: 'up' }).waitFor();
      await there.filter({ hasText: 'up' }).waitFor();
    });
    const madeSoFar = connections();
    const openClient = client(ownPort);
    const works = async (): Promise<void> => {
      openClient.socket.write('x');
      await once(openClient.socket, 'data');
    };
    await works();
    const download = slowly(port);
    const pid = await daemonPid(server.runtimeDir);
    await step('the first window is reloaded', async () => {
      const loaded = page.waitForEvent('domcontentloaded');
      await runCommand(page, 'Developer: Reload Window');
      await loaded;
      await untilLoaded(page);
      // The view returns without a click; its row says so when the new window has joined.
      await here.filter({ hasText: 'up' }).waitFor();
      await works();
    });
    await step('the first window is closed', async () => {
      await page.close();
      await row(second, 'staging').filter({ hasText: 'up' }).first().waitFor();
      await works();
      assert.equal(await daemonPid(server.runtimeDir), pid);
    });
    await step('the download is complete', async () => {
      const { length, digest } = await download.rest();
      assert.equal(length, blocks * block.length);
      assert.equal(digest, whole());
      assert.equal(connections(), madeSoFar, 'connected anew');
    });
    await step('one tunnel is stopped from the second window, and the other stays up', async () => {
      await press(row(second, 'staging').first(), 'Stop');
      await row(second, 'staging').filter({ hasText: 'stopped' }).first().waitFor();
      assert.equal((await exchange(port)).error, 'ECONNREFUSED');
      await works();
    });
    await step('the editor is killed, and the tunnel stays up until its leases expire', async () => {
      const begin = performance.now();
      const killed = [server.pid, ...descendants(server.pid)].filter((each) => each !== pid);
      killAll(killed);
      await eventually('all of the editor is gone', () => !killed.some(lives));
      await works();
      await eventually(
        'the tunnel is gone',
        async () => (await exchange(ownPort)).error === 'ECONNREFUSED',
        3 * leaseMs,
      );
      const lasted = performance.now() - begin;
      // Timers of two processes may differ by a millisecond.
      assert.ok(lasted > leaseMs - 1000, `the leases lasted ${lasted} ms only`);
      openClient.socket.destroy();
      await eventually('the daemon is gone', () => !lives(pid));
    });
  });
});

function whole(): string {
  const hash = createHash('sha256');
  for (let i = 0; i < blocks; i++) {
    hash.update(block);
  }
  return hash.digest('hex');
}

/** Sends the blocks as fast as they are read. */
function pour(socket: Socket): void {
  let sent = 0;
  const more = (): void => {
    while (sent < blocks) {
      sent++;
      if (!socket.write(block)) {
        return;
      }
    }
    socket.end();
  };
  socket.on('drain', more).resume();
  more();
}

interface Download {
  /** Reads the rest, and returns what everything was. */
  rest(): Promise<{ length: number; digest: string }>;
}

/**
 * Reads a little at a time, and keeps the last part until `rest()` is called: the download stays active until then.
 */
function slowly(port: number): Download {
  const hash = createHash('sha256');
  let length = 0;
  let holdsBack = true;
  const socket = connect(port, '127.0.0.1');
  socket.on('data', (data) => {
    hash.update(data);
    length += data.length;
    if (holdsBack) {
      socket.pause();
      if (length < (blocks - 50) * block.length) {
        setTimeout(() => socket.resume(), 5);
      }
    }
  });
  const done = new Promise<Awaited<ReturnType<Download['rest']>>>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('end', () => {
      if (holdsBack) reject(new Error(`it ended after ${length} bytes`));
      resolve({ length, digest: hash.digest('hex') });
    });
  });
  // It may fail before anything waits for it.
  done.catch(() => undefined);
  const rest = (): typeof done => {
    holdsBack = false;
    socket.resume();
    return done;
  };
  return { rest };
}

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
