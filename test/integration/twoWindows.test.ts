// One tunnel that two windows with different environments want: shown by both, stopped and started by either, and
// kept up by the window that remains.
import assert from 'node:assert/strict';
import { appendFile, readFile } from 'node:fs/promises';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { TestWindow, testDaemon } from '../support/testWindow';
import type { TestDaemon } from '../support/testWindow';
import { makeKeyPair } from '../support/keyPair';
import { client, target, exchange } from '../support/targetAndClient';
import type { TargetServer } from '../support/targetAndClient';
import { sshAgent } from '../support/sshAgent';
import type { SshAgent } from '../support/sshAgent';
import { startSshd } from '../support/sshd';
import type { Sshd } from '../support/sshd';
import { tempDir } from '../support/tempDir';
import type { TempDir } from '../support/tempDir';

describe('a tunnel shared by two windows', () => {
  let sshd: Sshd;
  let echo: TargetServer;
  let dir: TempDir;
  let daemon: TestDaemon;
  let agents: readonly [SshAgent, SshAgent];
  let a: TestWindow;
  let b: TestWindow;
  let sshConfigFile: string;

  before(async () => {
    sshd = await startSshd();
    echo = await target((socket) => socket.pipe(socket));
    dir = await tempDir('two-');
    agents = [await sshAgent(dir, 'one'), await sshAgent(dir, 'two')];
    for (const [index, agent] of agents.entries()) {
      const key = await makeKeyPair(dir, `key${index}`, 'ed25519');
      agent.add(key.path);
      await appendFile(sshd.authorizedKeys, `${await readFile(`${key.path}.pub`, 'utf8')}\n`);
    }
    sshConfigFile = await dir.write(
      'config',
      [
        'Host box',
        '  HostName 127.0.0.1',
        `  Port ${sshd.port}`,
        `  IdentityFile ${dir.file('none')}`,
        `  UserKnownHostsFile ${sshd.knownHosts}`,
        '  GlobalKnownHostsFile /dev/null',
        '',
      ].join('\n'),
    );
  });
  beforeEach(async () => {
    daemon = await testDaemon();
    a = await TestWindow.open(daemon, sshd, { windowId: 'a', env: { SSH_AUTH_SOCK: agents[0].socket } });
    b = await TestWindow.open(daemon, sshd, { windowId: 'b', env: { SSH_AUTH_SOCK: agents[1].socket } });
  });
  afterEach(async () => {
    a.disconnect();
    b.disconnect();
    await daemon[Symbol.asyncDispose]();
  });
  after(async () => {
    for (const agent of agents) {
      await agent[Symbol.asyncDispose]();
    }
    await echo[Symbol.asyncDispose]();
    await sshd.stop();
    await dir.remove();
  });

  async function lease(window: TestWindow, want = true): Promise<void> {
    const tunnel = { host: 'box', localForward: `0:127.0.0.1:${echo.port}` };
    await window.lease({ id: 'user:t', tunnel, want, settings: { sshConfigFile } });
  }

  /** The keys of all logins so far, in their order. */
  function keysUsed(): string[] {
    const all = [...sshd.log().matchAll(/Accepted publickey .* (SHA256:\S+)/g)];
    return all.map(([, fingerprint = '']) => fingerprint).slice(before0);
  }
  let before0 = 0;
  beforeEach(() => {
    before0 = 0;
    before0 = keysUsed().length;
  });

  it("is one connection, made with the first window's environment and remade with the last one's", async () => {
    await lease(a);
    await a.untilStatus('up');
    await lease(b);
    await b.untilStatus('up');
    assert.equal(a.port(), b.port());
    assert.equal(keysUsed().length, 1);
    sshd.dropSessions();
    await a.until(() => a.history().join(' ').endsWith('up waiting connecting up'), 'back');
    const [first, second] = keysUsed();
    assert.ok(first !== second, 'the same agent was asked');
  });

  it("survives the window that started it, and reconnects with the other window's agent", async () => {
    await lease(b, false);
    await lease(a, false);
    await a.client.start('user:t');
    await lease(b);
    await b.untilStatus('up');
    const port = b.port();
    a.disconnect();
    sshd.dropSessions();
    await b.until(() => b.history().join(' ').endsWith('up waiting connecting up'), 'back');
    assert.equal(b.port(), port);
    const [first, second] = keysUsed();
    assert.ok(first !== second, 'the agent of a window that has gone was asked');
    assert.equal((await exchange(port, 'on')).received.toString(), 'on');
  });

  it('keeps using the agent of the window that wants it, not of one that only shows it', async () => {
    await lease(a);
    await a.untilStatus('up');
    await lease(b, false);
    await b.untilStatus('up');
    sshd.dropSessions();
    await a.until(() => a.history().join(' ').endsWith('up waiting connecting up'), 'back');
    assert.equal(new Set(keysUsed()).size, 1);
  });

  it('is reported equally to both, including its connections', async () => {
    await lease(a);
    await lease(b);
    await Promise.all([a.untilStatus('up'), b.untilStatus('up')]);
    const { socket, done } = client(a.port());
    socket.write('x');
    const connected = (window: TestWindow): boolean => {
      const [forward] = window.forwards();
      return forward?.status === 'listening' && forward.connections === 1;
    };
    await Promise.all([a.until(() => connected(a), 'connected'), b.until(() => connected(b), 'connected')]);
    socket.destroy();
    await done;
  });

  it('can be started for both by either window, after either has stopped it', async () => {
    await lease(a);
    await lease(b);
    await Promise.all([a.untilStatus('up'), b.untilStatus('up')]);
    await b.client.stop('user:t');
    await a.untilStatus('stopped');
    assert.deepEqual(a.stopped, ['user:t']);
    await a.client.start('user:t');
    await b.untilStatus('up');
    assert.deepEqual(b.started, ['user:t']);
    assert.deepEqual(a.started, [], 'who started it knows');
    // A window keeps what its user has started, even if its settings didn't start it.
    await a.lease();
    assert.equal(b.state().status, 'up');
    assert.equal((await exchange(b.port(), 'on')).received.toString(), 'on');
  });
});
