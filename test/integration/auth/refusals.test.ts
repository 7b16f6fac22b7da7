// Logins that a real sshd with PAM refuses although the key or the password is right, beside what ssh shows: the
// server's words stand in the error, and nothing is offered twice.
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
import { after, afterEach, before, describe, it } from 'mocha';
import { isRetryable } from '../../../src/tunnels/errors/errors';
import type { TunnelError } from '../../../src/tunnels/errors/errors';
import { SessionPool } from '../../../src/tunnels/ssh/session/sessionPool';
import { detailOf, messageOf, nextStepOf } from '../../support/errorWords';
import { logIn } from '../../support/login';
import type { LoginResult } from '../../support/login';
import { pamService } from '../../support/pamService';
import { startSshd } from '../../support/sshd';
import type { Sshd } from '../../support/sshd';
import { tempDir } from '../../support/tempDir';
import type { TempDir } from '../../support/tempDir';
import { temporaryUser } from '../../support/temporaryUser';
import type { TemporaryUser } from '../../support/temporaryUser';

const methods = {
  'a key': ['PubkeyAuthentication yes'],
  'a password': ['PasswordAuthentication yes', 'PubkeyAuthentication no'],
  'keyboard-interactive': ['KbdInteractiveAuthentication yes', 'PubkeyAuthentication no'],
} as const;
const byPassword = methods['a password'];

