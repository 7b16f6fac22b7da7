// The user's own ~/.ssh, in the home from the password database: no -F and no setting names another one.
import assert from 'node:assert/strict';
import { chmod, copyFile, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { execFileSync } from 'node:child_process';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import { TunnelFailure } from '../../src/tunnels/errors/errors';
import { TestWindow, testDaemon } from '../support/testWindow';
import type { TestDaemon } from '../support/testWindow';
import { ssh } from '../support/openssh';
import { startSshd } from '../support/sshd';
import type { Sshd } from '../support/sshd';
import { step } from '../support/step';
import { isTemporaryUser, needsTemporaryUser } from './ranByRoot';
import { nextStepOf } from '../support/errorWords';

describe('a user’s own ~/.ssh', () => {
  needsTemporaryUser();
  let daemon: TestDaemon;
  let sshd: Sshd;
  let window: TestWindow;
  // Removed after each test: never that of a real user.
  const own = isTemporaryUser ? join(userInfo().homedir, '.ssh') : '/dev/null/nobody';
  const file = (name: string): string => join(own, name);

  before(async () => {
    [daemon, sshd] = await Promise.all([testDaemon(), startSshd({ logLevel: 'DEBUG1' })]);
    window = await TestWindow.open(daemon, sshd, { readsOwnHome: true });
    await window.client.setLogThresholds({ all: 'debug', tunnels: {} });
  });
  after(async () => {
    if (!isTemporaryUser) return;
    window.disconnect();
    await daemon[Symbol.asyncDispose]();
    await sshd.stop();
  });
  afterEach(async () => {
    await window.lease();
    await rm(own, { recursive: true, force: true });
  });

  const mode = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8);

  /** undefined: it comes up. */
  async function start(host: string): Promise<TunnelFailure | undefined> {
    const settings = { strictHostKeyChecking: 'accept-new' } as const;
    await window.lease({ id: 'user:t', tunnel: { host, dynamicForward: 0 }, want: false, settings });
    try {
      await window.client.start('user:t');
      return undefined;
    } catch (error) {
      assert.ok(error instanceof TunnelFailure);
      return error;
    } finally {
      await window.client.stop('user:t');
    }
  }

  /** The same with the installed ssh. */
  const theirs = (...args: readonly string[]): ReturnType<typeof ssh> =>
    ssh(['-o', 'BatchMode=yes', '-o', 'StrictHostKeyChecking=accept-new', ...args, 'exit 7']);

  it('is created as by ssh, its default keys are found, and its config is read', async () => {
    const { name, destination } = { name: `[127.0.0.1]:${sshd.port}`, destination: `127.0.0.1:${sshd.port}` };
    const finds = (): string => execFileSync('ssh-keygen', ['-F', name], { encoding: 'utf8' });

    await step('the key of an unknown server is saved in a new folder', async () => {
      assert.ok(!(await readdir(userInfo().homedir)).includes('.ssh'));
      const failure = await start(destination);
      assert.equal(failure?.code, 'AuthenticationFailed');
      assert.deepEqual(await readdir(own), ['known_hosts']);
      assert.deepEqual([await mode(own), await mode(file('known_hosts'))], ['700', '600']);
      assert.match(finds(), /ssh-ed25519/);
    });

    await step('ssh finds that key, and creates the same folder itself', async () => {
      const strict = await ssh([
        '-o',
        'BatchMode=yes',
        '-o',
        'StrictHostKeyChecking=yes',
        ...port(),
        'exit 7',
      ]);
      assert.match(strict.stderr, /Permission denied \(publickey/);
      await rm(own, { recursive: true });
      await theirs(...port());
      assert.equal(await mode(own), '700');
    });

    await step('a key with a default name is offered, as by ssh', async () => {
      await copyFile(sshd.clientKey, file('id_ed25519'));
      await chmod(file('id_ed25519'), 0o600);
      assert.equal((await theirs(...port())).code, 7);
      assert.equal(await start(destination), undefined);
      assert.match(window.log.join('\n'), /offering id_ed25519 /);
      await rename(file('id_ed25519'), file('id_other'));
      assert.equal((await start(destination))?.code, 'AuthenticationFailed');
      assert.equal((await theirs(...port())).code, 255);
    });

    await step('an alias of its config connects to the server, with the key that it names', async () => {
      const lines = ['HostName 127.0.0.1', `Port ${sshd.port}`, 'IdentityFile ~/.ssh/id_other'];
      await writeFile(file('config'), `Host staging\n${lines.map((line) => `  ${line}\n`).join('')}`);
      assert.equal((await theirs('staging')).code, 7);
      assert.equal(await start('staging'), undefined);
    });

    await step('a relative Include is read from the same folder, as by ssh', async () => {
      await rename(file('config'), file('more'));
      for (const include of ['more', '~/.ssh/more', 'm*']) {
        await writeFile(file('config'), `Include ${include}\n`);
        assert.equal((await theirs('staging')).code, 7, include);
        assert.equal(await start('staging'), undefined, include);
      }
      await rename(file('more'), file('config'));
    });

    await step(
      'a config that others may write is refused, as by ssh, and the error says how to fix it',
      async () => {
        // Debian's ssh lets the user's own group write it, if nobody else is in that group.
        await chmod(file('config'), 0o664);
        const isRefused = (await theirs('staging')).code === 255;
        assert.equal((await start('staging'))?.code, isRefused ? 'InvalidDefinition' : undefined);
        for (const open of [0o646, 0o666]) {
          await chmod(file('config'), open);
          const said = await theirs('staging');
          assert.equal(said.code, 255);
          assert.match(said.stderr, /Bad owner or permissions on .*\.ssh\/config/);
          const failure = await start('staging');
          assert.equal(failure?.code, 'InvalidDefinition');
          assert.ok(failure.message.includes(file('config')), failure.message);
          assert.match(nextStepOf(failure.error), /chmod go-w /);
        }
        await chmod(file('config'), 0o644);
        assert.equal(await start('staging'), undefined);
      },
    );

    await step('an unreadable config is ignored, as by ssh', async () => {
      await chmod(file('config'), 0);
      const said = await theirs('staging');
      const failure = await start('staging');
      assert.match(said.stderr, /Could not resolve hostname staging/);
      assert.equal(failure?.code, 'HostNotFound', failure?.message);
    });

    await step("a changed host key doesn't replace the known one", async () => {
      await chmod(file('config'), 0o644);
      const line = await readFile(file('known_hosts'), 'utf8');
      const wrong = line.replace(/AAAA\S+/, (key) => `${key.slice(0, -12)}${'A'.repeat(12)}`);
      await writeFile(file('known_hosts'), wrong);
      assert.equal((await start('staging'))?.code, 'HostKeyChanged');
      assert.equal(await readFile(file('known_hosts'), 'utf8'), wrong);
    });

    function port(): readonly string[] {
      return ['-p', String(sshd.port), '127.0.0.1'];
    }
  });
});
