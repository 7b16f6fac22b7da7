// Logins that wait for somebody or something outside of VS Code: a push without a prompt (a real sshd with PAM), a touch
// that an agent wants (a real ssh-agent), and a server that answers late, after a banner with a link.
import assert from 'node:assert/strict';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { after, afterEach, before, describe, it } from 'mocha';
import type { AuthContext } from 'ssh2';
import { eventually } from '../../support/eventually';
import { fakeSshServer } from '../../support/fakeSshServer';
import { startPushingServer } from '../../support/pushingServer';
import type { PushingServer, PushOptions } from '../../support/pushingServer';
import { sshAgent } from '../../support/sshAgent';
import { startSshd } from '../../support/sshd';
import { tempDir } from '../../support/tempDir';
import type { TempDir } from '../../support/tempDir';
import { temporaryUser } from '../../support/temporaryUser';
import type { TemporaryUser } from '../../support/temporaryUser';
import { TestWindow, testDaemon } from '../../support/testWindow';
import type { TestDaemon, WindowTraits } from '../../support/testWindow';

const tunnel = { host: 'test-sshd', localForward: '0:127.0.0.1:1' };

/**
 * Seconds until TCP asks whether the server's end of the connection to this port is there: proc(5), /proc/net/tcp, the
 * field `tr`. undefined: it doesn't ask.
 */
