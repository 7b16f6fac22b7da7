// Faults of a login.
import assert from 'node:assert/strict';
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { makeKeyPair } from '../../support/keyPair';
import { nextStepOf } from '../../support/errorWords';
import { keygen } from '../../support/login';
import { askedBy, sshAgent } from '../../support/sshAgent';
import type { Sshd } from '../../support/sshd';
import { temporaryUser } from '../../support/temporaryUser';
import type { Fault } from './fault';
import type { FaultSetup, Shown } from './setup';

function userAndPort({ user, port }: Sshd): string {
  return `${user}@127.0.0.1:${port}`;
}

/** The server's configuration, or the key's options, refuse the right key: the server only says no. */
function refusedByServer(fault: string, config: readonly string[], keyOptions?: string): Fault {
  return {
    fault,
    code: 'AuthenticationFailed',
    side: 'server',
    fix: 'sudo journalctl -u ssh -n 50',
    async inject(setup) {
      const sshd = await setup.server({ config, ...(keyOptions === undefined ? {} : { keyOptions }) });
      return setup.login(sshd, [userAndPort(sshd), 'client']);
    },
  };
}

/** The client's key file is damaged in this way. */
async function withDamagedKey(setup: FaultSetup, spoil: (path: string) => Promise<unknown>): Promise<Shown> {
  const sshd = await setup.server();
  await spoil(sshd.clientKey);
  return setup.login(sshd, [sshd.clientKey]);
}

/** Only agents have it from now on. */
async function removeOwnKey({ configFile, clientKey }: Sshd): Promise<void> {
  const config = await readFile(configFile, 'utf8');
  await writeFile(
    configFile,
    config.replace(/^ *IdentityFile .*client$/m, '').replace(/^ *IdentitiesOnly .*$/m, ''),
  );
  await rm(clientKey);
}

const byPassword = [
  'PasswordAuthentication yes',
  'KbdInteractiveAuthentication no',
  'PubkeyAuthentication no',
];