describe('a login that the server refuses', () => {
  let dir: TempDir;
  let user: TemporaryUser;
  const cleanUps: (() => unknown)[] = [];

  before(async () => {
    dir = await tempDir('refusals-');
  });
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) {
      await cleanUp();
    }
  });
  after(() => dir.remove());

  /** @param account what PAM says about the account */
  async function server(
    account: readonly string[],
    config: readonly string[],
    clientConfig: readonly string[] = [],
    auth: readonly string[] = ['requisite pam_unix.so'],
  ): Promise<Sshd> {
    const made = temporaryUser();
    user = made;
    cleanUps.push(() => made[Symbol.dispose]());
    const service = await pamService(dir, auth, account.length > 0 ? account : undefined);
    cleanUps.push(() => service[Symbol.asyncDispose]());
    const sshd = await startSshd({
      program: service.program,
      config: ['UsePAM yes', ...config],
      clientConfig: [`User ${user.name}`, ...clientConfig],
    });
    cleanUps.push(() => sshd.stop());
    // sshd reads the test user's keys there.
    await chmod(sshd.dir, 0o755);
    await chmod(sshd.authorizedKeys, 0o644);
    return sshd;
  }

  /** What ssh writes, with the right answers. */
  async function sshSays(sshd: Sshd): Promise<string> {
    const askpass = await dir.write('askpass', `#!/bin/sh\necho '${user.password}'\n`);
    await chmod(askpass, 0o755);
    const env = { ...process.env, SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: 'force', DISPLAY: ':9' };
    return new Promise((resolve) => {
      execFile('ssh', ['-F', sshd.configFile, '-N', 'test-sshd'], { env }, (_error, _out, words) =>
        resolve(words),
      );
    });
  }

  /** Logs in with the right answers. */
  const logInRight = (sshd: Sshd): Promise<LoginResult> => logIn(sshd, { answer: () => user.password });

  function refusal({ failure }: LoginResult): Extract<TunnelError, { code: 'LoginRefused' }> {
    assert.ok(failure?.error.code === 'LoginRefused', JSON.stringify(failure?.error));
    assert.equal(isRetryable(failure.error), false);
    return failure.error;
  }

  for (const [method, config] of Object.entries(methods)) {
    describe(`with ${method}`, () => {
      it("says what is in pam_nologin's file", async () => {
        const file = await dir.write('nologin', 'Down for maintenance.\nBack at 18:00.\n');
        const sshd = await server([`required pam_nologin.so file=${file}`], config);
        const error = refusal(await logInRight(sshd));
        assert.equal(error.reason, 'said');
        assert.match(messageOf(error), /"Down for maintenance\. Back at 18:00"/);
        assert.match(await sshSays(sshd), /Down for maintenance\.\s+Back at 18:00\.\s+Connection closed/);
      });

      it('says that the account has expired', async () => {
        const sshd = await server(['required pam_unix.so'], config);
        execFileSync('chage', ['-E', '2020-01-01', user.name]);
        const error = refusal(await logInRight(sshd));
        assert.equal(error.reason, 'accountExpired');
        const words = 'Your account has expired; please contact your system administrator.';
        assert.equal(detailOf(error), words);
        assert.ok((await sshSays(sshd)).includes(words));
      });

      it('says that the server closed the connection if it gave no reason', async () => {
        const sshd = await server(['required pam_deny.so'], config);
        const error = refusal(await logInRight(sshd));
        assert.ok(error.reason === 'closed');
        assert.equal(error.tried.length, 1);
        assert.match(await sshSays(sshd), /^Connection closed by 127\.0\.0\.1/);
      });
    });
  }

  const netcat = `${process.execPath} -e "const s = require('node:net').connect(%p, '%h'); process.stdin.pipe(s).pipe(process.stdout)"`;
  for (const [name, program] of [
    ['that passes data on', netcat],
    ['ssh -W', 'ssh -F CONFIG -W %h:%p test-sshd'],
  ] as const) {
    it(`is not retried through a ProxyCommand: ${name}`, async () => {
      const proxy = await startSshd();
      cleanUps.push(() => proxy.stop());
      const command = `ProxyCommand ${program.replace('CONFIG', proxy.configFile)}`;
      const file = await dir.write('nologin', 'Down for maintenance.\n');
      const talking = await server([`required pam_nologin.so file=${file}`], methods['a key'], [command]);
      assert.equal(refusal(await logInRight(talking)).reason, 'said');
      const silent = await server(['required pam_deny.so'], methods['a key'], [command]);
      assert.equal(refusal(await logInRight(silent)).reason, 'closed');
    });
  }

  it('in silence counts as lost a few times if it was accepted before: the server may be restarting', async () => {
    const file = dir.file('empty_nologin');
    const sshd = await server(
      [`required pam_nologin.so file=${file}`, 'required pam_permit.so'],
      methods['a key'],
    );
    const pool = new SessionPool();
    const outcomes = async (times: number): Promise<string[]> => {
      const all: string[] = [];
      while (all.length < times) {
        all.push((await logIn(sshd, { pool })).outcome);
      }
      return all;
    };
    assert.deepEqual(await outcomes(1), ['up']);
    await writeFile(file, '');
    const lost = ['ConnectionLost', 'ConnectionLost', 'ConnectionLost'];
    assert.deepEqual(await outcomes(5), [...lost, 'LoginRefused', 'LoginRefused']);
  });

  describe('by keyboard-interactive', () => {
    const { 'keyboard-interactive': config } = methods;

    it('says what the server says if it asks for nothing', async () => {
      const file = await dir.write('suspended', 'Your account is suspended.\n');
      const auth = [`optional pam_echo.so file=${file}`, 'required pam_deny.so'];
      const result = await logInRight(await server([], config, [], auth));
      assert.match(messageOf(refusal(result)), /"Your account is suspended"/);
      assert.deepEqual(result.texts, ['Your account is suspended.']);
    });

    it('asks for no password if it neither asks nor says anything, as after a push that was declined', async () => {
      const { failure } = await logInRight(await server([], config, [], ['required pam_deny.so']));
      assert.ok(failure?.error.code === 'AuthenticationFailed');
      assert.match(nextStepOf(failure.error), /approve the sign-in/);
    });

    it('names the wrong password, and what the server says before its prompt', async () => {
      const file = await dir.write('locked', 'The account is locked.\n');
      const auth = [`optional pam_echo.so file=${file}`, 'required pam_unix.so nodelay'];
      const sshd = await server([], config, ['NumberOfPasswordPrompts 1'], auth);
      const { failure } = await logIn(sshd, { answer: () => 'wrong' });
      assert.ok(failure?.error.code === 'AuthenticationFailed');
      assert.deepEqual(failure.error.wrong, { kind: 'password', count: 1 });
      assert.match(messageOf(failure.error), /did not accept the answers .* "The account is locked"/);
    });
  });

  it('names the key that was right, and what else is required', async () => {
    const sshd = await server([], ['AuthenticationMethods publickey,publickey']);
    const { failure } = await logInRight(sshd);
    assert.match(messageOf(failure?.error), /accepted client for .* also requires: publickey\./);
    assert.match(nextStepOf(failure?.error), /IdentityFile to the other key/);
  });

  it('names the wrong password when the server allows no further attempt', async () => {
    const sshd = await server(['required pam_permit.so'], [...byPassword, 'MaxAuthTries 2']);
    const { failure, questions } = await logIn(sshd, { answer: () => 'wrong' });
    assert.equal(failure?.code, 'AuthenticationFailed');
    assert.match(failure.message, /^Wrong password for .*, 2 times\.$/);
    assert.equal(questions.length, 2);
  });

  it('names the wrong password although keys were tried, too', async () => {
    const sshd = await server(['required pam_permit.so'], ['PasswordAuthentication yes']);
    await writeFile(sshd.authorizedKeys, '');
    const { failure, questions } = await logIn(sshd, { answer: () => 'wrong' });
    assert.ok(failure?.error.code === 'AuthenticationFailed');
    assert.match(messageOf(failure.error), /^Wrong password for .*, 3 times\.$/);
    assert.match(detailOf(failure.error), /Tried: client, password\./);
    assert.deepEqual(
      questions.map((question) => 'again' in question && question.again),
      [false, { attempt: 2, of: 3 }, { attempt: 3, of: 3 }],
    );
  });

  it('does not count a password that was accepted as a wrong one', async () => {
    const config = [...byPassword, 'KbdInteractiveAuthentication yes'];
    const sshd = await server(
      ['required pam_permit.so'],
      [...config, 'AuthenticationMethods password,keyboard-interactive'],
    );
    const { outcome, questions } = await logInRight(sshd);
    assert.equal(outcome, 'up');
    assert.deepEqual(
      questions.map((question) => 'again' in question),
      [false, false],
    );
  });

  it('is up for an account with the shell nologin, which runs no command', async () => {
    const sshd = await server(['required pam_unix.so'], methods['a key']);
    execFileSync('usermod', ['--shell', '/usr/sbin/nologin', user.name]);
    assert.equal((await logInRight(sshd)).outcome, 'up');
  });
});
