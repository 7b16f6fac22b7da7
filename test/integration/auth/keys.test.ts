// Login with key files, as a real sshd sees it: every format, first offered without a signature, and a passphrase
// prompt only for a key that the server accepts.
import assert from 'node:assert/strict';
import { chmod, copyFile, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { after, before, describe, it } from 'mocha';
import { keygen, logIn } from '../../support/login';
import { makeKeyPair } from '../../support/keyPair';
import type { KeyPair } from '../../support/keyPair';
import { resolveHost } from '../../../src/tunnels/ssh/config/resolveHost';
import { ssh } from '../../support/openssh';
import { sshAgent } from '../../support/sshAgent';
import { sshdPerTest } from '../../support/sshdPerTest';
import { tempDir } from '../../support/tempDir';
import type { TempDir } from '../../support/tempDir';
import { temporaryUser } from '../../support/temporaryUser';
import { ed448PuttyKey, puttyKeys } from '../../unit/ssh/keys/puttyFixtures';
import { detailOf, messageOf, nextStepOf } from '../../support/errorWords';

const secret = 'open sesame';

/** Gives a key another type, in its private file alone. */
async function keyOfUnknownType({ path }: KeyPair): Promise<string> {
  const [first = '', ...lines] = (await readFile(path, 'utf8')).trim().split('\n');
  const last = lines.pop() ?? '';
  const bytes = Buffer.from(lines.join(''), 'base64').toString('latin1');
  const changed = Buffer.from(bytes.replaceAll('ssh-ed25519', 'ssh-future1'), 'latin1');
  await writeFile(path, [first, changed.toString('base64'), last, ''].join('\n'));
  await rm(`${path}.pub`);
  return path;
}

describe('login with key files', () => {
  let dir: TempDir;
  const server = sshdPerTest();

  before(async () => {
    dir = await tempDir('auth-');
  });
  after(() => dir.remove());

  describe('in the format', () => {
    const formats: readonly (readonly [name: string, args: readonly string[], passphrase: string])[] = [
      ['RSA in PEM', ['-t', 'rsa', '-b', '2048', '-m', 'PEM'], ''],
      ['RSA in PKCS#8', ['-t', 'rsa', '-b', '2048', '-m', 'PKCS8'], ''],
      ['RSA in PKCS#8 with a passphrase', ['-t', 'rsa', '-b', '2048', '-m', 'PKCS8'], secret],
      ['RSA in PEM with a passphrase', ['-t', 'rsa', '-b', '2048', '-m', 'PEM'], secret],
      ['ECDSA in PEM', ['-t', 'ecdsa', '-m', 'PEM'], ''],
      ['ECDSA of 521 bits', ['-t', 'ecdsa', '-b', '521'], ''],
      ['Ed25519 with a passphrase', ['-t', 'ed25519', '-a', '4'], secret],
    ];
    for (const [name, args, passphrase] of formats) {
      it(`${name} works`, async () => {
        const key = dir.file(name.replaceAll(/\W/g, '_'));
        await keygen(...args, '-N', passphrase, '-f', key);
        const sshd = await server({ clientConfig: [`IdentityFile ${key}`] });
        await copyFile(`${key}.pub`, sshd.authorizedKeys);
        await rm(`${key}.pub`);
        const { outcome, kinds, judged } = await logIn(sshd, { answer: () => secret });
        assert.equal(outcome, 'up', sshd.log());
        assert.deepEqual(kinds, passphrase ? ['passphrase'] : []);
        assert.deepEqual(judged, passphrase ? ['passphrase right'] : []);
      });
    }

    for (const { label, text, publicLine, passphrase } of puttyKeys) {
      it(`PuTTY, ${label} works`, async () => {
        const key = await dir.write('key.ppk', '');
        await writeFile(key, text, 'latin1');
        const sshd = await server({ clientConfig: [`IdentityFile ${key}`] });
        await writeFile(sshd.authorizedKeys, `${publicLine}\n`);
        const { outcome } = await logIn(sshd, { answer: () => passphrase });
        assert.equal(outcome, 'up', sshd.log());
      });
    }
  });

  describe('a passphrase', () => {
    it("isn't asked for when the server doesn't accept the key", async () => {
      const sshd = await server();
      await keygen('-p', '-P', '', '-N', secret, '-f', sshd.clientKey);
      await rm(`${sshd.clientKey}.pub`);
      const other = await makeKeyPair(dir, 'other', 'ed25519');
      await writeFile(sshd.authorizedKeys, `${other.line}\n`);
      const { outcome, kinds } = await logIn(sshd, { answer: () => secret });
      assert.equal(outcome, 'AuthenticationFailed');
      assert.deepEqual(kinds, []);
    });

    it('is asked for after the server accepts the key, before anything is signed', async () => {
      const sshd = await server();
      await keygen('-p', '-P', '', '-N', secret, '-f', sshd.clientKey);
      const { outcome, questions } = await logIn(sshd, {
        answer: async (question) => {
          await sshd.waitForLog(/Accepted key/);
          assert.doesNotMatch(sshd.log(), /(Failed|Accepted) publickey/);
          assert.ok(question.kind === 'passphrase');
          return question.attempt === 3 ? secret : 'wrong';
        },
      });
      assert.equal(outcome, 'up');
      assert.equal(questions.length, 3);
    });

    it("isn't needed by an automatic start that can use another key", async () => {
      const locked = await makeKeyPair(dir, 'locked', 'ed25519');
      await keygen('-p', '-P', '', '-N', secret, '-f', locked.path);
      const sshd = await server({ clientConfig: [`IdentityFile ${locked.path}`] });
      const own = await readFile(sshd.authorizedKeys, 'utf8');
      await writeFile(sshd.authorizedKeys, `${locked.line}\n${own}`);
      assert.equal((await logIn(sshd)).outcome, 'up');
      await writeFile(sshd.authorizedKeys, `${locked.line}\n`);
      assert.equal((await logIn(sshd)).outcome, 'blocked: passphrase');
      assert.equal((await logIn(sshd, { saved: () => secret })).outcome, 'up');
      const wrong = await logIn(sshd, { saved: () => 'an old one' });
      assert.equal(wrong.outcome, 'blocked: passphrase');
      assert.deepEqual(wrong.judged, ['passphrase wrong']);
    });

    it('that is wrong three times leads to the next method', async () => {
      using user = temporaryUser();
      const sshd = await server({
        config: ['PasswordAuthentication yes'],
        clientConfig: [`User ${user.name}`],
      });
      await keygen('-p', '-P', '', '-N', secret, '-f', sshd.clientKey);
      await chmod(sshd.dir, 0o755);
      await chmod(sshd.authorizedKeys, 0o644);
      const { outcome, kinds, judged } = await logIn(sshd, {
        answer: ({ kind }) => (kind === 'password' ? user.password : 'wrong'),
      });
      assert.equal(outcome, 'up', sshd.log());
      assert.deepEqual(kinds, ['passphrase', 'passphrase', 'passphrase', 'password']);
      assert.deepEqual(judged.slice(-2), ['passphrase wrong', 'password right']);
    });
  });

  describe('a key file', () => {
    it('that others can read is ignored, as by ssh, and the error suggests chmod 600', async () => {
      const sshd = await server();
      await chmod(sshd.clientKey, 0o644);
      const { outcome, failure } = await logIn(sshd);
      assert.equal(outcome, 'KeyUnreadable');
      assert.match(`${failure?.message} ${nextStepOf(failure?.error)}`, /client .*0644.*chmod 600 .*client/);
      const theirs = await ssh(['-F', sshd.configFile, '-o', 'BatchMode=yes', 'test-sshd', 'true']);
      assert.match(theirs.stderr, /UNPROTECTED PRIVATE KEY FILE/);
      assert.notEqual(theirs.code, 0);

      const other = await makeKeyPair(dir, 'other-key', 'ed25519');
      const { failure: both } = await logIn(sshd, {
        host: { identityFiles: [sshd.clientKey, other.path] },
      });
      assert.equal(both?.code, 'AuthenticationFailed');
      assert.match(detailOf(both.error), /chmod 600/);
    });

    it("that doesn't exist is named where ssh_config asks for it", async () => {
      const sshd = await server();
      const { failure } = await logIn(sshd, { host: { identityFiles: [dir.file('mistyped')] } });
      assert.equal(failure?.code, 'KeyUnreadable');
      assert.match(failure.message, /mistyped can't be used: the file doesn't exist/);
    });

    it("that doesn't exist is not named if it is only a default of the installed ssh, known or not", async () => {
      const sshd = await server();
      // Like ssh since 10.5, with one more default key.
      const script =
        '#!/bin/sh\nprintf "%s\\n" "identityfile ~/.ssh/id_ecdsa" "identityfile ~/.ssh/id_mldsa44_ed25519"';
      const sshProgram = await dir.write('newer-ssh', script, 0o700);
      const options = { configFile: sshd.configFile, env: process.env, sshProgram };
      const { identityFiles, identityFilesAreDefault } = await resolveHost({ host: 'test-sshd' }, options);
      assert.equal(identityFiles.length, 2);
      const home = { identityFiles: identityFiles.map((path) => dir.file(path)), identityFilesAreDefault };
      const { failure } = await logIn(sshd, { host: home });
      assert.equal(failure?.code, 'AuthenticationFailed');
      assert.doesNotMatch(`${messageOf(failure.error)} ${detailOf(failure.error)}`, /id_/);
    });

    it('of a type that only newer versions of ssh have is named with its type', async () => {
      const sshd = await server();
      const key = await keyOfUnknownType(await makeKeyPair(dir, 'future', 'ed25519'));
      const { failure } = await logIn(sshd, { host: { identityFiles: [key] } });
      assert.equal(failure?.code, 'KeyUnsupported');
      assert.match(messageOf(failure.error), /future can't be used: its type ssh-future1 is not supported/);
      assert.doesNotMatch(sshd.log(), /ssh-future1/);
    });

    it('of an unsupported type in the format of PuTTY is named with its type', async () => {
      const sshd = await server();
      const key = await dir.write('ed448.ppk', ed448PuttyKey);
      const { failure } = await logIn(sshd, { host: { identityFiles: [key] } });
      assert.equal(failure?.code, 'KeyUnsupported');
      assert.match(messageOf(failure.error), /ed448\.ppk can't be used: its type Ed448 is not supported/);
    });

    it("with only the public half selects the agent's key", async () => {
      const sshd = await server();
      await using agent = await sshAgent(dir);
      const others = await makeKeyPair(dir, 'unwanted', 'ed25519');
      agent.add(others.path, sshd.clientKey);
      const env = { SSH_AUTH_SOCK: agent.socket, PATH: process.env['PATH'] };
      const only = { identityAgent: undefined, identitiesOnly: true };
      await rename(sshd.clientKey, `${sshd.clientKey}.away`);
      for (const file of [sshd.clientKey, `${sshd.clientKey}.pub`]) {
        const { outcome, log } = await logIn(sshd, { env, host: { ...only, identityFiles: [file] } });
        assert.equal(outcome, 'up');
        assert.doesNotMatch(log, /unwanted/);
      }
      const without = await logIn(sshd, { host: { identityFiles: [sshd.clientKey] } });
      assert.equal(without.outcome, 'KeyUnreadable');
      assert.match(messageOf(without.failure?.error), /it isn't in the SSH agent/);
    });
  });

  describe('more keys than the server allows attempts', () => {
    const many: string[] = [];

    before(async () => {
      for (let i = 0; i < 7; i++) {
        many.push((await makeKeyPair(dir, `many${i}`, 'ed25519')).path);
      }
    });

    it('leave one attempt for the password', async () => {
      using user = temporaryUser();
      const sshd = await server({
        config: ['PasswordAuthentication yes'],
        clientConfig: [`User ${user.name}`],
      });
      const { outcome } = await logIn(sshd, {
        answer: () => user.password,
        host: { identityFiles: many },
      });
      assert.equal(outcome, 'up', sshd.log());
      assert.equal(sshd.log().match(/Failed publickey/g)?.length, 5);

      const blocked = await logIn(sshd, { host: { identityFiles: many } });
      assert.equal(blocked.outcome, 'blocked: password');
    });

    it('are all offered when no other method is possible', async () => {
      const sshd = await server({ config: ['MaxAuthTries 20'] });
      const { outcome } = await logIn(sshd, { host: { identityFiles: [...many, sshd.clientKey] } });
      assert.equal(outcome, 'up');
    });

    it('are reported differently from wrong keys', async () => {
      const sshd = await server();
      const { outcome, failure } = await logIn(sshd, { host: { identityFiles: many } });
      assert.equal(outcome, 'TooManyAuthenticationFailures');
      assert.match(failure?.message ?? '', /many0, many1/);
    });
  });

  describe('PubkeyAcceptedAlgorithms', () => {
    it('excludes keys, and selects the RSA signature algorithm', async () => {
      const rsa = await makeKeyPair(dir, 'rsa', 'rsa');
      const sshd = await server({
        clientConfig: [`IdentityFile ${rsa.path}`, 'PubkeyAcceptedAlgorithms rsa-sha2-256'],
      });
      assert.equal((await logIn(sshd)).outcome, 'AuthenticationFailed');
      await writeFile(sshd.authorizedKeys, `${rsa.line}\n`);
      const { outcome, log } = await logIn(sshd);
      assert.equal(outcome, 'up');
      assert.match(log, /rsa-sha2-256/);
      assert.doesNotMatch(log, /offering client/);
      const { log: byDefault } = await logIn(sshd, { host: { pubkeyAcceptedAlgorithms: undefined } });
      assert.match(byDefault, /rsa-sha2-512/);
    });
  });
});
