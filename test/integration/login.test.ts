// Connecting and logging in to a real sshd: host keys are checked before any credentials are offered; keys, agents,
// passwords; and the errors of a failed login.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { after, afterEach, before, describe, it } from 'mocha';
import { eventually } from '../support/eventually';
import { TunnelFailure } from '../../src/tunnels/errors/errors';
import type { TunnelErrorCode } from '../../src/tunnels/errors/errors';
import { errorOf } from '../../src/tunnels/model/state';
import { TestWindow, testDaemon } from '../support/testWindow';
import type { TestDaemon } from '../support/testWindow';
import { makeKeyPair } from '../support/keyPair';
import { target, exchange } from '../support/targetAndClient';
import type { TargetServer } from '../support/targetAndClient';
import { startSshd } from '../support/sshd';
import type { Sshd, SshdOptions } from '../support/sshd';
import { isolateFromHome } from '../support/sshdSetup';
import { tempDir } from '../support/tempDir';
import { temporaryUser } from '../support/temporaryUser';
import { detailOf, messageOf } from '../support/errorWords';

/** Asks about unknown keys, whatever the tests' ssh_config says. */
const asks = { strictHostKeyChecking: 'ask' } as const;

/** What a server logs when any credentials are offered. */
const anyOffer = /userauth-request|Accepted|Failed|Postponed/;

