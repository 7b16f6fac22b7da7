// RSA keys: what they sign with and how long they have to be, beside what the installed ssh does with the same server.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { after, before, describe, it } from 'mocha';
import type { AuthContext } from 'ssh2';
import { fakeSshServer } from '../../support/fakeSshServer';
import type { FakeSshServer } from '../../support/fakeSshServer';
import { detailOf, messageOf, nextStepOf } from '../../support/errorWords';
import { makeKeyPair } from '../../support/keyPair';
import type { KeyPair } from '../../support/keyPair';
import { keygen, logIn } from '../../support/login';
import type { LoginResult } from '../../support/login';
import { ssh } from '../../support/openssh';
import type { SshRun } from '../../support/openssh';
import { sshAgent } from '../../support/sshAgent';
import { startSshd } from '../../support/sshd';
import { tempDir } from '../../support/tempDir';
import type { TempDir } from '../../support/tempDir';

/** Accepts every key, and records the algorithms. */
function recorder(algorithms: string[]): (context: AuthContext) => void {
  return (context) => {
    if (context.method !== 'publickey') {
      context.reject(['publickey']);
      return;
    }
    const { algo } = context.key as unknown as { algo: string };
    algorithms.push(algo);
    context.accept();
  };
}

async function theirs(server: { readonly configFile: string }): Promise<SshRun> {
  return await ssh(['-F', server.configFile, '-vN', '-o', 'BatchMode=yes', 'test-sshd'], /Authenticated to/);
}

