// Files whose modes and owners count, which root never notices: what a login makes of them, and what ssh does.
import assert from 'node:assert/strict';
import { chmod, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { TunnelFailure } from '../../src/tunnels/errors/errors';
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

describe('files that a user may not read, or others may', () => {
  let sshd: Sshd;
  let dir: TempDir;
  beforeEach(async () => {
    [sshd, dir] = await Promise.all([startSshd(), tempDir('m-')]);
  });
  afterEach(async () => {
    await sshd.stop();
    await dir.remove();
  });

  /** By ssh, which ends with 7 where it gets in. */
  const theirs = (...args: readonly string[]): Promise<SshRun> =>
    ssh(['-F', sshd.configFile, '-o', 'BatchMode=yes', ...args, 'test-sshd', 'exit 7']);

  function cause({ outcome, failure }: LoginResult, code: string, words: RegExp): void {
    assert.equal(outcome, code, failure?.message);
    assert.match(`${failure?.error.message} ${failure?.error.nextStep}`, words);
  }

  it('a key that may not be read: named with the reason, and nothing else is tried', async () => {
    await chmod(sshd.clientKey, 0);
    cause(await logIn(sshd), 'KeyUnreadable', /client .*you don't have permission to read it/);
    const { code, stderr } = await theirs();
    assert.equal(code, 255);
    assert.match(stderr, /client.*Permission denied/);
  });

  it('a key in a folder that may not be entered: named with the reason', async () => {
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

  it('a key of one’s own that others may read: left alone, as by ssh', async () => {
    await chmod(sshd.clientKey, 0o644);
    cause(await logIn(sshd), 'KeyUnreadable', /mode 0644.*chmod 600/);
    assert.match((await theirs()).stderr, /UNPROTECTED PRIVATE KEY FILE/);
    await chmod(sshd.clientKey, 0o400);
    assert.equal((await logIn(sshd)).outcome, 'up');
    assert.equal((await theirs()).code, 7);
  });

  it('a known_hosts that may not be read: nothing is accepted, nor asked', async () => {
    await chmod(sshd.knownHosts, 0);
    const result = await logIn(sshd, { answer: () => 'yes' });
    cause(result, 'HostKeyUnknown', /known_hosts can't be read.*permissions/);
    assert.deepEqual(result.questions, []);
    assert.match((await theirs()).stderr, /Host key verification failed/);
  });

  it('a known_hosts that may not be written: a new key is used all the same, as by ssh', async () => {
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

  it('a configuration that is named and may not be read: that it can’t be opened is the failure', async () => {
    await chmod(sshd.configFile, 0);
    await assert.rejects(logIn(sshd), (error) => {
      assert.ok(error instanceof TunnelFailure);
      assert.equal(error.code, 'InvalidDefinition');
      assert.match(error.message, /ssh_config can't be opened: Permission denied/);
      return true;
    });
  });

  it('a configuration that is named and that others may write: read all the same, as by ssh -F', async () => {
    await chmod(sshd.configFile, 0o666);
    assert.equal((await logIn(sshd)).outcome, 'up');
    assert.equal((await theirs()).code, 7);
  });

  it('an agent that may not be asked: said in the log, and the keys of files are offered', async () => {
    await using agent = await sshAgent(dir);
    await chmod(agent.socket, 0);
    const { outcome, log } = await logIn(sshd, { host: { identityAgent: agent.socket } });
    assert.equal(outcome, 'up');
    assert.match(log, /^The agent at .* can't be used/m);
  });

  describe('that belong to root', () => {
    needsTemporaryUser();

    it('a key that everybody may read: used, as by ssh', async () => {
      const key = rootsOwn('key');
      assert.equal((await stat(key)).uid, 0);
      await writeFile(sshd.authorizedKeys, await readFile(`${key}.pub`));
      assert.equal((await logIn(sshd, { host: { identityFiles: [key] } })).outcome, 'up');
      const config = (await readFile(sshd.configFile, 'utf8')).replace(sshd.clientKey, key);
      await writeFile(sshd.configFile, config);
      assert.equal((await theirs()).code, 7);
    });

    it('a folder for known_hosts: a new key is used all the same', async () => {
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
