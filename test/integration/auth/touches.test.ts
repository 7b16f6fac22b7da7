// Logins that somebody has to touch a security key for, and what fails after them: a tunnel doesn't want one touch after
// another. The agent and its security key are fakes in software, which are touched at once.
import assert from 'node:assert/strict';
import { appendFile, writeFile } from 'node:fs/promises';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { fakeSecurityKey } from '../../support/fakeSecurityKey';
import type { FakeSecurityKey } from '../../support/fakeSecurityKey';
import { freePort } from '../../support/freePort';
import { startSshd } from '../../support/sshd';
import type { Sshd } from '../../support/sshd';
import { tempDir } from '../../support/tempDir';
import type { TempDir } from '../../support/tempDir';
import { testDaemon, TestWindow } from '../../support/testWindow';
import type { TestDaemon } from '../../support/testWindow';

describe('a login with a touch of a security key', () => {
  let dir: TempDir;
  let key: FakeSecurityKey;
  let daemon: TestDaemon;
  let sshd: Sshd;
  let window: TestWindow;

  before(async () => {
    dir = await tempDir('touches-');
    daemon = await testDaemon();
  });
  beforeEach(async () => {
    key = await fakeSecurityKey(dir.file('agent'), 'ed25519');
  });
  afterEach(async () => {
    await window.lease();
    window.disconnect();
    await Promise.all([sshd.stop(), key[Symbol.asyncDispose]()]);
  });
  after(async () => {
    await daemon[Symbol.asyncDispose]();
    await dir.remove();
  });

  async function open(clientConfig: readonly string[] = []): Promise<void> {
    const agent = [`IdentityAgent ${key.socket}`, 'IdentityFile none', 'IdentitiesOnly no'];
    sshd = await startSshd({ clientConfig: [...agent, ...clientConfig] });
    await writeFile(sshd.authorizedKeys, `no-touch-required ${key.line}\n`);
    window = await TestWindow.open(daemon, sshd);
  }

  async function untilItFailed(code: string): Promise<void> {
    await window.until(() => ['failed', 'waiting'].includes(window.state().status), 'failed');
    const state = window.state();
    assert.ok(state.status === 'failed', JSON.stringify(state));
    assert.equal(state.error.code, code);
  }

  it('is done twice, not again and again, if the connection is lost soon after each', async () => {
    await open();
    await window.lease({ id: 'user:t', tunnel: { host: 'test-sshd', localForward: '0:127.0.0.1:1' } });
    await window.untilStatus('up');
    sshd.dropSessions();
    await window.until(() => window.history().join() === 'connecting,up,waiting,connecting,up', 'up again');
    sshd.dropSessions();
    await untilItFailed('ConnectionLost');
    assert.equal(key.requests(), 2);
  });

  it('is done again if the server was down before, and the first connection is lost soon', async () => {
    await open();
    await sshd.halt();
    await window.lease({ id: 'user:t', tunnel: { host: 'test-sshd', localForward: '0:127.0.0.1:1' } });
    await window.untilStatus('waiting');
    await sshd.restart();
    await window.untilStatus('up');
    sshd.dropSessions();
    await window.until(() => window.state().status !== 'up', 'lost');
    await window.untilStatus('up');
    assert.equal(key.requests(), 2);
  });

  it('is done once if a forward then fails, with ExitOnForwardFailure', async () => {
    await open(['ExitOnForwardFailure yes']);
    await window.lease({
      id: 'user:t',
      tunnel: { host: 'test-sshd', remoteForward: `${sshd.port}:127.0.0.1:1` },
    });
    await untilItFailed('RemoteListenRefused');
    assert.equal(key.requests(), 1);
  });

  it('is done once if the next host refuses the connection', async () => {
    await open();
    const port = await freePort();
    const second = `Host second\n HostName 127.0.0.1\n Port ${port}\n ProxyJump test-sshd\n`;
    await appendFile(sshd.configFile, second);
    await window.lease({ id: 'user:t', tunnel: { host: 'second', localForward: '0:127.0.0.1:1' } });
    await untilItFailed('ProxyFailed');
    assert.equal(key.requests(), 1);
  });
});