describe('RSA keys', () => {
  let dir: TempDir;
  let rsa: KeyPair;

  before(async () => {
    dir = await tempDir('rsa-');
    rsa = await makeKeyPair(dir, 'id_rsa', 'rsa');
  });
  after(() => dir.remove());

  describe('with a server that reports no signature algorithms', () => {
    async function withOldServer(
      config: readonly string[],
      check: (server: FakeSshServer, algorithms: string[]) => Promise<void>,
    ): Promise<void> {
      const algorithms: string[] = [];
      await using server = await fakeSshServer(dir, recorder(algorithms), { isOld: true, config });
      await check(server, algorithms);
    }

    function isRefusedWithReason({ failure, log }: LoginResult, key: string, port: number): void {
      assert.ok(failure?.error.code === 'KeyUnsupported', log);
      assert.ok(
        messageOf(failure.error).includes(`The key ${key} can't be used for someone@127.0.0.1:${port}`),
      );
      assert.match(messageOf(failure.error), /SHA-1 are disabled/);
      assert.match(nextStepOf(failure.error), /"PubkeyAcceptedAlgorithms \+ssh-rsa" in the Host block/);
    }

    it('are not offered, as by ssh, and the error says what to change', async () => {
      await withOldServer([`IdentityFile ${rsa.path}`], async (server, algorithms) => {
        isRefusedWithReason(await logIn(server), rsa.path, server.port);
        const { code, stderr } = await theirs(server);
        assert.equal(code, 255);
        assert.match(stderr, /no mutual signature algorithm/);
        assert.deepEqual(algorithms, []);
      });
    });

    it('of an agent are not offered, as by ssh', async () => {
      await using agent = await sshAgent(dir);
      agent.add(rsa.path);
      const config = [`IdentityAgent ${agent.socket}`];
      await withOldServer(config, async (server, algorithms) => {
        const host = { identityFiles: [] };
        isRefusedWithReason(await logIn(server, { host }), `${rsa.path} (agent)`, server.port);
        assert.match((await theirs(server)).stderr, /no mutual signature algorithm/);
        assert.deepEqual(algorithms, []);
      });
    });

    it('of a certificate are not offered, as by ssh', async () => {
      const certified = await makeKeyPair(dir, 'certified', 'rsa');
      await keygen('-s', rsa.path, '-I', 'me', `${certified.path}.pub`);
      await withOldServer([`IdentityFile ${certified.path}`], async (server, algorithms) => {
        assert.equal((await logIn(server)).outcome, 'KeyUnsupported');
        assert.match((await theirs(server)).stderr, /no mutual signature algorithm/);
        assert.deepEqual(algorithms, []);
      });
    });

    it('sign with SHA-1 if PubkeyAcceptedAlgorithms says so, as by ssh, and the log tells', async () => {
      const config = [`IdentityFile ${rsa.path}`, 'PubkeyAcceptedAlgorithms +ssh-rsa'];
      await withOldServer(config, async (server, algorithms) => {
        const { outcome, log } = await logIn(server);
        assert.equal(outcome, 'up', log);
        assert.match(log, /id_rsa signs with SHA-1 \(ssh-rsa\), which is weak/);
        const ours = algorithms.splice(0);
        assert.match((await theirs(server)).stderr, /Authenticated to/);
        assert.deepEqual(ours, algorithms);
        assert.deepEqual([...new Set(ours)], ['ssh-rsa']);
      });
    });

    it("don't keep an Ed25519 key from being used", async () => {
      const other = await makeKeyPair(dir, 'id_ed25519', 'ed25519');
      const config = [`IdentityFile ${rsa.path}`, `IdentityFile ${other.path}`];
      await withOldServer(config, async (server, algorithms) => {
        assert.equal((await logIn(server)).outcome, 'up');
        assert.deepEqual([...new Set(algorithms)], ['ssh-ed25519']);
      });
    });

    it('are the next step when other keys were rejected', async () => {
      const other = await makeKeyPair(dir, 'rejected', 'ed25519');
      const config = [`IdentityFile ${rsa.path}`, `IdentityFile ${other.path}`];
      await using server = await fakeSshServer(dir, (context) => context.reject(['publickey']), {
        isOld: true,
        config,
      });
      const { failure } = await logIn(server);
      assert.ok(failure?.error.code === 'AuthenticationFailed');
      assert.match(messageOf(failure.error), /Tried: rejected/);
      assert.match(detailOf(failure.error), /id_rsa can't be used for someone@/);
      assert.match(nextStepOf(failure.error), /PubkeyAcceptedAlgorithms \+ssh-rsa/);
    });
  });

  // As ssh does since 9.5. Debian's takes only one list.
  it('are offered if the server allows them only when it knows the user', async () => {
    await using server = await fakeSshServer(dir, recorder([]), {
      signatureAlgorithms: { atFirst: 'ssh-ed25519', forUser: 'ssh-ed25519,rsa-sha2-256' },
      config: [`IdentityFile ${rsa.path}`],
    });
    const { outcome, log } = await logIn(server);
    assert.equal(outcome, 'up', log);
    assert.match(log, /offering id_rsa .*\(rsa-sha2-256\)/);
  });

  describe('that are too short', () => {
    /** A private key in PEM: ssh-keygen makes none of fewer than 1024 bits. */
    async function shortKey(bits: number): Promise<string> {
      const { privateKey } = generateKeyPairSync('rsa', { modulusLength: bits });
      return dir.write(
        `short_${bits}`,
        privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
        0o600,
      );
    }

    for (const bits of [768, 1016]) {
      it(`of a host, with ${bits} bits, are refused by us and by ssh, however they are trusted`, async () => {
        const algorithms: string[] = [];
        for (const trust of [
          'StrictHostKeyChecking no',
          'StrictHostKeyChecking accept-new',
          'NoHostAuthenticationForLocalhost yes',
          'RequiredRSASize 0',
        ]) {
          await using server = await fakeSshServer(dir, recorder(algorithms), { bits, config: [trust] });
          const { failure, questions, log } = await logIn(server, { answer: () => 'yes' });
          assert.ok(failure?.error.code === 'NoCommonAlgorithm', `${trust}: ${log}`);
          assert.ok(messageOf(failure.error).includes(`RSA key of ${bits} bits, and at least 1024`));
          assert.ok(messageOf(failure.error).includes(`[127.0.0.1]:${server.port}`));
          assert.deepEqual(questions, []);
          const { code, stderr } = await theirs(server);
          assert.equal(code, 255);
          assert.match(stderr, /Invalid key length/);
        }
        assert.deepEqual(algorithms, []);
      });
    }

    it('of a host, are refused below RequiredRSASize, as by ssh, and accepted from it', async () => {
      for (const [size, accepted] of [
        [2048, true],
        [2049, false],
      ] as const) {
        await using sshd = await startSshd({
          hostKeys: ['rsa'],
          clientConfig: [`RequiredRSASize ${size}`],
        });
        const { outcome, failure } = await logIn(sshd);
        assert.equal(outcome, accepted ? 'up' : 'NoCommonAlgorithm');
        assert.match(
          failure ? messageOf(failure.error) : '',
          accepted ? /^$/ : /2048 bits, and at least 2049/,
        );
        assert.match(
          (await theirs(sshd)).stderr,
          accepted ? /Authenticated to/ : /Bad server host key: Invalid key length/,
        );
      }
    });

    it('of a user, are not offered below RequiredRSASize, as by ssh', async () => {
      await using sshd = await startSshd({
        clientConfig: [`IdentityFile ${rsa.path}`, 'RequiredRSASize 2049'],
        logLevel: 'DEBUG1',
      });
      await writeFile(sshd.authorizedKeys, `${rsa.line}\n`);
      const { failure, log } = await logIn(sshd);
      assert.ok(failure);
      assert.match(`${messageOf(failure.error)} ${detailOf(failure.error)}`, /2048 bits, and at least 2049/);
      assert.doesNotMatch(log, /offering id_rsa/);
      assert.doesNotMatch((await theirs(sshd)).stderr, /Authenticated to/);
      assert.doesNotMatch(sshd.log(), /Accepted publickey/);

      await using agent = await sshAgent(dir, 'agent2');
      agent.add(rsa.path);
      const host = { identityAgent: agent.socket, identityFiles: [], identitiesOnly: false };
      const ours = await logIn(sshd, { host });
      assert.equal(ours.outcome, 'KeyUnsupported', ours.log);

      const config = (await readFile(sshd.configFile, 'utf8')).replace('2049', '2048');
      await writeFile(sshd.configFile, config);
      assert.equal((await logIn(sshd)).outcome, 'up');
      assert.match((await theirs(sshd)).stderr, /Authenticated to/);
    });

    for (const isLocked of [false, true]) {
      it(`of a user, with 768 bits${isLocked ? ' and a passphrase' : ''}, are never offered`, async () => {
        const algorithms: string[] = [];
        const path = await shortKey(768);
        if (isLocked) {
          const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 768 });
          const cipher = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'pass' } as const;
          await writeFile(path, privateKey.export(cipher));
        }
        const config = [`IdentityFile ${path}`, 'RequiredRSASize 0'];
        await using server = await fakeSshServer(dir, recorder(algorithms), { config });
        const { failure, log } = await logIn(server, { answer: () => 'pass' });
        assert.ok(failure?.error.code === 'KeyUnsupported', log);
        assert.match(messageOf(failure.error), /768 bits, and at least 1024/);
        assert.deepEqual(algorithms, []);
      });
    }
  });

  it('of a host sign with SHA-1 only if HostKeyAlgorithms says so, and DSA is never offered', async () => {
    const offers = async (...config: readonly string[]): Promise<string> => {
      await using server = await fakeSshServer(dir, (context) => context.reject([]), { config });
      const { log } = await logIn(server);
      return /Host key format: this machine offers (\S+);/.exec(log)?.[1] ?? log;
    };
    assert.doesNotMatch(await offers(), /ssh-rsa|ssh-dss/);
    assert.match(await offers('HostKeyAlgorithms +ssh-rsa'), /,ssh-rsa$/);
    assert.doesNotMatch(await offers('HostKeyAlgorithms +ssh-dss'), /ssh-dss/);
  });
});
