// One SSH session for one destination: tunnels that only differ in their forwards share it, and prompt once.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { eventually } from '../support/eventually';
import { TestWindow, testDaemon } from '../support/testWindow';
import type { TestDaemon } from '../support/testWindow';
import { client, target, exchange } from '../support/targetAndClient';
import type { TargetServer } from '../support/targetAndClient';
import { startSshd } from '../support/sshd';
import type { Sshd } from '../support/sshd';
import { tempDir } from '../support/tempDir';
import { temporaryUser } from '../support/temporaryUser';
import type { TemporaryUser } from '../support/temporaryUser';

describe('tunnels to one destination', () => {
  let daemon: TestDaemon;
  let sshd: Sshd;
  let echo: TargetServer;
  let greeter: TargetServer;
  let window: TestWindow;
  /** Length of sshd's log before the test. */
  let since = 0;

  before(async () => {
    [daemon, sshd] = await Promise.all([testDaemon(), startSshd()]);
    echo = await target((socket) => socket.pipe(socket));
    greeter = await target((socket) => socket.end('welcome'));
  });
  after(async () => {
    await echo[Symbol.asyncDispose]();
    await greeter[Symbol.asyncDispose]();
    await daemon[Symbol.asyncDispose]();
    await sshd.stop();
  });
  beforeEach(async () => {
    since = sshd.log().length;
    window = await TestWindow.open(daemon, sshd);
  });
  afterEach(async () => {
    await window.lease();
    window.disconnect();
  });

  function logins(server = sshd, from = since): number {
    return (
      server
        .log()
        .slice(from)
        .match(/Accepted (publickey|password) for/g)?.length ?? 0
    );
  }

  function to(port: number, more: object = {}): object {
    return { host: 'test-sshd', localForward: `0:127.0.0.1:${port}`, ...more };
  }

  it('share an SSH session, even when they start at the same moment', async () => {
    await window.lease({ id: 'user:a', tunnel: to(echo.port) }, { id: 'user:b', tunnel: to(greeter.port) });
    await window.untilStatus('up', 'user:a');
    await window.untilStatus('up', 'user:b');
    assert.equal(logins(), 1);
    assert.equal((await exchange(window.port(0, 'user:a'), 'hello')).received.toString(), 'hello');
    assert.equal((await exchange(window.port(0, 'user:b'))).received.toString(), 'welcome');
  });

  it("don't share a session when a session option differs", async () => {
    await window.lease(
      { id: 'user:a', tunnel: to(echo.port) },
      { id: 'user:b', tunnel: to(greeter.port, { serverAliveInterval: 7 }) },
    );
    await window.untilStatus('up', 'user:a');
    await window.untilStatus('up', 'user:b');
    assert.equal(logins(), 2);
  });

  it('keep the session when one of them stops, and close it with the last', async () => {
    await window.lease({ id: 'user:a', tunnel: to(echo.port) }, { id: 'user:b', tunnel: to(greeter.port) });
    await window.untilStatus('up', 'user:a');
    await window.untilStatus('up', 'user:b');
    const { socket, done } = client(window.port(0, 'user:a'));
    await window.client.stop('user:b');
    socket.write('still there');
    const [data] = (await once(socket, 'data')) as [Buffer];
    assert.equal(data.toString(), 'still there');
    assert.equal(window.state('user:b').status, 'stopped');
    await window.client.stop('user:a');
    assert.notEqual((await done).error, undefined);
    await sshd.waitForLog(/Disconnected from user/);
    await eventually('no session is left', () => sshd.sessionPids().length === 0);
    assert.deepEqual(sshd.sessionPids(), []);
  });

  it('leave no channel open when one of them stops with busy connections', async () => {
    await window.lease({ id: 'user:a', tunnel: to(echo.port) }, { id: 'user:b', tunnel: to(greeter.port) });
    await window.untilStatus('up', 'user:a');
    await window.untilStatus('up', 'user:b');
    const busy = Array.from({ length: 50 }, () => client(window.port(0, 'user:a')));
    await Promise.all(
      busy.map(async ({ socket }) => {
        socket.write('x');
        await once(socket, 'data');
      }),
    );
    await window.client.stop('user:a');
    await Promise.all(busy.map(({ done }) => done));
    await eventually('no connection is left', () => echo.open.size === 0);
    assert.equal(echo.open.size, 0);
    assert.equal((await exchange(window.port(0, 'user:b'))).received.toString(), 'welcome');
  });

  it('receive events of the session after they are up', async () => {
    await using rotating = await startSshd({
      hostKeys: ['ed25519', 'ecdsa'],
      clientConfig: ['UpdateHostKeys yes'],
    });
    await writeFile(rotating.knownHosts, `[127.0.0.1]:${rotating.port} ${rotating.hostKeyLines[0] ?? ''}\n`);
    const other = await TestWindow.open(daemon, rotating, 'rotating');
    await other.lease({ id: 'user:a', tunnel: to(echo.port) }, { id: 'user:b', tunnel: to(greeter.port) });
    await other.until(
      () => other.log.some((line) => line.includes('known_hosts was updated')),
      'the new keys are logged',
    );
    await other.lease();
    other.disconnect();
  });

  it('reconnect together over one new session', async () => {
    await window.lease({ id: 'user:a', tunnel: to(echo.port) }, { id: 'user:b', tunnel: to(greeter.port) });
    await window.untilStatus('up', 'user:a');
    await window.untilStatus('up', 'user:b');
    sshd.dropSessions();
    await window.until(
      () =>
        ['user:a', 'user:b'].every((id) => window.history(id).join(' ').endsWith('up waiting connecting up')),
      'back',
    );
    assert.equal(logins(), 2);
  });

  it('share the session to a jump host, with one login and host key check per hop', async () => {
    await using far = await startSshd();
    await using other = await startSshd();
    await using dir = await tempDir('jump-');
    const block = (name: string, server: Sshd): string =>
      [
        `Host ${name}`,
        '  HostName 127.0.0.1',
        `  Port ${server.port}`,
        `  IdentityFile ${server.clientKey}`,
        '  IdentitiesOnly yes',
        '  IdentityAgent none',
        `  UserKnownHostsFile ${server.knownHosts}`,
        '  GlobalKnownHostsFile /dev/null',
        '  StrictHostKeyChecking yes',
        '',
      ].join('\n');
    const sshConfigFile = await dir.write(
      'config',
      block('jump', sshd) + block('far', far) + block('other', other),
    );
    const via = (host: string, port: number): object => ({ ...to(port), host, proxyJump: 'jump' });
    const settings = { sshConfigFile };
    await window.lease(
      { id: 'user:a', tunnel: via('far', echo.port), settings },
      { id: 'user:b', tunnel: via('other', greeter.port), settings },
      { id: 'user:c', tunnel: { ...to(greeter.port), host: 'jump' }, settings },
    );
    for (const id of ['user:a', 'user:b', 'user:c']) {
      await window.untilStatus('up', id);
    }
    assert.deepEqual([logins(), logins(far, 0), logins(other, 0)], [1, 1, 1]);
    await window.client.stop('user:c');
    await window.client.stop('user:a');
    assert.equal((await exchange(window.port(0, 'user:b'))).received.toString(), 'welcome');
    await window.client.stop('user:b');
    await eventually('no session is left', () => sshd.sessionPids().length === 0);
    assert.deepEqual(sshd.sessionPids(), []);
  });

  describe('with a password prompt', () => {
    let user: TemporaryUser;
    let asking: Sshd;

    before(async () => {
      user = temporaryUser();
      asking = await startSshd({
        config: ['PasswordAuthentication yes'],
        clientConfig: [`User ${user.name}`, 'PubkeyAuthentication no'],
      });
    });
    after(async () => {
      await asking.stop();
      user[Symbol.dispose]();
    });
    beforeEach(async () => {
      window.disconnect();
      window = await TestWindow.open(daemon, asking, 'asking');
    });

    it('prompt once when both are started', async () => {
      window.answer = () => user.password;
      const entries = [
        { id: 'user:a', tunnel: to(echo.port), want: false },
        { id: 'user:b', tunnel: to(greeter.port), want: false },
      ];
      await window.lease(...entries);
      await Promise.all([window.client.start('user:a'), window.client.start('user:b')]);
      assert.equal(window.questions.length, 1);
      assert.equal(logins(asking, 0), 1);
    });

    it('come up once the prompt of another one is answered', async () => {
      window.answer = () => user.password;
      await window.lease({ id: 'user:a', tunnel: to(echo.port) }, { id: 'user:b', tunnel: to(greeter.port) });
      await window.untilStatus('blocked', 'user:a');
      await window.untilStatus('blocked', 'user:b');
      assert.deepEqual(window.questions, []);
      await window.client.start('user:a');
      await window.untilStatus('up', 'user:b');
      assert.equal(window.questions.length, 1);
    });

    it('prompt again for the second when the first is stopped', async () => {
      let answer: ((text: string) => void) | undefined;
      window.answer = () => new Promise((resolve) => (answer = resolve));
      await window.lease(
        { id: 'user:a', tunnel: to(echo.port), want: false },
        { id: 'user:b', tunnel: to(greeter.port), want: false },
      );
      const first = window.client.start('user:a');
      await window.until(() => window.questions.length === 1, 'asked');
      const second = window.client.start('user:b');
      await window.untilStatus('connecting', 'user:b');
      await Promise.all([assert.rejects(first), window.client.stop('user:a')]);
      await eventually('asked twice', () => window.questions.length >= 2);
      assert.equal(window.questions.length, 2);
      answer?.(user.password);
      await second;
      assert.equal((await exchange(window.port(0, 'user:b'))).received.toString(), 'welcome');
    });
  });
});
