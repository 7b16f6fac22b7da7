// An agent that doesn't sign, and keys that turn out to be unusable after the server has accepted them: the login goes
// on with the next key, like ssh, and the error names the agent or the file, the reason and what to do.
import assert from 'node:assert/strict';
import { appendFile, chmod, copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { after, before, describe, it } from 'mocha';
import { explain } from '../../../src/tunnels/errors/errors';
import type { TunnelError } from '../../../src/tunnels/errors/errors';
import { errorOf } from '../../../src/tunnels/model/state';
import { english } from '../../../src/tunnels/util/l10n';
import { fakeSecurityKey } from '../../support/fakeSecurityKey';
import { keygen, logIn } from '../../support/login';
import { makeKeyPair } from '../../support/keyPair';
import { detailOf, messageOf, nextStepOf } from '../../support/errorWords';
import { ssh } from '../../support/openssh';
import { askedBy, sshAgent } from '../../support/sshAgent';
import { sshdPerTest } from '../../support/sshdPerTest';
import { tempDir } from '../../support/tempDir';
import type { TempDir } from '../../support/tempDir';
import { TestWindow, testDaemon } from '../../support/testWindow';

const secret = 'open sesame';

describe('a key that can not sign', () => {
  let dir: TempDir;
  const server = sshdPerTest();

  before(async () => {
    dir = await tempDir('auth-');
  });
  after(() => dir.remove());

  /** A program for confirmations that counts its runs. It does what the line of shell says. */
  async function askpass(
    name: string,
    line: string,
  ): Promise<{ program: string; runs: () => Promise<number> }> {
    const runs = await dir.write(`${name}-runs`, '');
    const program = await dir.write(name, `#!/bin/sh\necho run >>${runs}\n${line}\n`);
    await chmod(program, 0o755);
    return { program, runs: async () => (await readFile(runs, 'utf8')).split('\n').length - 1 };
  }

  /** The error never gives the advice for a key that the server refuses. */
  function check(error: TunnelError | undefined, message: RegExp, nextStep: RegExp): void {
    assert.ok(error);
    assert.equal(error.code, 'AuthenticationFailed');
    assert.match(messageOf(error), message);
    assert.match(nextStepOf(error), nextStep);
    const { steps } = explain(error, { platform: 'linux', destination: undefined }, english);
    assert.doesNotMatch(JSON.stringify([nextStepOf(error), steps]), /ssh-copy-id/);
  }

  describe('in an agent', () => {
    it('because its confirmation was declined: the agent asks once, and the next key is used', async () => {
      const sshd = await server();
      const { program, runs } = await askpass('decline', 'exit 1');
      await using agent = await sshAgent(dir, 'declining', askedBy(program));
      agent.add('-c', sshd.clientKey);
      const theirs = await ssh([
        ...['-F', sshd.configFile, '-o', `IdentityAgent=${agent.socket}`, '-o', 'BatchMode=yes'],
        ...['test-sshd', 'true'],
      ]);
      assert.match(theirs.stderr, /signing failed for .* from agent: agent refused operation/);
      assert.equal(await runs(), 1);

      const host = { identityAgent: agent.socket };
      const { failure } = await logIn(sshd, { host });
      assert.equal(await runs(), 2);
      check(failure?.error, /agent at .*declining refused to sign with the key client for /, /confirm it/);
      assert.match(detailOf(failure?.error), /Tried: client \(agent\)\. The server accepts: publickey\./);

      const other = await makeKeyPair(dir, 'usable', 'ed25519');
      await appendFile(sshd.authorizedKeys, `${other.line}\n`);
      const both = { ...host, identityFiles: [sshd.clientKey, other.path] };
      assert.equal((await logIn(sshd, { host: both })).outcome, 'up');
      await writeFile(sshd.authorizedKeys, await readFile(`${sshd.clientKey}.pub`));
      const rejected = await logIn(sshd, { host: both });
      check(rejected.failure?.error, /refused to sign with the key client/, /confirm it/);
      assert.match(detailOf(rejected.failure?.error), /Tried: client \(agent\), usable\./);
    });

    it("isn't asked for again after another key was accepted in part", async () => {
      const sshd = await server({ config: ['AuthenticationMethods publickey,publickey'] });
      const { program, runs } = await askpass('decline-in-part', 'exit 1');
      await using agent = await sshAgent(dir, 'declining-in-part', askedBy(program));
      const other = await makeKeyPair(dir, 'in-part', 'ed25519');
      await appendFile(sshd.authorizedKeys, `${other.line}\n`);
      agent.add('-c', sshd.clientKey);
      const host = { identityAgent: agent.socket, identityFiles: [sshd.clientKey, other.path] };
      const { failure } = await logIn(sshd, { host });
      assert.equal(await runs(), 1);
      check(failure?.error, /refused to sign with the key client/, /confirm it/);
      assert.match(detailOf(failure?.error), /Already accepted: in-part\./);
    });

    it('because it is declined at a reconnect: the tunnel fails, and nobody is asked again', async () => {
      const sshd = await server();
      const { program, runs } = await askpass('once', `test $(wc -l <${dir.file('once-runs')}) = 1`);
      await using agent = await sshAgent(dir, 'once-only', askedBy(program));
      agent.add('-c', sshd.clientKey);
      await using daemon = await testDaemon();
      const window = await TestWindow.open(daemon, sshd);
      const settings = { sshConfigFile: sshd.configFile, identityAgent: agent.socket };
      await window.lease({
        id: 'user:x',
        tunnel: { host: 'test-sshd', localForward: '0:127.0.0.1:9' },
        settings,
      });
      await window.client.start('user:x');
      sshd.dropSessions();
      await window.untilStatus('failed', 'user:x');
      check(errorOf(window.state('user:x')), /refused to sign with the key client/, /confirm it/);
      assert.equal(await runs(), 2);
      window.disconnect();
    });

    it('because the agent ends while it asks', async () => {
      const sshd = await server();
      const { program } = await askpass('kill', 'kill -9 $PPID');
      await using agent = await sshAgent(dir, 'dying', askedBy(program));
      agent.add('-c', sshd.clientKey);
      const { failure } = await logIn(sshd, { host: { identityAgent: agent.socket } });
      check(
        failure?.error,
        /agent at .*dying ended when it was to sign with the key client/,
        /Start the agent/,
      );
    });

    it('because the agent is locked', async () => {
      const sshd = await server();
      await using agent = await sshAgent(dir, 'locked');
      agent.add(sshd.clientKey);
      await agent.lock();
      const host = { identityAgent: agent.socket, identitiesOnly: false };
      const { failure } = await logIn(sshd, { host: { ...host, identityFiles: [] } });
      check(failure?.error, /agent at .*locked has no keys, or is locked/, /ssh-add -X/);
      const other = await makeKeyPair(dir, 'beside-locked', 'ed25519');
      const rejected = await logIn(sshd, { host: { ...host, identityFiles: [other.path] } });
      assert.match(detailOf(rejected.failure?.error), /agent at .*locked has no keys, or is locked/);
      const half = await logIn(sshd, { host: { ...host, identityFiles: [`${sshd.clientKey}.pub`] } });
      check(half.failure?.error, /agent at .*locked has no keys, or is locked/, /ssh-add -X/);
    });

    it('because the agent is empty', async () => {
      const sshd = await server();
      await using agent = await sshAgent(dir, 'empty');
      const host = { identityAgent: agent.socket, identitiesOnly: false, identityFiles: [] };
      const { failure } = await logIn(sshd, { host });
      check(failure?.error, /agent at .*empty has no keys\.$/, /Add your key with ssh-add/);
    });

    it('because the agent is gone: the error says so beside the key that was rejected', async () => {
      const sshd = await server();
      const other = await makeKeyPair(dir, 'beside-gone', 'ed25519');
      const host = { identityAgent: dir.file('gone'), identityFiles: [other.path] };
      const { failure } = await logIn(sshd, { host });
      assert.equal(failure?.code, 'AuthenticationFailed');
      assert.match(messageOf(failure.error), /Tried: beside-gone\./);
      assert.match(detailOf(failure.error), /agent at .*gone does not answer\./);
      assert.match(nextStepOf(failure.error), /Start the agent/);
    });

    it('is named by the error where the password that is asked for instead is not given', async () => {
      const sshd = await server({ config: ['PasswordAuthentication yes'] });
      const { program } = await askpass('decline-first', 'exit 1');
      await using agent = await sshAgent(dir, 'declining-first', askedBy(program));
      agent.add('-c', sshd.clientKey);
      const host = { identityAgent: agent.socket };
      const refused = /agent at .*declining-first refused to sign with the key client/;
      const automatic = await logIn(sshd, { host });
      assert.equal(automatic.outcome, 'blocked: password');
      assert.match(detailOf(automatic.failure?.error), refused);
      const cancelled = await logIn(sshd, { host, answer: () => undefined });
      assert.equal(cancelled.outcome, 'AuthenticationCancelled');
      assert.match(detailOf(cancelled.failure?.error), refused);
      const steps = explain(cancelled.failure!.error, { platform: 'linux', destination: undefined }, english);
      assert.match(JSON.stringify(steps), /If the agent shows a question, confirm it/);
    });

    it('is named by the error, even if more keys than the server allows follow', async () => {
      const sshd = await server({ config: ['MaxAuthTries 2'] });
      const { program } = await askpass('decline-one', 'exit 1');
      await using agent = await sshAgent(dir, 'declining-one', askedBy(program));
      agent.add('-c', sshd.clientKey);
      const others = await Promise.all(
        ['one', 'two', 'three'].map((name) => makeKeyPair(dir, name, 'ed25519')),
      );
      const identityFiles = [sshd.clientKey, ...others.map(({ path }) => path)];
      const { failure } = await logIn(sshd, { host: { identityAgent: agent.socket, identityFiles } });
      check(failure?.error, /refused to sign with the key client/, /confirm it/);
      assert.match(detailOf(failure?.error), /Tried: client \(agent\), one, two/);
    });

    // The agent and the security key behind it are fakes in software, which nobody touches.
    it('because a security key was not touched', async () => {
      const sshd = await server();
      await using agent = await fakeSecurityKey(dir.file('untouched'), 'ed25519', false);
      await writeFile(sshd.authorizedKeys, `${agent.line}\n`);
      const host = { identityFiles: [], identitiesOnly: false, identityAgent: agent.socket };
      const { failure } = await logIn(sshd, { host });
      check(
        failure?.error,
        /agent at .*untouched refused to sign with the key a security key/,
        /touch it when it blinks/,
      );
    });
  });

  // The agent and the security key behind it are fakes in software: the signature says that nobody touched it.
  it('as the server requires it: a security key without a touch', async () => {
    const sshd = await server();
    await using agent = await fakeSecurityKey(dir.file('without-touch'), 'ed25519');
    await writeFile(sshd.authorizedKeys, `${agent.line}\n`);
    const host = { identityFiles: [], identitiesOnly: false, identityAgent: agent.socket };
    const { failure } = await logIn(sshd, { host });
    await sshd.waitForLog(/user presence .* requirement not met/);
    check(failure?.error, /accepts the key a security key .* did not let you in with it/, /verify-required/);
  });

  describe('in a file', () => {
    it('does sign in spite of text after its END line, with and without a passphrase, as with ssh', async () => {
      const sshd = await server();
      await appendFile(sshd.clientKey, 'text after the key\n');
      const theirs = await ssh(['-F', sshd.configFile, '-o', 'BatchMode=yes', 'test-sshd', 'true']);
      assert.equal(theirs.code, 0, theirs.stderr);
      assert.equal((await logIn(sshd)).outcome, 'up');
      await keygen('-p', '-P', '', '-N', secret, '-a', '4', '-f', sshd.clientKey);
      await appendFile(sshd.clientKey, 'text after the key\n');
      const { outcome, judged } = await logIn(sshd, { answer: () => secret });
      assert.deepEqual([outcome, judged], ['up', ['passphrase right']]);
    });

    it('because the .pub beside an encrypted PEM file is of another key', async () => {
      const sshd = await server();
      const [key, stale] = [dir.file('pem'), await makeKeyPair(dir, 'stale', 'rsa')];
      await keygen('-t', 'rsa', '-b', '2048', '-m', 'PEM', '-N', secret, '-f', key);
      await copyFile(`${stale.path}.pub`, `${key}.pub`);
      await writeFile(sshd.authorizedKeys, `${stale.line}\n`);
      const { failure } = await logIn(sshd, { answer: () => secret, host: { identityFiles: [key] } });
      check(failure?.error, /pem can't be used .*accepts the public key in .*pem\.pub/, /right private key/);
    });

    it('because it is a DSA key, which shows only once it is decrypted', async () => {
      const sshd = await server();
      const key = dir.file('dsa');
      await keygen('-t', 'dsa', '-m', 'PKCS8', '-N', secret, '-f', key);
      await rm(`${key}.pub`);
      const options = { answer: () => secret, host: { identityFiles: [key] } };
      const { failure } = await logIn(sshd, options);
      assert.equal(failure?.code, 'KeyUnsupported');
      assert.match(messageOf(failure.error), /dsa can't be used: its type .* not supported/);
      const other = await makeKeyPair(dir, 'rejected', 'ed25519');
      const beside = await logIn(sshd, { ...options, host: { identityFiles: [other.path, key] } });
      assert.equal(beside.outcome, 'AuthenticationFailed');
      assert.match(messageOf(beside.failure?.error), /dsa can't be used/);
      assert.match(detailOf(beside.failure?.error), /Tried: rejected\./);
    });

    it('because it is damaged beneath its passphrase', async () => {
      const sshd = await server();
      await keygen('-p', '-P', '', '-N', secret, '-a', '4', '-f', sshd.clientKey);
      const text = await readFile(sshd.clientKey, 'utf8');
      await writeFile(sshd.clientKey, text.replace(/.{4}(=*\n-----END)/, 'AAAA$1'));
      const { failure, kinds } = await logIn(sshd, { answer: () => secret });
      assert.deepEqual(kinds, ['passphrase']);
      check(failure?.error, /client can't be used: it is damaged/, /backup/);
    });

    it('because others can read it: the next step says so although other keys were tried', async () => {
      const sshd = await server();
      const other = await makeKeyPair(dir, 'tried', 'ed25519');
      await chmod(sshd.clientKey, 0o640);
      const { failure } = await logIn(sshd, { host: { identityFiles: [sshd.clientKey, other.path] } });
      assert.match(messageOf(failure?.error), /Tried: tried\./);
      assert.match(nextStepOf(failure?.error), /chmod 600 .*client/);
    });
  });
});
