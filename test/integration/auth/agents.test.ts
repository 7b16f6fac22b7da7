// Login with agent keys: which are offered, in which order, and how they sign; compared with the installed ssh.
import assert from 'node:assert/strict';
import { copyFile, readFile, rename, writeFile } from 'node:fs/promises';
import { after, afterEach, before, describe, it } from 'mocha';
import { logIn } from '../../support/login';
import { makeKeyPair } from '../../support/keyPair';
import type { KeyPair } from '../../support/keyPair';
import { ssh } from '../../support/openssh';
import { sshAgent } from '../../support/sshAgent';
import type { SshAgent } from '../../support/sshAgent';
import { startSshd } from '../../support/sshd';
import type { Sshd, SshdOptions } from '../../support/sshd';
import { tempDir } from '../../support/tempDir';
import type { TempDir } from '../../support/tempDir';

describe('login with an ssh-agent', () => {
  let dir: TempDir;
  let agent: SshAgent;
  let first: KeyPair;
  let second: KeyPair;
  let third: KeyPair;
  let rsa: KeyPair;
  const sshds: Sshd[] = [];

  before(async () => {
    dir = await tempDir('auth-');
    agent = await sshAgent(dir);
    first = await makeKeyPair(dir, 'first', 'ed25519');
    second = await makeKeyPair(dir, 'second', 'ecdsa');
    third = await makeKeyPair(dir, 'third', 'ed25519');
    rsa = await makeKeyPair(dir, 'rsa', 'rsa');
    agent.add(rsa.path, first.path, second.path);
  });
  afterEach(async () => {
    for (const sshd of sshds.splice(0)) {
      await sshd.stop();
    }
  });
  after(async () => {
    await agent[Symbol.asyncDispose]();
    await dir.remove();
  });

  async function server(options: SshdOptions = {}): Promise<Sshd> {
    const sshd = await startSshd({ logLevel: 'DEBUG1', ...options });
    sshds.push(sshd);
    return sshd;
  }

  const orders: readonly (readonly [name: string, config: () => readonly string[]])[] = [
    [
      "key files that the agent holds, in the agent's order",
      () => [`IdentityFile ${second.path}`, `IdentityFile ${first.path}`],
    ],
    ["the agent's other keys before key files", () => [`IdentityFile ${third.path}`]],
    ['no other agent keys with IdentitiesOnly', () => ['IdentitiesOnly yes', `IdentityFile ${first.path}`]],
    ['no agent keys with IdentityAgent none', () => ['IdentityAgent none', `IdentityFile ${third.path}`]],
  ];
  for (const [name, config] of orders) {
    it(`offers the same keys as ssh: ${name}`, async () => {
      const sshd = await server();
      await writeFile(sshd.authorizedKeys, '');
      const file = await dir.write(
        'config',
        (await readFile(sshd.configFile, 'utf8'))
          .replace(/^ *Identity.*\n/gm, '')
          .replace(
            'Host test-sshd\n',
            `Host test-sshd\n${config().join('\n')}\nIdentityAgent ${agent.socket}\n`,
          ),
      );
      const ours = await logIn({ configFile: file });
      const theirs = await ssh(['-v', '-F', file, '-o', 'BatchMode=yes', 'test-sshd', 'true']);
      const offered = (text: string, pattern: RegExp): string[] =>
        [...text.matchAll(pattern)].map((match) => match[1] ?? '');
      const fingerprints = offered(theirs.stderr, /Offering public key:.* (SHA256:\S+)/g);
      assert.ok(fingerprints.length > 0, theirs.stderr);
      assert.deepEqual(offered(ours.log, /offering .* (SHA256:\S+)/g), fingerprints);
    });
  }

  it('uses SHA-2 for RSA signatures, never SHA-1', async () => {
    const sshd = await server({ clientConfig: [`IdentityAgent ${agent.socket}`] });
    await writeFile(sshd.authorizedKeys, `${rsa.line}\n`);
    await rename(rsa.path, `${rsa.path}.away`);
    for (const algorithm of ['rsa-sha2-512', 'rsa-sha2-256']) {
      const { outcome, log } = await logIn(sshd, {
        host: { identityFiles: [rsa.path], pubkeyAcceptedAlgorithms: [algorithm] },
      });
      assert.equal(outcome, 'up', sshd.log());
      assert.ok(log.includes(algorithm), log);
    }
    await rename(`${rsa.path}.away`, rsa.path);
    const { outcome } = await logIn(sshd, {
      host: { identityFiles: [rsa.path], pubkeyAcceptedAlgorithms: ['ssh-rsa'] },
    });
    assert.equal(outcome, 'AuthenticationFailed');
  });

  it('continues with key files while the agent is dead, and uses the agent when it is back', async () => {
    const sshd = await server();
    const socket = dir.file('gone');
    const { outcome, log } = await logIn(sshd, { host: { identityAgent: socket } });
    assert.equal(outcome, 'up');
    assert.match(log, /The agent at .*gone can't be used/);
    const options = { host: { identityAgent: socket, identityFiles: [], identitiesOnly: false } };
    assert.equal((await logIn(sshd, options)).outcome, 'AgentUnavailable');
    await using late = await sshAgent(dir, 'gone');
    late.add(sshd.clientKey);
    assert.equal((await logIn(sshd, options)).outcome, 'up');
  });

  it('finds the agent by SSH_AUTH_SOCK and by a variable that IdentityAgent names', async () => {
    const env = { PATH: process.env['PATH'], SSH_AUTH_SOCK: agent.socket, OTHER: agent.socket };
    for (const value of ['SSH_AUTH_SOCK', '$OTHER', '$SSH_AUTH_SOCK']) {
      const sshd = await server({
        clientConfig: [`IdentityAgent ${value}`, 'IdentityFile none', 'IdentitiesOnly no'],
      });
      await copyFile(`${first.path}.pub`, sshd.authorizedKeys);
      const host = { identityFiles: [] };
      assert.equal((await logIn(sshd, { env, host })).outcome, 'up', value);
      // The same as from the user's own setting.
      assert.equal(
        (await logIn(sshd, { env, host: { ...host, identityAgent: value } })).outcome,
        'up',
        value,
      );
    }
    const sshd = await server({ clientConfig: ['IdentityAgent none'] });
    await copyFile(`${first.path}.pub`, sshd.authorizedKeys);
    assert.equal((await logIn(sshd, { env })).outcome, 'AuthenticationFailed');
  });
});