async function untilTcpAsks(port: number): Promise<number | undefined> {
  const loopback = '0100007F';
  const server = `${loopback}:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const lines = (await readFile('/proc/net/tcp', 'utf8')).split('\n').map((line) => line.trim().split(/\s+/));
  const established = '01';
  const line = lines.find((fields) => fields[2] === server && fields[3] === established);
  const [timer, ticks = ''] = line?.[5]?.split(':') ?? [];
  const keepAlive = '02';
  return timer === keepAlive ? Number.parseInt(ticks, 16) / 100 : undefined;
}

describe('a login that waits for approval elsewhere', () => {
  let dir: TempDir;
  let user: TemporaryUser;
  let daemon: TestDaemon;
  const cleanUps: (() => Promise<unknown>)[] = [];

  before(async () => {
    dir = await tempDir('approval-');
    await chmod(dir.path, 0o755);
    user = temporaryUser();
    daemon = await testDaemon();
  });
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) {
      await cleanUp();
    }
  });
  after(async () => {
    await daemon[Symbol.asyncDispose]();
    user[Symbol.dispose]();
    await dir.remove();
  });

  async function windowFor(
    server: { readonly configFile: string },
    traits?: WindowTraits,
  ): Promise<TestWindow> {
    const window = await TestWindow.open(daemon, server, traits);
    cleanUps.push(async () => {
      await window.lease();
      window.disconnect();
    });
    return window;
  }

  async function pushingServer(...options: PushOptions): Promise<PushingServer> {
    const server = await startPushingServer(dir, user, ...options);
    cleanUps.push(async () => server[Symbol.asyncDispose]());
    return server;
  }

  async function untilItWaits(window: TestWindow, waitsFor: 'device' | 'agent'): Promise<void> {
    await window.until(() => {
      const state = window.state();
      return state.status === 'connecting' && state.waitsFor === waitsFor;
    }, `the login waits for the ${waitsFor}`);
  }

  it('says so during a push inside keyboard-interactive, and goes on after the approval', async () => {
    const { sshd, approve, pushes } = await pushingServer('at once', ['KbdInteractiveAuthentication yes']);
    const window = await windowFor(sshd);
    await window.lease({ id: 'user:t', tunnel, want: false });
    const start = window.client.start('user:t');
    await untilItWaits(window, 'device');
    await approve();
    await start;
    assert.equal(window.state().status, 'up');
    assert.equal(await pushes(), 1);
    await sshd.waitForLog(/Accepted keyboard-interactive/);
    assert.equal(sshd.log().match(/Accepted keyboard-interactive/g)?.length, 1);
  });

  it('lets TCP ask every minute whether the server is there, and rarely after the login', async () => {
    const { sshd, approve, pushes } = await pushingServer('at once', ['KbdInteractiveAuthentication yes']);
    const window = await windowFor(sshd);
    await window.lease({ id: 'user:t', tunnel, want: false });
    const start = window.client.start('user:t');
    await eventually('it has pushed', async () => (await pushes()) === 1);
    await eventually('all is acknowledged', async () => ((await untilTcpAsks(sshd.port)) ?? 0) > 0);
    assert.ok(((await untilTcpAsks(sshd.port)) ?? 0) <= 60);
    await approve();
    await start;
    await eventually('it asks rarely', async () => ((await untilTcpAsks(sshd.port)) ?? 0) > 60);
  });

  it("doesn't let TCP ask with TCPKeepAlive no", async () => {
    const push = await pushingServer('at once', ['KbdInteractiveAuthentication yes'], ['TCPKeepAlive no']);
    const window = await windowFor(push.sshd);
    await window.lease({ id: 'user:t', tunnel, want: false });
    const start = window.client.start('user:t');
    await eventually('it has pushed', async () => (await push.pushes()) === 1);
    assert.equal(await untilTcpAsks(push.sshd.port), undefined);
    await push.approve();
    await start;
    assert.equal(await untilTcpAsks(push.sshd.port), undefined);
  });

  it('says so during a push inside the password method, also at an automatic start', async () => {
    const { sshd, approve, pushes } = await pushingServer('after the password', [
      'PasswordAuthentication yes',
    ]);
    const window = await windowFor(sshd);
    window.recall = () => user.password;
    await window.lease({ id: 'user:t', tunnel });
    await untilItWaits(window, 'device');
    await approve();
    await window.untilStatus('up');
    assert.equal(await pushes(), 1);
    await sshd.waitForLog(/Accepted password/);
    assert.equal(sshd.log().match(/Accepted password/g)?.length, 1);
    assert.deepEqual(window.judged, ['password 1 right']);
  });

  it('ends at once when it is stopped', async () => {
    const { sshd, pushes } = await pushingServer('at once', ['KbdInteractiveAuthentication yes']);
    const window = await windowFor(sshd);
    await window.lease({ id: 'user:t', tunnel, want: false });
    const start = window.client.start('user:t');
    await untilItWaits(window, 'device');
    await Promise.all([
      window.client.stop('user:t'),
      assert.rejects(start, { code: 'AuthenticationCancelled' }),
    ]);
    assert.equal(window.state().status, 'stopped');
    assert.equal(await pushes(), 1);
  });

  it('says so while an agent asks for a confirmation', async () => {
    const [asked, confirmed] = [dir.file('agent.asked'), dir.file('agent.confirmed')];
    const askpass = await dir.write(
      'askpass.sh',
      `#!/bin/sh\necho asked >> ${asked}\nwhile [ ! -e ${confirmed} ]; do sleep 0.1; done\n`,
    );
    await chmod(askpass, 0o755);
    await using agent = await sshAgent(dir, 'agent', { SSH_ASKPASS: askpass, DISPLAY: ':0' });
    await using sshd = await startSshd({ logLevel: 'DEBUG1' });
    agent.add('-c', sshd.clientKey);
    const config = await readFile(sshd.configFile, 'utf8');
    await writeFile(sshd.configFile, `IdentityAgent ${agent.socket}\nIdentityFile none\n${config}`);
    const window = await windowFor(sshd);
    await window.lease({ id: 'user:t', tunnel });
    await untilItWaits(window, 'agent');
    await writeFile(confirmed, '');
    await window.untilStatus('up');
    assert.equal(await readFile(asked, 'utf8'), 'asked\n');
  });

  it("shows the banner's text while a server answers late", async () => {
    // Like Tailscale's check mode.
    let answer: (() => void) | undefined;
    const logins: string[] = [];
    const authenticate = (context: AuthContext): void => {
      logins.push(context.method);
      answer = () => context.accept();
    };
    const banner =
      'To sign in, visit:\r\n\r\n\thttps://login.example.org/a/1f2e3d?code=AB%2BCD\r\n\u001b[31mred\n';
    const server = await fakeSshServer(dir, authenticate, { banner });
    cleanUps.push(async () => server[Symbol.asyncDispose]());
    const window = await windowFor(server);
    await window.lease({ id: 'user:t', tunnel });
    await untilItWaits(window, 'device');
    const state = window.state();
    assert.equal(
      'serverText' in state && state.serverText,
      'To sign in, visit:\n\n https://login.example.org/a/1f2e3d?code=AB%2BCD\n [31mred',
    );
    assert.equal('serverName' in state && state.serverName, `someone@127.0.0.1:${server.port}`);
    answer?.();
    await window.untilStatus('up');
    assert.deepEqual(logins, ['none']);
  });

  it('names a jump host of the SSH config as the one that has sent a text', async () => {
    const server = await fakeSshServer(dir, () => undefined, { banner: 'https://login.example.org/' });
    cleanUps.push(async () => server[Symbol.asyncDispose]());
    const config = await readFile(server.configFile, 'utf8');
    await writeFile(server.configFile, `Host behind\n  ProxyJump test-sshd\n${config}`);
    const window = await windowFor(server);
    await window.lease({ id: 'user:t', tunnel: { ...tunnel, host: 'behind' } });
    await eventually('the text is reported', () => 'serverText' in window.state());
    const state = window.state();
    assert.equal('serverName' in state && state.serverName, `someone@127.0.0.1:${server.port}`);
  });
});
