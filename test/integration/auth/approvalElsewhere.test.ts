// Logins that wait for somebody or something outside of VS Code: a push without a prompt (a real sshd with PAM), a touch
// that an agent wants (a real ssh-agent), and a server that answers late, after a banner with a link.
import assert from 'node:assert/strict';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { after, afterEach, before, describe, it } from 'mocha';
import type { AuthContext } from 'ssh2';
import { fakeSshServer } from '../../support/fakeSshServer';
import { pamService } from '../../support/pamService';
import { sshAgent } from '../../support/sshAgent';
import { startSshd } from '../../support/sshd';
import type { Sshd } from '../../support/sshd';
import { tempDir } from '../../support/tempDir';
import type { TempDir } from '../../support/tempDir';
import { temporaryUser } from '../../support/temporaryUser';
import type { TemporaryUser } from '../../support/temporaryUser';
import { TestWindow, testDaemon } from '../../support/testWindow';
import type { TestDaemon, WindowTraits } from '../../support/testWindow';

interface PushingServer {
  readonly sshd: Sshd;
  readonly approve: () => Promise<void>;
  readonly pushes: () => Promise<number>;
}

const tunnel = { host: 'test-sshd', localForward: '0:127.0.0.1:1' };

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

  /** A server whose PAM pushes, and waits for the approval. */
  async function pushingServer(passwordFirst: boolean, config: readonly string[]): Promise<PushingServer> {
    const name = `push${cleanUps.length}-${Date.now()}`;
    const [sent, approved] = [dir.file(`${name}.sent`), dir.file(`${name}.approved`)];
    const script = await dir.write(
      `${name}.sh`,
      `#!/bin/sh\necho push >> ${sent}\nwhile [ ! -e ${approved} ]; do sleep 0.1; done\n`,
    );
    await chmod(script, 0o755);
    const service = await pamService(dir, [
      ...(passwordFirst ? ['requisite pam_unix.so'] : []),
      `requisite pam_exec.so quiet ${script}`,
      ...(passwordFirst ? [] : ['required pam_permit.so']),
    ]);
    cleanUps.push(async () => service[Symbol.asyncDispose]());
    const sshd = await startSshd({
      logLevel: 'DEBUG1',
      config: ['UsePAM yes', ...config],
      program: service.program,
      clientConfig: [`User ${user.name}`],
    });
    cleanUps.push(() => sshd.stop());
    await writeFile(sshd.authorizedKeys, '');
    return {
      sshd,
      approve: () => writeFile(approved, ''),
      pushes: async () => (await readFile(sent, 'utf8')).split('\n').length - 1,
    };
  }

  async function untilItWaits(window: TestWindow, waitsFor: 'device' | 'agent'): Promise<void> {
    await window.until(() => {
      const state = window.state();
      return state.status === 'connecting' && state.waitsFor === waitsFor;
    }, `the login waits for the ${waitsFor}`);
  }

  it('says so during a push inside keyboard-interactive, and goes on after the approval', async () => {
    const { sshd, approve, pushes } = await pushingServer(false, ['KbdInteractiveAuthentication yes']);
    const window = await windowFor(sshd);
    await window.lease({ id: 'user:t', tunnel, want: false });
    const start = window.client.start('user:t');
    await untilItWaits(window, 'device');
    await approve();
    await start;
    assert.equal(window.state().status, 'up');
    assert.equal(await pushes(), 1);
    assert.equal(sshd.log().match(/Accepted keyboard-interactive/g)?.length, 1, sshd.log());
  });

  it('says so during a push inside the password method, also at an automatic start', async () => {
    const { sshd, approve, pushes } = await pushingServer(true, ['PasswordAuthentication yes']);
    const window = await windowFor(sshd);
    window.recall = () => user.password;
    await window.lease({ id: 'user:t', tunnel });
    await untilItWaits(window, 'device');
    await approve();
    await window.untilStatus('up');
    assert.equal(await pushes(), 1);
    assert.equal(sshd.log().match(/Accepted password/g)?.length, 1, sshd.log());
    assert.deepEqual(window.judged, ['password 1 right']);
  });

  it('ends at once when it is stopped', async () => {
    const { sshd, pushes } = await pushingServer(false, ['KbdInteractiveAuthentication yes']);
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
    answer?.();
    await window.untilStatus('up');
    assert.deepEqual(logins, ['none']);
  });
});
