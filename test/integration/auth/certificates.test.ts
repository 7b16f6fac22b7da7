// Login with user certificates and security keys, which ssh2 itself doesn't support.
import assert from 'node:assert/strict';
import { copyFile, rename, rm, writeFile } from 'node:fs/promises';
import { after, afterEach, before, describe, it } from 'mocha';
import { fakeSecurityKey } from '../../support/fakeSecurityKey';
import { keygen, logIn } from '../../support/login';
import { makeKeyPair } from '../../support/keyPair';
import type { KeyKind, KeyPair } from '../../support/keyPair';
import { sshAgent } from '../../support/sshAgent';
import { startSshd } from '../../support/sshd';
import type { Sshd, SshdOptions } from '../../support/sshd';
import { tempDir } from '../../support/tempDir';
import type { TempDir } from '../../support/tempDir';
import { nextStepOf } from '../../support/errorWords';

describe('login with certificates and security keys', () => {
  let dir: TempDir;
  let authority: KeyPair;
  const sshds: Sshd[] = [];
  let count = 0;

  before(async () => {
    dir = await tempDir('auth-');
    authority = await makeKeyPair(dir, 'authority', 'ed25519');
  });
  afterEach(async () => {
    for (const sshd of sshds.splice(0)) {
      await sshd.stop();
    }
  });
  after(() => dir.remove());

  async function server(options: SshdOptions = {}): Promise<Sshd> {
    const sshd = await startSshd({
      logLevel: 'DEBUG1',
      ...options,
      config: [`TrustedUserCAKeys ${authority.path}.pub`, ...(options.config ?? [])],
    });
    sshds.push(sshd);
    // A plain key must not be enough.
    await writeFile(sshd.authorizedKeys, '');
    return sshd;
  }

  /** A key with its certificate beside it. */
  async function certified(sshd: Sshd, kind: KeyKind, ...args: readonly string[]): Promise<string> {
    const { path } = await makeKeyPair(dir, `key${count++}`, kind);
    await keygen('-s', authority.path, '-I', 'test', '-n', sshd.user, ...args, `${path}.pub`);
    return path;
  }

  for (const kind of ['ed25519', 'rsa', 'ecdsa'] as const) {
    describe(`of type ${kind}:`, () => {
      it('uses a certificate beside its identity file', async () => {
        const sshd = await server();
        const key = await certified(sshd, kind);
        const { outcome } = await logIn(sshd, { host: { identityFiles: [key] } });
        assert.equal(outcome, 'up', sshd.log());
        await sshd.waitForLog(/Accepted publickey .*-CERT/);
      });

      it('uses a CertificateFile, with its key in a file or in the agent', async () => {
        const sshd = await server();
        const key = await certified(sshd, kind);
        const certificate = dir.file('elsewhere.pub');
        await rename(`${key}-cert.pub`, certificate);
        const host = { identityFiles: [key], certificateFiles: [certificate] };
        assert.equal((await logIn(sshd, { host })).outcome, 'up', sshd.log());
        await using agent = await sshAgent(dir);
        agent.add(key);
        await rm(key);
        const { outcome } = await logIn(sshd, { host: { ...host, identityAgent: agent.socket } });
        assert.equal(outcome, 'up', sshd.log());
        const without = await logIn(sshd, { host: { ...host, identityAgent: 'none' } });
        assert.equal(without.outcome, 'KeyUnreadable');
      });

      it('uses a certificate held by the agent', async () => {
        const sshd = await server();
        const key = await certified(sshd, kind);
        await using agent = await sshAgent(dir);
        agent.add(key);
        const host = { identityFiles: [], identitiesOnly: false, identityAgent: agent.socket };
        const { outcome } = await logIn(sshd, { host });
        assert.equal(outcome, 'up', sshd.log());
      });
    });
  }

  it("asks once for the passphrase of a certificate's key", async () => {
    const sshd = await server();
    const key = await certified(sshd, 'ed25519');
    await keygen('-p', '-P', '', '-N', 'open sesame', '-f', key);
    const { outcome, kinds } = await logIn(sshd, {
      answer: () => 'open sesame',
      host: { identityFiles: [key] },
    });
    assert.equal(outcome, 'up');
    assert.deepEqual(kinds, ['passphrase']);
  });

  it('chooses the algorithm of an RSA certificate from PubkeyAcceptedAlgorithms', async () => {
    const sshd = await server();
    const key = await certified(sshd, 'rsa');
    const accepted = ['rsa-sha2-256-cert-v01@openssh.com'];
    const host = { identityFiles: [key], pubkeyAcceptedAlgorithms: accepted };
    const { outcome, log } = await logIn(sshd, { host });
    assert.equal(outcome, 'up');
    assert.match(log, /offering .*rsa-sha2-256-cert/);
  });

  it("doesn't offer a host certificate, and is refused with an expired one", async () => {
    const sshd = await server();
    const forHost = await certified(sshd, 'ed25519', '-h');
    const { outcome, log } = await logIn(sshd, { host: { identityFiles: [forHost] } });
    assert.equal(outcome, 'AuthenticationFailed');
    assert.doesNotMatch(log, /offering .*cert/);
    const old = await certified(sshd, 'ed25519', '-V', '20200101:20200102');
    assert.equal((await logIn(sshd, { host: { identityFiles: [old] } })).outcome, 'AuthenticationFailed');
  });

  // The agent and the security key behind it are fakes in software; the server that verifies is the real one.
  for (const kind of ['ed25519', 'ecdsa'] as const) {
    it(`uses a security key through an agent: ${kind}`, async () => {
      const sshd = await server();
      await using agent = await fakeSecurityKey(dir.file(`sk-${kind}`), kind);
      await writeFile(sshd.authorizedKeys, `no-touch-required ${agent.line}\n`);
      const host = { identityFiles: [], identitiesOnly: false, identityAgent: agent.socket };
      const { outcome } = await logIn(sshd, { host });
      assert.equal(outcome, 'up', sshd.log());
      await sshd.waitForLog(/Accepted publickey .*-SK/);
    });

    it(`uses a certificate of a security key: ${kind}`, async () => {
      const sshd = await server();
      await using agent = await fakeSecurityKey(dir.file(`skc-${kind}`), kind);
      const path = dir.file(`skc-${kind}-key`);
      await writeFile(`${path}.pub`, `${agent.line}\n`);
      await keygen(
        '-s',
        authority.path,
        '-I',
        'test',
        '-n',
        sshd.user,
        '-O',
        'no-touch-required',
        `${path}.pub`,
      );
      const host = { identityFiles: [path], identityAgent: agent.socket };
      const { outcome } = await logIn(sshd, { host });
      assert.equal(outcome, 'up', sshd.log());
    });
  }
  it("explains that a security key's file needs an agent", async () => {
    const sshd = await server();
    await using agent = await fakeSecurityKey(dir.file('sk-file'), 'ed25519');
    const path = dir.file('sk-file-key');
    await writeFile(`${path}.pub`, `${agent.line}\n`);
    await copyFile(`${path}.pub`, sshd.authorizedKeys);
    const { failure } = await logIn(sshd, { host: { identityFiles: [path], identityAgent: 'none' } });
    assert.equal(failure?.code, 'KeyUnreadable');
    assert.match(nextStepOf(failure.error), /agent/);
  });
});