describe('a login', () => {
  let daemon: TestDaemon;
  let greeter: TargetServer;
  const sshds: Sshd[] = [];
  const windows: TestWindow[] = [];

  before(async () => {
    daemon = await testDaemon();
    greeter = await target((socket) => socket.end('welcome'));
  });
  afterEach(async () => {
    for (const window of windows.splice(0)) {
      await window.lease();
      window.disconnect();
    }
    for (const sshd of sshds.splice(0)) {
      await sshd.stop();
    }
  });
  after(async () => {
    await greeter[Symbol.asyncDispose]();
    await daemon[Symbol.asyncDispose]();
  });

  async function server(options: SshdOptions = {}): Promise<Sshd> {
    const sshd = await startSshd({ logLevel: 'DEBUG1', ...options });
    sshds.push(sshd);
    return sshd;
  }

  async function windowFor(sshd: Sshd): Promise<TestWindow> {
    const window = await TestWindow.open(daemon, sshd, `window ${windows.length}`);
    windows.push(window);
    return window;
  }

  function tunnel(host = 'test-sshd'): { host: string; localForward: string } {
    return { host, localForward: `0:127.0.0.1:${greeter.port}` };
  }

  async function works(window: TestWindow, id?: string): Promise<void> {
    assert.equal((await exchange(window.port(0, id))).received.toString(), 'welcome');
  }

  async function failsToStart(
    window: TestWindow,
    definition: unknown,
    code: TunnelErrorCode,
  ): Promise<string> {
    await window.lease({ id: 'user:t', tunnel: definition, want: false, settings: asks });
    let message = '';
    await assert.rejects(window.client.start('user:t'), (error) => {
      assert.ok(error instanceof TunnelFailure, String(error));
      assert.equal(error.code, code, error.message);
      message = error.message;
      return true;
    });
    return message;
  }

  describe('with host keys', () => {
    it('refuses a changed key with both fingerprints, before it offers any credentials', async () => {
      const sshd = await server();
      const other = await server();
      await writeFile(sshd.knownHosts, `[127.0.0.1]:${sshd.port} ${other.hostKeyLines[0] ?? ''}\n`);
      const window = await windowFor(sshd);
      const message = await failsToStart(window, tunnel(), 'HostKeyChanged');
      assert.equal(message.match(/SHA256:/g)?.length, 2, message);
      assert.match(message, /line 1/);
      assert.equal(window.state().status, 'failed');
      await sshd.waitForLog(/Connection (closed|reset) by|disconnect/i);
      assert.doesNotMatch(sshd.log(), anyOffer);
    });

    it('blocks an automatic start at an unknown key, without a prompt or an offered key', async () => {
      const sshd = await server();
      await writeFile(sshd.knownHosts, '');
      const window = await windowFor(sshd);
      await window.lease({ id: 'user:t', tunnel: tunnel(), settings: asks });
      await window.untilStatus('blocked');
      const state = window.state();
      assert.ok(state.status === 'blocked' && state.need === 'hostKey');
      assert.deepEqual(window.questions, []);
      await sshd.waitForLog(/Connection (closed|reset) by|disconnect/i);
      assert.doesNotMatch(sshd.log(), anyOffer);
    });

    it('asks at a start by hand, and saves an accepted key', async () => {
      const sshd = await server();
      await writeFile(sshd.knownHosts, '# nothing yet');
      const window = await windowFor(sshd);
      window.answer = () => {
        assert.doesNotMatch(sshd.log(), anyOffer);
        return 'yes';
      };
      await window.lease({ id: 'user:t', tunnel: tunnel(), settings: asks, want: false });
      await window.client.start('user:t');
      await works(window);
      const [question] = window.questions;
      assert.ok(question?.kind === 'hostKey');
      assert.equal(question.key.type, 'ssh-ed25519');
      const knownHosts = await readFile(sshd.knownHosts, 'utf8');
      assert.match(knownHosts, /^# nothing yet\n/);
      assert.ok(knownHosts.includes(sshd.hostKeyLines[0]?.split(' ')[1] ?? 'no key'), knownHosts);
      await window.client.stop('user:t');
      await window.client.start('user:t');
      assert.equal(window.questions.length, 1, 'asked again');
    });

    it('fails when the user rejects the key, and saves nothing', async () => {
      const sshd = await server();
      await writeFile(sshd.knownHosts, '');
      const window = await windowFor(sshd);
      await failsToStart(window, tunnel(), 'HostKeyUnknown');
      assert.equal(await readFile(sshd.knownHosts, 'utf8'), '');
      assert.doesNotMatch(sshd.log(), anyOffer);
    });

    it('respects StrictHostKeyChecking accept-new and yes', async () => {
      const sshd = await server();
      await writeFile(sshd.knownHosts, '');
      const window = await windowFor(sshd);
      const strict = { strictHostKeyChecking: 'yes' } as const;
      await window.lease({ id: 'user:t', tunnel: tunnel(), settings: strict });
      await window.untilStatus('failed');
      assert.equal(errorOf(window.state())?.code, 'HostKeyUnknown');
      const lax = { strictHostKeyChecking: 'accept-new' } as const;
      await window.lease({ id: 'user:t', tunnel: tunnel(), settings: lax });
      await window.untilStatus('up');
      assert.notEqual(await readFile(sshd.knownHosts, 'utf8'), '');
      assert.deepEqual(window.questions, []);
    });
  });

  describe('with keys and passwords', () => {
    it("uses an agent's key without a key file", async () => {
      const sshd = await server({ clientConfig: ['IdentityFile none', 'IdentitiesOnly no'] });
      await using folder = await tempDir('agent-');
      const socket = folder.file('agent');
      const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
      try {
        await eventually('the agent takes the key', () => addKey(socket, sshd.clientKey));
        const window = await windowFor(sshd);
        await window.lease({ id: 'user:t', tunnel: tunnel(), settings: { identityAgent: socket } });
        await window.untilStatus('up');
        await works(window);
      } finally {
        agent.kill();
        await once(agent, 'exit');
      }
    });

    it('asks for the passphrase of an encrypted key, and again when it was wrong', async () => {
      const sshd = await server();
      execFileSync('ssh-keygen', ['-p', '-q', '-P', '', '-N', 'open sesame', '-f', sshd.clientKey]);
      const window = await windowFor(sshd);
      await window.lease({ id: 'user:t', tunnel: tunnel() });
      await window.untilStatus('blocked');
      const state = window.state();
      assert.ok(state.status === 'blocked' && state.need === 'passphrase');
      window.answer = (question) =>
        'attempt' in question && question.attempt === 2 ? 'open sesame' : 'wrong';
      await window.client.start('user:t');
      await works(window);
      assert.deepEqual(
        window.questions.map((question) => [question.kind, 'attempt' in question && question.attempt]),
        [
          ['passphrase', 1],
          ['passphrase', 2],
        ],
      );
      assert.deepEqual(window.judged, ['passphrase 1 wrong', 'passphrase 2 right']);
    });

    it('asks for a password, and fails after the third wrong one', async () => {
      using user = temporaryUser();
      const sshd = await server({
        config: ['PasswordAuthentication yes', 'KbdInteractiveAuthentication no'],
        clientConfig: [`User ${user.name}`],
      });
      const window = await windowFor(sshd);
      await window.lease({ id: 'user:t', tunnel: tunnel() });
      await window.untilStatus('blocked');
      const blocked = window.state();
      assert.ok(blocked.status === 'blocked' && blocked.need === 'password');
      assert.deepEqual(window.questions, []);

      window.answer = () => 'wrong';
      const message = await failsToStart(window, tunnel(), 'AuthenticationFailed');
      assert.match(message, /password/);
      assert.equal(window.questions.length, 3);

      assert.deepEqual(window.judged.splice(0), ['password 1 wrong', 'password 2 wrong', 'password 3 wrong']);

      window.answer = () => user.password;
      await window.client.start('user:t');
      await works(window);
      assert.deepEqual(window.judged, ['password 1 right']);
      assert.ok(!window.log.join('\n').includes(user.password), 'the password is in the log');
    });

    it('uses a saved password at an automatic start, and reports whether it was right', async () => {
      using user = temporaryUser();
      const sshd = await server({
        // After the rejected key, the second wrong answer is the last.
        config: ['PasswordAuthentication yes', 'KbdInteractiveAuthentication no', 'MaxAuthTries 3'],
        clientConfig: [`User ${user.name}`],
      });
      const window = await windowFor(sshd);
      window.recall = () => 'outdated';
      await window.lease({ id: 'user:t', tunnel: tunnel() });
      await window.untilStatus('blocked');
      assert.deepEqual(window.judged.splice(0), ['password 1 wrong']);
      assert.deepEqual(window.questions, []);

      window.answer = () => 'wrong';
      await failsToStart(window, tunnel(), 'TooManyAuthenticationFailures');
      assert.deepEqual(window.judged.splice(0), ['password 1 wrong', 'password 2 wrong']);

      window.questions.splice(0);
      window.recall = ({ kind }) => (kind === 'password' ? user.password : undefined);
      await window.lease();
      await window.lease({ id: 'user:t', tunnel: tunnel() });
      await window.untilStatus('up');
      await works(window);
      assert.deepEqual(window.judged, ['password 1 right']);
      assert.deepEqual(window.questions, []);
    });

    it('reports what was tried and what the server would accept', async () => {
      const sshd = await server();
      await using folder = await tempDir('key-');
      const otherKey = await makeKeyPair(folder, 'other-key', 'ed25519');
      await writeFile(sshd.authorizedKeys, `${otherKey.line}\n`);
      const window = await windowFor(sshd);
      const message = await failsToStart(window, tunnel(), 'AuthenticationFailed');
      assert.match(message, /client/);
      assert.match(detailOf(errorOf(window.state())), /publickey/);
    });
  });

  describe('on the way to the server', () => {
    it('goes through a jump host', async () => {
      const jump = await server();
      const behind = await server();
      const config = await readFile(jump.configFile, 'utf8');
      const inner = (await readFile(behind.configFile, 'utf8')).replace('Host test-sshd', 'Host behind');
      await writeFile(jump.configFile, `${config}\n${inner}\n`);
      const window = await windowFor(jump);
      await window.bringUp({
        host: 'behind',
        proxyJump: 'test-sshd',
        localForward: `0:127.0.0.1:${greeter.port}`,
      });
      await works(window);
      await behind.waitForLog(/Accepted publickey/);
      await jump.waitForLog(/Accepted publickey/);
      await window.client.stop('user:t');
      await behind.waitForLog(/Disconnected from user|Connection closed by/);
      await jump.waitForLog(/Disconnected from user|Connection closed by/);
    });

    it('reports which address refused, and retries', async () => {
      const sshd = await server();
      await sshd.halt();
      const window = await windowFor(sshd);
      await window.lease({ id: 'user:t', tunnel: tunnel() });
      await window.untilStatus('waiting');
      const error = errorOf(window.state());
      assert.equal(error?.code, 'ConnectionRefused');
      assert.match(messageOf(error), new RegExp(`127\\.0\\.0\\.1:${sshd.port}`));
      await sshd.restart();
      await window.untilStatus('up');
      await works(window);
    });

    it('distinguishes a server of another protocol from a silent one', async () => {
      const sshd = await server();
      await isolateFromHome(sshd);
      const window = await windowFor(sshd);
      await using web = await target((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
      await failsToStart(window, tunnel(`127.0.0.1:${web.port}`), 'NotAnSshServer');
      await using silent = await target(() => undefined);
      const impatient = { ...tunnel(`127.0.0.1:${silent.port}`), connectTimeout: 1 };
      const message = await failsToStart(window, impatient, 'ConnectTimeout');
      assert.match(message, /within 1 s/);
    });

    it("reports a host name that doesn't exist", async () => {
      const sshd = await server();
      await isolateFromHome(sshd);
      const window = await windowFor(sshd);
      await failsToStart(window, tunnel('no-such-host.invalid'), 'HostNotFound');
    });

    it('names the process that holds a port, keeps the other forwards, and listens when the port is free', async () => {
      const sshd = await server();
      const window = await windowFor(sshd);
      const holder = await target(() => undefined);
      await window.bringUp({
        host: 'test-sshd',
        localForward: [`${holder.port}:127.0.0.1:${greeter.port}`, `0:127.0.0.1:${greeter.port}`],
      });
      const [taken] = window.forwards();
      assert.ok(taken?.status === 'failed' && taken.error.code === 'AddressInUse');
      assert.match(
        messageOf(taken.error),
        new RegExp(`Port ${holder.port} .*"node".*process ${process.pid}`),
      );
      assert.equal((await exchange(window.port(1))).received.toString(), 'welcome');
      await holder[Symbol.asyncDispose]();
      await window.until(() => window.forwards()[0]?.status === 'listening', 'listening on the free port');
      await works(window);
    });

    it('can be stopped while connecting, waiting or prompting', async () => {
      const sshd = await server();
      await isolateFromHome(sshd);
      const window = await windowFor(sshd);
      await using silent = await target((socket) => socket.on('end', () => socket.end()).resume());
      await window.lease({ id: 'user:t', tunnel: tunnel(`127.0.0.1:${silent.port}`) });
      await window.untilStatus('connecting');
      await window.client.stop('user:t');
      assert.equal(window.state().status, 'stopped');

      await writeFile(sshd.knownHosts, '');
      let asked: (() => void) | undefined;
      const asking = new Promise<void>((resolve) => (asked = resolve));
      window.answer = () => {
        asked?.();
        return new Promise(() => undefined);
      };
      await window.lease({ id: 'user:t', tunnel: tunnel(), want: false, settings: asks });
      const starting = window.client.start('user:t');
      await asking;
      await Promise.all([assert.rejects(starting), window.client.stop('user:t')]);
      assert.equal(window.state().status, 'stopped');
      await eventually('the connection is closed', () => silent.open.size === 0);
      assert.equal(silent.open.size, 0);
    });
  });
});

function addKey(socket: string, key: string): boolean {
  try {
    execFileSync('ssh-add', ['-q', key], { env: { ...process.env, SSH_AUTH_SOCK: socket }, stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
