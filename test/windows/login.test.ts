// Logins on Windows: the user's own files, agents on named pipes, and the commands of an ssh_config.
import assert from 'node:assert/strict';
import { readFile, rm } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { fakeSecurityKey } from '../support/fakeSecurityKey';
import { exchange } from '../support/targetAndClient';
import { TestWindow } from '../support/testWindow';
import { tempDir } from '../support/tempDir';
import type { TempDir } from '../support/tempDir';
import { useWindowsFixture } from '../support/windows/windowsFixture';

/** As OpenSSH, which asks Windows and not the environment. */
const sshFolder = join(userInfo().homedir, '.ssh');

/** Connects its standard streams to a port. */
const netcat = `
const socket = require('node:net').connect(Number(process.argv[3]), process.argv[2]);
process.stdin.pipe(socket).pipe(process.stdout);
`;

describe('a login on Windows', () => {
  const parts = useWindowsFixture();
  let dir: TempDir;
  let window: TestWindow;

  before(async () => {
    dir = await tempDir();
  });
  after(() => dir.remove());
  beforeEach(async () => {
    await rm(sshFolder, { recursive: true, force: true });
    await mkdir(sshFolder);
    window = await TestWindow.open(parts.daemon, parts.sshd, { readsOwnHome: true, windowId: 'own' });
  });
  afterEach(async () => {
    await window.lease();
    window.disconnect();
    await rm(sshFolder, { recursive: true, force: true });
  });

  /** Writes ~/.ssh/config: what a login needs, after these lines. */
  async function configure(...own: readonly string[]): Promise<void> {
    const lines = [...own, ...parts.sshd.hostLines.map((line) => `  ${line}`)];
    await writeFile(join(sshFolder, 'config'), `Host box\n${lines.join('\n')}\n`);
  }

  async function connects(): Promise<void> {
    await window.bringUp({ host: 'box', localForward: `0:127.0.0.1:${parts.echo.port}` });
    assert.equal((await exchange(window.port(), 'hello')).received.toString(), 'hello');
  }

  it('asks for an unknown host key, and remembers it in the .ssh folder of the user', async () => {
    const known = join(sshFolder, 'known_hosts');
    await configure('  UserKnownHostsFile ~/.ssh/known_hosts', '  StrictHostKeyChecking ask');
    window.answer = () => 'yes';
    await connects();
    assert.deepEqual(
      window.questions.map(({ kind }) => kind),
      ['hostKey'],
    );
    const [key = ''] = parts.sshd.hostKeyLines;
    assert.equal(await readFile(known, 'utf8'), `[127.0.0.1]:${parts.sshd.port} ${key}\n`);
    await parts.sshd.dropSessions();
    await window.until(() => window.state().status !== 'up', 'not up');
    await window.untilStatus('up');
    assert.equal(window.questions.length, 1);
  });

  for (const [name, pipe, option] of [
    ['the agent service of Windows', String.raw`\\.\pipe\openssh-ssh-agent`, undefined],
    ['an agent that IdentityAgent names', String.raw`\\.\pipe\st-agent`, String.raw`\\.\pipe\st-agent`],
    ['an agent that IdentityAgent names with slashes', String.raw`\\.\pipe\st-agent2`, '//./pipe/st-agent2'],
  ] as const) {
    it(`uses a key of ${name}`, async () => {
      await using agent = await fakeSecurityKey(pipe, 'ed25519');
      await appendFile(parts.sshd.authorizedKeys, `no-touch-required ${agent.line}\n`);
      const own = parts.sshd.hostLines.filter((line) => !line.startsWith('Identit'));
      const lines = [
        ...own,
        `IdentityFile ${dir.file('none')}`,
        ...(option === undefined ? [] : [`IdentityAgent ${option}`]),
      ];
      await writeFile(join(sshFolder, 'config'), `Host box\n${lines.join('\n')}\n`);
      await connects();
      assert.equal(agent.requests(), 1);
    });
  }

  it('goes through a ProxyCommand, which cmd.exe runs', async () => {
    const script = await dir.write('net cat.cjs', netcat);
    await configure(`  ProxyCommand echo off & "${process.execPath}" "${script}" %h %p`);
    await connects();
  });

  it('expands variables of the window in the ssh_config', async () => {
    await configure('  IdentityFile ${ProgramData}\\none');
    await connects();
  });
});
