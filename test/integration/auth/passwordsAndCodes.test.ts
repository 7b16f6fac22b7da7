// Login with passwords, codes and several required methods, against a real sshd with PAM.
import assert from 'node:assert/strict';
import { chmod, writeFile } from 'node:fs/promises';
import { after, afterEach, before, describe, it } from 'mocha';
import { isRetryable } from '../../../src/tunnels/errors/errors';
import { logIn } from '../../support/login';
import { makeKeyPair } from '../../support/keyPair';
import { pamService } from '../../support/pamService';
import { startSshd } from '../../support/sshd';
import type { Sshd, SshdOptions } from '../../support/sshd';
import { tempDir } from '../../support/tempDir';
import type { TempDir } from '../../support/tempDir';
import { temporaryUser } from '../../support/temporaryUser';
import type { TemporaryUser } from '../../support/temporaryUser';
import { detailOf } from '../../support/errorWords';

const byPam = ['UsePAM yes', 'KbdInteractiveAuthentication yes'];
const byPassword = ['PasswordAuthentication yes'];

describe('login with passwords and codes', () => {
  let dir: TempDir;
  let user: TemporaryUser;
  const cleanUps: (() => Promise<void>)[] = [];

  before(async () => {
    dir = await tempDir('auth-');
    user = temporaryUser();
  });
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) {
      await cleanUp();
    }
  });
  after(async () => {
    user[Symbol.dispose]();
    await dir.remove();
  });

  async function server(options: SshdOptions = {}): Promise<Sshd> {
    const sshd = await startSshd({
      logLevel: 'DEBUG1',
      ...options,
      clientConfig: [`User ${user.name}`, ...(options.clientConfig ?? [])],
    });
    cleanUps.push(() => sshd.stop());
    // sshd reads the test user's keys there.
    await chmod(sshd.dir, 0o755);
    await chmod(sshd.authorizedKeys, 0o644);
    return sshd;
  }

  async function pamServer(config: readonly string[] = [], more: readonly string[] = []): Promise<Sshd> {
    const service = await pamService(dir, ['requisite pam_unix.so', ...more]);
    cleanUps.push(async () => service[Symbol.asyncDispose]());
    const sshd = await server({ config: [...byPam, ...config], program: service.program });
    if (!config.some((line) => line.includes('publickey'))) {
      await writeFile(sshd.authorizedKeys, '');
    }
    return sshd;
  }

  describe('keyboard-interactive', () => {
    it('asks for the password as a password, and saves the right one', async () => {
      const sshd = await pamServer();
      const { outcome, questions, judged } = await logIn(sshd, { answer: () => user.password });
      assert.equal(outcome, 'up', sshd.log());
      assert.deepEqual(
        questions.map((question) => [question.kind, 'attempt' in question && question.attempt]),
        [['password', 1]],
      );
      assert.deepEqual(judged, ['password right']);
    });

    it('uses the saved password at an automatic start, and forgets a wrong one', async () => {
      const sshd = await pamServer();
      assert.equal((await logIn(sshd, { saved: () => user.password })).outcome, 'up');
      const wrong = await logIn(sshd, { saved: () => 'an old one' });
      assert.deepEqual([wrong.outcome, wrong.judged], ['blocked: password', ['password wrong']]);
      const asked = await logIn(sshd, { saved: () => 'an old one', answer: () => user.password });
      assert.deepEqual([asked.outcome, asked.judged], ['up', ['password wrong', 'password right']]);
    });

    it('blocks an automatic start before it tries any method', async () => {
      const sshd = await pamServer();
      const { outcome } = await logIn(sshd);
      assert.equal(outcome, 'blocked: code');
      assert.doesNotMatch(sshd.log(), /method keyboard-interactive/);
      const both = await pamServer(byPassword);
      assert.equal((await logIn(both)).outcome, 'blocked: password');
    });

    it('fails for good after NumberOfPasswordPrompts wrong answers', async () => {
      const sshd = await pamServer();
      const { failure, questions } = await logIn(sshd, {
        answer: () => 'wrong',
        host: { numberOfPasswordPrompts: 2 },
      });
      assert.equal(failure?.code, 'AuthenticationFailed');
      assert.equal(isRetryable(failure.error), false);
      assert.match(failure.message, /^Wrong password for .*, 2 times\.$/);
      assert.deepEqual(
        questions.map((question) => 'again' in question && question.again),
        [false, { attempt: 2, of: 2 }],
      );
    });

    it('answers several rounds of prompts', async () => {
      // The second module prompts too, but accepts everything, because it has no database.
      const sshd = await pamServer([], ['optional pam_userdb.so db=/nonexistent']);
      const { outcome, questions, judged } = await logIn(sshd, { answer: () => user.password });
      assert.equal(outcome, 'up', sshd.log());
      assert.equal(questions.length, 2);
      assert.deepEqual(judged, ['password right', 'password right']);
    });
  });

  it('withdraws the prompt when the server hangs up', async () => {
    const sshd = await server({ config: [...byPassword, 'LoginGraceTime 1'] });
    await writeFile(sshd.authorizedKeys, '');
    const { outcome, questions } = await logIn(sshd, {
      answer: (_question, signal) =>
        new Promise((resolve) => signal.addEventListener('abort', () => resolve(undefined))),
    });
    assert.equal(outcome, 'LoginRefused');
    assert.equal(questions.length, 1);
  });

  describe('with AuthenticationMethods', () => {
    const steps: readonly (readonly [methods: string, kinds: readonly string[]])[] = [
      ['publickey,password', ['password']],
      ['publickey,keyboard-interactive', ['password']],
      ['password,publickey', ['password']],
      ['keyboard-interactive,publickey', ['password']],
    ];
    for (const [methods, kinds] of steps) {
      it(`${methods} succeeds`, async () => {
        const sshd = await pamServer([...byPassword, `AuthenticationMethods ${methods}`]);
        const { outcome, kinds: asked, judged } = await logIn(sshd, { answer: () => user.password });
        assert.equal(outcome, 'up', sshd.log());
        assert.deepEqual(asked, kinds);
        assert.deepEqual(judged, ['password right']);
        assert.equal((await logIn(sshd, { saved: () => user.password })).outcome, 'up');
      });
    }

    for (const kind of ['ed25519', 'rsa'] as const) {
      it(`publickey,publickey needs a second key: ${kind}`, async () => {
        const [one, two] = [
          await makeKeyPair(dir, `one-${kind}`, kind),
          await makeKeyPair(dir, `two-${kind}`, kind),
        ];
        const sshd = await server({ config: ['AuthenticationMethods publickey,publickey'] });
        await writeFile(sshd.authorizedKeys, `${one.line}\n${two.line}\n`);
        const both = await logIn(sshd, { host: { identityFiles: [one.path, sshd.clientKey, two.path] } });
        assert.equal(both.outcome, 'up', sshd.log());
        const { outcome, failure } = await logIn(sshd, { host: { identityFiles: [one.path] } });
        assert.equal(outcome, 'AuthenticationFailed');
        assert.match(detailOf(failure?.error), /Already accepted: one-/);
      });
    }

    it('reports which methods the server still requires', async () => {
      const sshd = await server({ config: [...byPassword, 'AuthenticationMethods publickey,password'] });
      const host = { passwordAuthentication: false };
      const { failure } = await logIn(sshd, { answer: () => user.password, host });
      assert.equal(failure?.code, 'AuthenticationFailed');
      assert.match(detailOf(failure.error), /accepts: password\. Already accepted: client/);
      assert.equal((await logIn(sshd)).outcome, 'blocked: password');
    });
  });

  describe('with ssh_config:', () => {
    it('PreferredAuthentications decides which methods are tried, and in what order', async () => {
      const sshd = await pamServer([...byPassword, 'AuthenticationMethods any']);
      const preferring = (...preferredAuthentications: string[]) =>
        logIn(sshd, { answer: () => user.password, host: { preferredAuthentications } });
      assert.equal((await preferring('password', 'publickey')).outcome, 'up');
      await sshd.waitForLog(/Accepted password/);
      assert.doesNotMatch(sshd.log(), /method (publickey|keyboard)/);
      const none = await preferring('hostbased', 'gssapi-with-mic');
      assert.equal(none.outcome, 'AuthenticationFailed');
      assert.deepEqual(none.kinds, []);
    });

    it("a method that ssh_config turns off isn't tried", async () => {
      const sshd = await pamServer([...byPassword, 'AuthenticationMethods any']);
      const host = {
        pubkeyAuthentication: false,
        passwordAuthentication: false,
        kbdInteractiveAuthentication: false,
      };
      const { outcome, failure } = await logIn(sshd, { answer: () => user.password, host });
      assert.equal(outcome, 'AuthenticationFailed');
      assert.match(failure?.message ?? '', /no method to try/);
      assert.doesNotMatch(sshd.log(), /method (publickey|keyboard|password)/);
    });
  });
});
