// Files whose modes and owners matter, which root never notices: how a login treats them, compared with ssh.
import assert from 'node:assert/strict';
import { chmod, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { followSocketPath } from '../../src/tunnels/daemon/tunnel/consentFacts';
import { unusableSocketPath } from '../../src/tunnels/errors/definition';
import { TunnelFailure } from '../../src/tunnels/errors/errors';
import { runSshG } from '../../src/tunnels/ssh/config/sshG';
import { logIn } from '../support/login';
import type { LoginResult } from '../support/login';
import { ssh } from '../support/openssh';
import type { SshRun } from '../support/openssh';
import { sshAgent } from '../support/sshAgent';
import { startSshd } from '../support/sshd';
import type { Sshd } from '../support/sshd';
import { tempDir } from '../support/tempDir';
import type { TempDir } from '../support/tempDir';
import { needsTemporaryUser, rootsOwn } from './ranByRoot';
import { messageOf, nextStepOf } from '../support/errorWords';

describe('a socket path of a workspace', () => {
  it('in a folder that may not be entered says so', async () => {
    const dir = await tempDir('m-');
    try {
      await mkdir(dir.file('forbidden'), { mode: 0 });
      const path = dir.file('forbidden/a');
      await assert.rejects(followSocketPath(path), new TunnelFailure(unusableSocketPath(path, 'EACCES')));
    } finally {
      await dir.remove();
    }
  });
});

describe('file permissions:', () => {
  let sshd: Sshd;
  let dir: TempDir;
  beforeEach(async () => {
    [sshd, dir] = await Promise.all([startSshd(), tempDir('m-')]);
  });
  afterEach(async () => {
    await sshd.stop();
    await dir.remove();
  });

  /** By ssh, which ends with 7 after a successful login. */
  const theirs = (...args: readonly string[]): Promise<SshRun> =>
    ssh(['-F', sshd.configFile, '-o', 'BatchMode=yes', ...args, 'test-sshd', 'exit 7']);

  function cause({ outcome, failure }: LoginResult, code: string, words: RegExp): void {
    assert.equal(outcome, code, failure?.message);
    assert.match(`${messageOf(failure?.error)} ${nextStepOf(failure?.error)}`, words);
  }

  it("an Include that can't be read is named with the file that includes it, and with its chmod", async () => {
    const file = await dir.write('included', 'Host *\n');
    await chmod(file, 0);
    const config = await dir.write('config', `Include ${file}\n`);
    await assert.rejects(
      runSshG({ host: 'web', configFile: config }, { env: process.env }),
      ({ error }: TunnelFailure) => {
        assert.equal(
          messageOf(error),
          `${file}, which ${config} includes, can't be opened: Permission denied.`,
        );
        assert.equal(nextStepOf(error), `Run "chmod u+r ${file}" in a terminal.`);
        return true;
      },
    );
  });

  it('an unreadable key is reported with the reason, and nothing else is tried', async () => {
    await chmod(sshd.clientKey, 0);
    cause(await logIn(sshd), 'KeyUnreadable', /client .*you don't have permission to read it/);
    const { code, stderr } = await theirs();
    assert.equal(code, 255);
    assert.match(stderr, /client.*Permission denied/);
  });

  it('a key in a folder without access is reported with the reason', async () => {
    await mkdir(dir.file('locked'));
    await rename(sshd.clientKey, dir.file('locked/client'));
    await chmod(dir.file('locked'), 0);
    const identityFiles = [dir.file('locked/client')];
    cause(
      await logIn(sshd, { host: { identityFiles } }),
      'KeyUnreadable',
      /client .*you don't have permission to read it/,
    );
    await chmod(dir.file('locked'), 0o700);
  });

  it('a key that others may read is ignored, as by ssh', async () => {
    await chmod(sshd.clientKey, 0o644);
    cause(await logIn(sshd), 'KeyUnreadable', /mode 0644.*chmod 600/);
    assert.match((await theirs()).stderr, /UNPROTECTED PRIVATE KEY FILE/);
    await chmod(sshd.clientKey, 0o400);
    assert.equal((await logIn(sshd)).outcome, 'up');
    assert.equal((await theirs()).code, 7);
  });

  it('an unreadable known_hosts means that no host key is accepted or asked about', async () => {
    await chmod(sshd.knownHosts, 0);
    const result = await logIn(sshd, { answer: () => 'yes' });
    cause(result, 'HostKeyUnknown', /known_hosts can't be read.*permissions/);
    assert.deepEqual(result.questions, []);
    assert.match((await theirs()).stderr, /Host key verification failed/);
  });

  it("a read-only known_hosts doesn't keep a new host key from being used, as by ssh", async () => {
    await writeFile(sshd.knownHosts, '');
    await chmod(sshd.knownHosts, 0o400);
    const { outcome, log } = await logIn(sshd, { host: { strictHostKeyChecking: 'accept-new' } });
    assert.equal(outcome, 'up');
    assert.match(log, /known_hosts could not be written: .*EACCES/);
    const { code, stderr } = await theirs('-o', 'StrictHostKeyChecking=accept-new');
    assert.equal(code, 7);
    assert.match(stderr, /Failed to add the host to the list of known hosts/);
    assert.equal(await readFile(sshd.knownHosts, 'utf8'), '');
  });

  it('an unreadable sshConfigFile is reported as the failure', async () => {
    await chmod(sshd.configFile, 0);
    await assert.rejects(logIn(sshd), (error) => {
      assert.ok(error instanceof TunnelFailure);
      assert.equal(error.code, 'InvalidDefinition');
      assert.match(error.message, /ssh_config can't be opened: Permission denied/);
      return true;
    });
  });

  it('an sshConfigFile that others may write is read, as by ssh -F', async () => {
    await chmod(sshd.configFile, 0o666);
    assert.equal((await logIn(sshd)).outcome, 'up');
    assert.equal((await theirs()).code, 7);
  });

  it('an agent without access is logged, and key files are offered', async () => {
    await using agent = await sshAgent(dir);
    await chmod(agent.socket, 0);
    const { outcome, log } = await logIn(sshd, { host: { identityAgent: agent.socket } });
    assert.equal(outcome, 'up');
    assert.match(log, /^The agent at .* can't be used/m);
  });

  describe('files owned by root:', () => {
    needsTemporaryUser();

    it('a key that everybody may read is used, as by ssh', async () => {
      const key = rootsOwn('key');
      assert.equal((await stat(key)).uid, 0);
      await writeFile(sshd.authorizedKeys, await readFile(`${key}.pub`));
      assert.equal((await logIn(sshd, { host: { identityFiles: [key] } })).outcome, 'up');
      const config = (await readFile(sshd.configFile, 'utf8')).replace(sshd.clientKey, key);
      await writeFile(sshd.configFile, config);
      assert.equal((await theirs()).code, 7);
    });

    it("a known_hosts folder doesn't keep a new host key from being used", async () => {
      const userKnownHostsFiles = [`${dirname(rootsOwn('key'))}/tmp/none/known_hosts`, '/root/known_hosts'];
      const unreadable = await logIn(sshd, {
        host: { userKnownHostsFiles, strictHostKeyChecking: 'accept-new' },
      });
      cause(unreadable, 'HostKeyUnknown', /\/root\/known_hosts can't be read/);
      const { outcome, log } = await logIn(sshd, {
        host: { userKnownHostsFiles: ['/usr/known_hosts'], strictHostKeyChecking: 'accept-new' },
      });
      assert.equal(outcome, 'up');
      assert.match(log, /known_hosts could not be written: .*EACCES/);
    });
  });
});
