// Keys of an agent that `ssh-add -h` limits to destinations, and signatures that include the server's host key
// (OpenSSH PROTOCOL.agent §1, PROTOCOL §3.1); compared with the installed ssh.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { after, afterEach, before, describe, it } from 'mocha';
import { keygen, logIn } from '../../support/login';
import { makeKeyPair } from '../../support/keyPair';
import type { KeyKind, KeyPair } from '../../support/keyPair';
import { detailOf, messageOf, nextStepOf } from '../../support/errorWords';
import { ssh } from '../../support/openssh';
import { sshAgent } from '../../support/sshAgent';
import type { SshAgent } from '../../support/sshAgent';
import { startSshd } from '../../support/sshd';
import type { Sshd, SshdOptions } from '../../support/sshd';
import { tempDir } from '../../support/tempDir';
import type { TempDir } from '../../support/tempDir';

const hostBound = /method publickey-hostbound-v00@openssh\.com/;

describe('agent keys that are limited to destinations', () => {
  let dir: TempDir;
  let agent: SshAgent;
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
    await agent[Symbol.asyncDispose]();
  });
  after(() => dir.remove());

  /** Servers that accept a new key, which is in the agent alone; and its name there. */
  async function serversFor(
    howMany: number,
    kind: KeyKind = 'ed25519',
    options: SshdOptions = {},
  ): Promise<{ key: string; servers: readonly Sshd[] }> {
    agent = await sshAgent(dir, `agent${count}`);
    const { path, line } = await makeKeyPair(dir, `key${count++}`, kind);
    const servers = await Promise.all(
      Array.from({ length: howMany }, () =>
        startSshd({
          logLevel: 'DEBUG1',
          ...options,
          clientConfig: [
            `IdentityAgent ${agent.socket}`,
            `IdentityFile ${path}.pub`,
            ...(options.clientConfig ?? []),
          ],
        }),
      ),
    );
    sshds.push(...servers);
    for (const { authorizedKeys, configFile } of servers) {
      await writeFile(authorizedKeys, `${line}\n`);
      // Its own key.
      await writeFile(
        configFile,
        (await readFile(configFile, 'utf8')).replace(/^ *IdentityFile .*client\n/m, ''),
      );
    }
    return { key: path, servers };
  }

  /** Adds a key that may only be used to sign in to these servers. */
  async function addFor(key: string, servers: readonly Sshd[], user = ''): Promise<void> {
    const known = dir.file('known');
    await writeFile(
      known,
      (await Promise.all(servers.map(({ knownHosts }) => readFile(knownHosts)))).join(''),
    );
    agent.add('-H', known, ...servers.flatMap(({ port }) => ['-h', `${user}[127.0.0.1]:${port}`]), key);
  }

  /** Primes of 2048 bits: to check longer ones takes seconds. */
  async function shortModuli(): Promise<string> {
    const lines = (await readFile('/etc/ssh/moduli', 'utf8')).split('\n');
    return dir.write('moduli', `${lines.find((line) => line.includes(' 2047 '))}\n`);
  }

  async function bySsh({ configFile }: Sshd): Promise<boolean> {
    return (await ssh(['-F', configFile, '-o', 'BatchMode=yes', 'test-sshd', 'true'])).code === 0;
  }

  it('sign in to the right host, as with ssh, and nowhere else', async () => {
    const { key, servers } = await serversFor(2);
    const [right, wrong] = servers as [Sshd, Sshd];
    await addFor(key, [right]);
    assert.equal(await bySsh(right), true);
    const { outcome, log } = await logIn(right);
    assert.equal(outcome, 'up', log);
    assert.equal(right.log().match(new RegExp(hostBound, 'g'))?.length, 2, right.log());

    assert.equal(await bySsh(wrong), false);
    const offeredBySsh = wrong.log().length;
    const { failure } = await logIn(wrong);
    assert.equal(failure?.code, 'AuthenticationFailed');
    const message = messageOf(failure.error);
    assert.ok(message.includes(agent.socket) && message.includes(`127.0.0.1:${wrong.port}`), message);
    assert.match(message, /"ssh-add -h" limits them to other destinations/);
    assert.ok(nextStepOf(failure.error).includes(`ssh-add -h [127.0.0.1]:${wrong.port}`));
    assert.doesNotMatch(wrong.log().slice(offeredBySsh), /method publickey/);
  });

  it("don't hide why a key of another kind was refused", async () => {
    const { key, servers } = await serversFor(2, 'ed25519', { clientConfig: ['IdentitiesOnly no'] });
    const [right, wrong] = servers as [Sshd, Sshd];
    await addFor(key, [right]);
    const other = await makeKeyPair(dir, `key${count++}`, 'ed25519');
    agent.add(other.path);
    const { failure } = await logIn(wrong);
    assert.match(messageOf(failure?.error), /Sign-in failed .* Tried: /);
    assert.match(detailOf(failure?.error), /limits them to other destinations/);
  });

  it('are refused by the agent for another user of the host', async () => {
    const { key, servers } = await serversFor(1);
    await addFor(key, servers, 'somebody-else@');
    assert.equal(await bySsh(servers[0]!), false);
    const { failure } = await logIn(servers[0]!);
    assert.equal(failure?.code, 'AuthenticationFailed');
    const message = messageOf(failure.error);
    assert.match(message, /agent at .*agent\d+ refused to sign with the key key\d+/);
    assert.match(nextStepOf(failure.error), /ssh-add -h/);
    assert.doesNotMatch(message + nextStepOf(failure.error), /ssh-copy-id/);
  });

  it('sign in to each hop of a chain that they are for', async () => {
    const { key, servers } = await serversFor(3);
    const [first, second, last] = servers as [Sshd, Sshd, Sshd];
    await addFor(key, servers);
    const all = await logIn(last, { jumps: [first, second] });
    assert.equal(all.outcome, 'up', all.log);
    for (const server of servers) {
      await server.waitForLog(hostBound);
    }
    await addFor(key, [first, last]);
    const { failure } = await logIn(last, { jumps: [first, second] });
    const message = messageOf(failure?.error);
    assert.ok(message.includes(`127.0.0.1:${second.port}`), message);
    assert.match(message, /limits them to other destinations/);
  });

  for (const kind of ['ed25519', 'rsa', 'ecdsa'] as const) {
    it(`work with a key of type ${kind} and with its certificate`, async () => {
      const { key, servers } = await serversFor(1, kind, {
        config: [`TrustedUserCAKeys ${authority.path}.pub`],
      });
      const [server] = servers as [Sshd];
      await addFor(key, servers);
      assert.equal((await logIn(server)).outcome, 'up', server.log());
      await writeFile(server.authorizedKeys, '');
      await keygen('-s', authority.path, '-I', 'test', '-n', server.user, `${key}.pub`);
      await addFor(key, servers);
      // Not compared with ssh: 9.2 signs with the plain key, which the agent refuses for a certificate.
      const host = { identityFiles: [], identitiesOnly: false };
      const { outcome, log } = await logIn(server, { host });
      assert.equal(outcome, 'up', log);
      await server.waitForLog(/Accepted publickey .*-CERT/);
    });
  }

  const exchanges: readonly (readonly [kex: string, hostKey: KeyKind])[] = [
    ['ecdh-sha2-nistp256', 'ecdsa'],
    ['diffie-hellman-group14-sha256', 'rsa'],
    ['diffie-hellman-group-exchange-sha256', 'rsa'],
  ];
  for (const [kex, hostKey] of exchanges) {
    it(`work after the key exchange ${kex} with a host key of type ${hostKey}`, async () => {
      const { key, servers } = await serversFor(1, 'ed25519', {
        hostKeys: [hostKey],
        config: [`ModuliFile ${await shortModuli()}`],
        clientConfig: [`KexAlgorithms ${kex}`],
      });
      await addFor(key, servers);
      const { outcome, log } = await logIn(servers[0]!);
      assert.equal(outcome, 'up', log);
      await servers[0]!.waitForLog(hostBound);
    });
  }

  it('work without host-bound signatures, with PubkeyAuthentication unbound', async () => {
    const { key, servers } = await serversFor(1, 'ed25519', {
      clientConfig: ['PubkeyAuthentication unbound'],
    });
    await addFor(key, servers);
    assert.equal(await bySsh(servers[0]!), true);
    assert.equal((await logIn(servers[0]!)).outcome, 'up');
    assert.doesNotMatch(servers[0]!.log(), hostBound);
  });

  it('and key files alike sign with the host key', async () => {
    const { key, servers } = await serversFor(1);
    const [server] = servers as [Sshd];
    const { outcome } = await logIn(server, { host: { identityAgent: 'none', identityFiles: [key] } });
    assert.equal(outcome, 'up');
    await server.waitForLog(hostBound);
  });
});
