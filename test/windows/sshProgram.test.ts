// What `ssh -G` prints on Windows: OpenSSH for Windows, and Git's ssh, by a stand-in for both.
import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { resolveHost } from '../../src/tunnels/ssh/config/resolveHost';
import { exchange } from '../support/targetAndClient';
import { tempDir } from '../support/tempDir';
import type { TempDir } from '../support/tempDir';
import { TestWindow } from '../support/testWindow';
import { useWindowsFixture } from '../support/windows/windowsFixture';

const sshFolder = join(userInfo().homedir, '.ssh');

for (const [name, folder] of [
  ['OpenSSH for Windows', 'OpenSSH'],
  ["Git's ssh", String.raw`Git\usr\bin`],
] as const) {
  describe(`${name} in PATH`, () => {
    const parts = useWindowsFixture();
    const env = {
      PATH: [join(process.env['USERPROFILE'] ?? '', folder), process.env['PATH']].join(delimiter),
    };
    let dir: TempDir;
    let window: TestWindow;

    before(async () => {
      dir = await tempDir();
    });
    after(() => dir.remove());
    beforeEach(async () => {
      await rm(sshFolder, { recursive: true, force: true });
      await mkdir(sshFolder);
      window = await TestWindow.open(parts.daemon, parts.sshd, { readsOwnHome: true, windowId: 'own', env });
    });
    afterEach(async () => {
      await window.lease();
      window.disconnect();
      await rm(sshFolder, { recursive: true, force: true });
    });

    /** ~/.ssh/config, with what a login needs after these lines. */
    async function configure(...own: readonly string[]): Promise<void> {
      const lines = [...own, 'Match all', ...parts.sshd.hostLines.map((line) => `  ${line}`)];
      await writeFile(join(sshFolder, 'config'), `${lines.join('\n')}\n`);
    }

    async function connects(): Promise<void> {
      await window.bringUp({ host: 'box', localForward: `0:127.0.0.1:${parts.echo.port}` });
      assert.equal((await exchange(window.port(), 'hello')).received.toString(), 'hello');
    }

    it('resolves a host with its files in the folder of the user', async () => {
      await configure('Host box', '  StrictHostKeyChecking ask');
      const resolved = await resolveHost(
        { host: 'localhost' },
        { configFile: 'none', env: { ...process.env, ...env } },
      );
      assert.deepEqual(
        resolved.userKnownHostsFiles.map((file) => file.replaceAll('/', '\\').toLowerCase()),
        ['known_hosts', 'known_hosts2'].map((file) => join(sshFolder, file).toLowerCase()),
      );
      await connects();
    });

    it('writes a new host key to known_hosts in the folder of the user', async () => {
      const own = parts.sshd.hostLines.filter((line) => !/^(UserKnownHosts|StrictHost)/.test(line));
      await writeFile(join(sshFolder, 'config'), `Host box\n${own.map((line) => `  ${line}\n`).join('')}`);
      window.answer = () => 'yes';
      await connects();
      const [key = ''] = parts.sshd.hostKeyLines;
      assert.equal(
        await readFile(join(sshFolder, 'known_hosts'), 'utf8'),
        `[127.0.0.1]:${parts.sshd.port} ${key}\n`,
      );
    });

    it('runs Match exec with the environment of the window', async () => {
      const note = dir.file('note');
      window.env = { ...window.env, ST_MATCHED: 'yes' };
      await configure(`Match host box exec "echo %%ST_MATCHED%% %%ProgramData%%>${note}"`, '  Port 1');
      await window.lease({ id: 'user:t', tunnel: { host: 'box', localForward: '0:127.0.0.1:1' } });
      await window.untilStatus('waiting');
      assert.match(await readFile(note, 'utf8'), /^yes C:\\ProgramData/);
    });
  });
}

describe('OpenSSH for Windows without ProgramData in its environment', () => {
  const parts = useWindowsFixture();

  it('resolves no host, so that no tunnel comes up', async () => {
    const env = {
      PATH: join(process.env['USERPROFILE'] ?? '', 'OpenSSH'),
      SystemRoot: process.env['SystemRoot'],
    };
    const options = { configFile: parts.sshd.configFile };
    await assert.rejects(resolveHost({ host: 'test-sshd' }, { ...options, env }), {
      code: 'InvalidDefinition',
    });
    const withIt = { ...env, ProgramData: process.env['ProgramData'] };
    const { port } = await resolveHost({ host: 'test-sshd' }, { ...options, env: withIt });
    assert.equal(port, parts.sshd.port);
  });
});
