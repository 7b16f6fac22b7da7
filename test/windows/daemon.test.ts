// The daemon on Windows: reached by a named pipe, shared by windows, and independent of the one that started it.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, it } from 'mocha';
import { eventually } from '../support/eventually';
import { step } from '../support/step';
import { exchange } from '../support/targetAndClient';
import { TestWindow, daemonScript, testDaemon } from '../support/testWindow';
import { useWindowsFixture } from '../support/windows/windowsFixture';

/** A window in a process of its own, which brings a tunnel up and is gone without a word. Prints the port to a file. */
const shortWindow = `
const { writeFileSync } = require('node:fs');
const { TestWindow } = require(process.env.TEST_WINDOW);
void TestWindow.open({ env: process.env }, { configFile: process.env.TEST_CONFIG }, { script: process.env.TEST_DAEMON })
  .then(async (window) => {
    await window.bringUp({ host: 'test-sshd', localForward: '0:127.0.0.1:' + process.env.TEST_TARGET });
    writeFileSync(process.env.TEST_RESULT, JSON.stringify({ port: window.port(), pid: window.client.daemonPid }));
    process.exit(0);
  });
`;

describe('the daemon on Windows', () => {
  const parts = useWindowsFixture();

  it('is found by %LOCALAPPDATA%\\ssh-tunnels, and is reached by a named pipe', async () => {
    const folder = join(parts.daemon.env['LOCALAPPDATA'] ?? '', 'ssh-tunnels');
    const text = await readFile(join(folder, 'host-2.json'), 'utf8');
    const { endpoint } = JSON.parse(text) as { endpoint: string };
    assert.match(endpoint, /^\\\\\.\\pipe\\ssh-tunnels-[\w-]{16,}$/);
  });

  it('runs one tunnel for two windows that want the same', async () => {
    const tunnel = { host: 'test-sshd', localForward: `0:127.0.0.1:${parts.echo.port}` };
    const logins = async (): Promise<number> =>
      (await parts.sshd.log()).match(/Accepted publickey/g)?.length ?? 0;
    const before = await logins();
    const other = await TestWindow.open(parts.daemon, parts.sshd, 'other');
    try {
      assert.equal(other.client.daemonPid, parts.window.client.daemonPid);
      await parts.window.bringUp(tunnel);
      await other.lease({ id: 'user:t', tunnel });
      await other.untilStatus('up');
      assert.equal(other.port(), parts.window.port());
      assert.equal(await logins(), before + 1);
      await other.client.stop('user:t');
      await parts.window.untilStatus('stopped');
    } finally {
      other.disconnect();
    }
  });

  it('survives the window that started it, and ends half a minute after the last', async () => {
    await using daemon = await testDaemon();
    const result = join(daemon.env['LOCALAPPDATA'] ?? '', 'result.json');
    await step('a window starts it, and is gone', async () => {
      const env = {
        ...daemon.env,
        TEST_WINDOW: resolve('dist-test/window/testWindow.js'),
        TEST_CONFIG: parts.sshd.configFile,
        TEST_DAEMON: daemonScript,
        TEST_TARGET: String(parts.echo.port),
        TEST_RESULT: result,
      };
      await promisify(execFile)(process.execPath, ['-e', shortWindow], { env });
    });
    const { port, pid } = JSON.parse(await readFile(result, 'utf8')) as { port: number; pid: number };
    await step('its tunnel still works', async () => {
      assert.equal((await exchange(port, 'still there')).received.toString(), 'still there');
    });
    await step('it ends', async () => {
      await eventually('its process has ended', () => !lives(pid));
      assert.equal((await exchange(port)).error, 'ECONNREFUSED');
    });
  });
});

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