export const loginFaults: readonly Fault[] = [
  {
    fault: "a key that the server doesn't accept",
    code: 'AuthenticationFailed',
    side: 'here',
    fix: 'ssh-copy-id test-sshd',
    async inject(setup) {
      const sshd = await setup.server();
      const otherKey = await makeKeyPair(await setup.dir(), 'other-key', 'ed25519');
      await writeFile(sshd.authorizedKeys, `${otherKey.line}\n`);
      return setup.login(sshd, [userAndPort(sshd), 'client']);
    },
  },
  {
    fault: 'keys that only the library of PKCS11Provider has',
    code: 'AuthenticationFailed',
    side: 'here',
    async inject(setup) {
      const sshd = await setup.server({ clientConfig: ['PKCS11Provider /usr/lib/no-such-card.so'] });
      await writeFile(sshd.authorizedKeys, '');
      const shown = await setup.login(sshd, [userAndPort(sshd), 'client']);
      assert.match(nextStepOf(shown.error), /"ssh-add -s \/usr\/lib\/no-such-card\.so"/);
      return shown;
    },
  },
  {
    fault: 'a server that accepts only Kerberos',
    code: 'AuthenticationFailed',
    side: 'server',
    async inject(setup) {
      const sshd = await setup.server({
        config: ['GSSAPIAuthentication yes', 'AuthenticationMethods gssapi-with-mic'],
      });
      const shown = await setup.login(sshd, [userAndPort(sshd), 'gssapi-with-mic']);
      assert.match(nextStepOf(shown.error), /allow sign-in with a key, or use "ssh -L" in a terminal/);
      return shown;
    },
  },
  {
    fault: 'no key and no other login method',
    code: 'AuthenticationFailed',
    side: 'here',
    async inject(setup) {
      const sshd = await setup.server({ clientConfig: ['IdentityFile none'] });
      await writeFile(
        sshd.configFile,
        `Host test-sshd\n  HostName 127.0.0.1\n  Port ${sshd.port}\n
  User ${sshd.user}\n  IdentityFile none\n  IdentityAgent none\n  StrictHostKeyChecking no\n
  UserKnownHostsFile ${sshd.knownHosts}\n`,
      );
      return setup.login(sshd, [userAndPort(sshd)]);
    },
  },
  {
    fault: 'a server that accepts only passwords, with PasswordAuthentication no in ssh_config',
    code: 'AuthenticationFailed',
    side: 'here',
    async inject(setup) {
      const sshd = await setup.server({ config: byPassword, clientConfig: ['PasswordAuthentication no'] });
      return setup.login(sshd, [userAndPort(sshd), 'password']);
    },
  },
  refusedByServer('a user denied by DenyUsers', ['DenyUsers *']),
  refusedByServer('a user missing in AllowUsers', ['AllowUsers somebody-else']),
  refusedByServer('an expired key (expiry-time)', [], 'expiry-time="20200101"'),
  refusedByServer('a key limited to other addresses (from)', [], 'from="192.0.2.1"'),
  {
    fault: 'a key that the server revokes (RevokedKeys)',
    code: 'AuthenticationFailed',
    side: 'server',
    async inject(setup) {
      const list = (await setup.dir()).file('revoked');
      const sshd = await setup.server({ config: [`RevokedKeys ${list}`] });
      await keygen('-k', '-f', list, `${sshd.clientKey}.pub`);
      return setup.login(sshd, [userAndPort(sshd), 'client']);
    },
  },
  {
    fault: 'a missing key file',
    code: 'KeyUnreadable',
    side: 'here',
    async inject(setup) {
      const sshd = await setup.server();
      await writeFile(
        sshd.configFile,
        `Host test-sshd\n  HostName 127.0.0.1\n  Port ${sshd.port}\n  IdentityFile ${sshd.dir}/gone\n  IdentityAgent none\n  UserKnownHostsFile ${sshd.knownHosts}\n`,
      );
      return setup.login(sshd, [`${sshd.dir}/gone`]);
    },
  },
  {
    fault: 'a key file that others can read',
    code: 'KeyUnreadable',
    side: 'here',
    inject: (setup) => withDamagedKey(setup, (path) => chmod(path, 0o644)),
  },
  {
    fault: 'a key file that holds no key',
    code: 'KeyUnsupported',
    side: 'here',
    inject: (setup) => withDamagedKey(setup, (path) => writeFile(path, 'not a key\n')),
  },
  {
    fault: 'a damaged key file',
    code: 'KeyUnsupported',
    side: 'here',
    inject: (setup) =>
      withDamagedKey(setup, (path) =>
        writeFile(
          path,
          '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5v\n-----END OPENSSH PRIVATE KEY-----\n',
        ),
      ),
  },
  {
    fault: 'a passphrase entered wrong three times',
    code: 'AuthenticationFailed',
    side: 'here',
    async inject(setup) {
      const sshd = await setup.server();
      await keygen('-p', '-P', '', '-N', 'open sesame', '-f', sshd.clientKey);
      setup.window.answer = () => 'wrong';
      return setup.login(sshd, [userAndPort(sshd), 'passphrase', 'client']);
    },
  },
  {
    fault: 'a key with a passphrase at an automatic start',
    code: 'AuthenticationCancelled',
    side: 'here',
    async inject(setup) {
      const sshd = await setup.server();
      await keygen('-p', '-P', '', '-N', 'open sesame', '-f', sshd.clientKey);
      return setup.startAutomatically(sshd, [userAndPort(sshd), 'passphrase']);
    },
  },
  {
    fault: 'a server that requires a password at an automatic start',
    code: 'AuthenticationCancelled',
    side: 'here',
    async inject(setup) {
      const sshd = await setup.server({ config: byPassword });
      return setup.startAutomatically(sshd, [userAndPort(sshd), 'password']);
    },
  },
  {
    fault: 'a password entered wrong three times',
    code: 'AuthenticationFailed',
    side: 'here',
    async inject(setup) {
      using user = temporaryUser();
      const sshd = await setup.server({ config: byPassword, clientConfig: [`User ${user.name}`] });
      setup.window.answer = () => 'wrong';
      return await setup.login(sshd, [`${user.name}@127.0.0.1:${sshd.port}`, 'Wrong password', '3 times']);
    },
  },
  {
    fault: 'an answer that comes later than the server waits (LoginGraceTime)',
    code: 'LoginRefused',
    side: 'server',
    async inject(setup) {
      const sshd = await setup.server({ config: [...byPassword, 'LoginGraceTime 1'] });
      setup.window.answer = () => new Promise(() => undefined);
      return setup.login(sshd, [userAndPort(sshd), 'LoginGraceTime']);
    },
  },
  {
    fault: 'more keys than the server allows (MaxAuthTries)',
    code: 'TooManyAuthenticationFailures',
    side: 'server',
    fix: 'MaxAuthTries 10',
    async inject(setup) {
      const dir = await setup.dir();
      const keys = await Promise.all(
        ['one', 'two', 'three'].map((name) => makeKeyPair(dir, name, 'ed25519')),
      );
      const agent = setup.keep(await sshAgent(dir));
      agent.add(...keys.map(({ path }) => path));
      const sshd = await setup.server({ config: ['MaxAuthTries 2'], clientConfig: ['IdentitiesOnly no'] });
      return setup.login(sshd, [userAndPort(sshd), '(agent)'], { identityAgent: agent.socket });
    },
  },
  {
    fault: 'a dead agent',
    code: 'AgentUnavailable',
    side: 'here',
    async inject(setup) {
      const dir = await setup.dir();
      const agent = await sshAgent(dir);
      await agent[Symbol.asyncDispose]();
      const sshd = await setup.server();
      await writeFile(
        sshd.configFile,
        `Host test-sshd\n  HostName 127.0.0.1\n  Port ${sshd.port}\n  IdentityFile none\n  UserKnownHostsFile ${sshd.knownHosts}\n`,
      );
      return setup.login(sshd, [agent.socket], { identityAgent: agent.socket });
    },
  },
  {
    fault: 'a locked agent',
    code: 'AuthenticationFailed',
    side: 'here',
    fix: 'ssh-add -X',
    async inject(setup) {
      const agent = setup.keep(await sshAgent(await setup.dir()));
      const sshd = await setup.server({ clientConfig: ['IdentityFile none'] });
      agent.add(sshd.clientKey);
      await agent.lock();
      await removeOwnKey(sshd);
      return setup.login(sshd, [agent.socket], { identityAgent: agent.socket });
    },
  },
  {
    fault: 'an agent whose user declines the confirmation',
    code: 'AuthenticationFailed',
    side: 'here',
    async inject(setup) {
      const agent = setup.keep(await sshAgent(await setup.dir(), 'agent', askedBy('/bin/false')));
      const sshd = await setup.server();
      agent.add('-c', sshd.clientKey);
      const names = [userAndPort(sshd), agent.socket, 'client'];
      return setup.login(sshd, names, { identityAgent: agent.socket });
    },
  },
  {
    fault: 'a key of the agent that is limited to other destinations',
    code: 'AuthenticationFailed',
    side: 'here',
    async inject(setup) {
      const agent = setup.keep(await sshAgent(await setup.dir()));
      const sshd = await setup.server();
      const { knownHosts, port } = setup.sharedServer;
      agent.add('-H', knownHosts, '-h', `[127.0.0.1]:${port}`, sshd.clientKey);
      await removeOwnKey(sshd);
      const settings = { identityAgent: agent.socket };
      return setup.login(sshd, [userAndPort(sshd), agent.socket], settings);
    },
  },
];
