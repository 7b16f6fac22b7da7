// Stop ends the program of a ProxyCommand, below the cmd.exe that runs it, and what it has started.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { isRunning } from '../../src/tunnels/daemon/server/idleExit';
import { eventually } from '../support/eventually';
import { tempDir } from '../support/tempDir';
import type { TempDir } from '../support/tempDir';
import { TestWindow, testDaemon } from '../support/testWindow';
import type { TestDaemon } from '../support/testWindow';
import { startLinuxSshd } from '../support/windows/linux';
import type { LinuxSshd } from '../support/windows/linux';

/** A relay that goes on when its input ends. Its arguments: host, port, and the files for two process ids. */
const relay = `
const [, , host, port, own, child] = process.argv;
const { writeFileSync } = require('node:fs');
writeFileSync(own, String(process.pid));
const run = "require('node:fs').writeFileSync(process.argv[1], String(process.pid)); setInterval(() => {}, 1000)";
require('node:child_process').spawn(process.execPath, ['-e', run, child], { stdio: 'ignore' });
const socket = require('node:net').connect(Number(port), host);
process.stdin.pipe(socket).pipe(process.stdout);
setInterval(() => {}, 1000);
`;

describe('a ProxyCommand on Windows', () => {
  let sshd: LinuxSshd;
  let daemon: TestDaemon;
  let dir: TempDir;
  let window: TestWindow;

  before(async () => {
    sshd = await startLinuxSshd();
  });
  beforeEach(async () => {
    [dir, daemon] = await Promise.all([tempDir(), testDaemon()]);
    const script = await dir.write('relay.js', relay);
    const command = [process.execPath, script, '%h', '%p', dir.file('own'), dir.file('child')];
    const configFile = await dir.write(
      'config',
      [
        'Host test-sshd',
        ...sshd.hostLines,
        `ProxyCommand ${command.map((word) => `"${word}"`).join(' ')}`,
        '',
      ].join('\n'),
    );
    window = await TestWindow.open(daemon, { configFile });
    await window.bringUp({ host: 'test-sshd', dynamicForward: 0 });
  });
  afterEach(async () => {
    window.disconnect();
    await daemon[Symbol.asyncDispose]();
    await dir.remove();
  });
  after(() => sshd[Symbol.asyncDispose]());

  async function programs(): Promise<number[]> {
    const pids: number[] = [];
    for (const name of ['own', 'child']) {
      await eventually(`${name} was started`, async () => {
        const pid = Number(await readFile(dir.file(name), 'utf8').catch(() => '0'));
        return pid > 0 && isRunning(pid) && pids.push(pid) > 0;
      });
    }
    return pids;
  }

  it('has ended with all that it has started when Stop is done', async () => {
    const pids = await programs();
    await window.client.stop('user:t');
    assert.deepEqual(pids.filter(isRunning), []);
  });
});
