// Faults of host keys.
import { writeFile } from 'node:fs/promises';
import { makeKeyPair } from '../../support/keyPair';
import type { Sshd } from '../../support/sshd';
import type { Fault } from './fault';
import type { FaultSetup } from './setup';

function name({ port }: Sshd): string {
  return `[127.0.0.1]:${port}`;
}

/** A host key that isn't in any known_hosts. */
async function otherKey(setup: FaultSetup): Promise<Sshd> {
  const sshd = await setup.server();
  await writeFile(sshd.knownHosts, '');
  return sshd;
}

export const hostKeyFaults: readonly Fault[] = [
  {
    fault: 'an unknown host key with StrictHostKeyChecking yes',
    code: 'HostKeyUnknown',
    side: 'server',
    async inject(setup) {
      const sshd = await otherKey(setup);
      return setup.login(sshd, [name(sshd), 'SHA256:', 'StrictHostKeyChecking']);
    },
  },
  {
    fault: 'a host that known_hosts knows by a certificate authority only',
    code: 'HostKeyUnknown',
    side: 'here',
    async inject(setup) {
      const sshd = await setup.server();
      const authority = await makeKeyPair(await setup.dir(), 'ca', 'ed25519');
      await writeFile(sshd.knownHosts, `@cert-authority 127.0.0.* ${authority.line}\n`);
      return setup.login(sshd, [name(sshd), `${sshd.knownHosts}, line 1`, 'it sent no certificate']);
    },
  },
  {
    fault: 'an unknown host key with VerifyHostKeyDNS',
    code: 'HostKeyUnknown',
    side: 'server',
    async inject(setup) {
      const sshd = await setup.server({ clientConfig: ['VerifyHostKeyDNS yes'] });
      await writeFile(sshd.knownHosts, '');
      return setup.login(sshd, [name(sshd), 'VerifyHostKeyDNS is not used here']);
    },
  },
  {
    fault: 'an unknown host key with no file to save it in (UserKnownHostsFile none)',
    code: 'HostKeyUnknown',
    side: 'server',
    async inject(setup) {
      const clientConfig = ['UserKnownHostsFile none', 'StrictHostKeyChecking ask'];
      const sshd = await setup.server({ clientConfig });
      return setup.login(sshd, [name(sshd), 'SHA256:', 'UserKnownHostsFile none']);
    },
  },
  {
    fault: 'an unknown host key at an automatic start',
    code: 'HostKeyUnknown',
    side: 'server',
    async inject(setup) {
      const sshd = await otherKey(setup);
      return setup.startAutomatically(sshd, [name(sshd), 'SHA256:'], { strictHostKeyChecking: 'ask' });
    },
  },
  {
    fault: 'an unknown host key that the user rejects',
    code: 'HostKeyUnknown',
    side: 'here',
    async inject(setup) {
      const sshd = await otherKey(setup);
      return setup.login(sshd, [name(sshd), 'SHA256:'], { strictHostKeyChecking: 'ask' });
    },
  },
  {
    fault: 'a changed host key',
    code: 'HostKeyChanged',
    side: 'here',
    async inject(setup) {
      const sshd = await setup.server();
      const old = await makeKeyPair(await setup.dir(), 'old', 'ed25519');
      await writeFile(sshd.knownHosts, `# the old one\n${name(sshd)} ${old.line}\n`);
      return setup.login(sshd, [name(sshd), sshd.knownHosts, 'line 2', 'SHA256:']);
    },
  },
  {
    fault: 'a host key that known_hosts revokes',
    code: 'HostKeyRevoked',
    side: 'server',
    async inject(setup) {
      const sshd = await setup.server();
      await writeFile(sshd.knownHosts, `@revoked * ${sshd.hostKeyLines[0] ?? ''}\n`);
      return setup.login(sshd, [name(sshd), `${sshd.knownHosts}, line 1`]);
    },
  },
  {
    fault: 'a host key listed in RevokedHostKeys',
    code: 'HostKeyRevoked',
    side: 'server',
    async inject(setup) {
      const list = (await setup.dir()).file('revoked');
      const sshd = await setup.server({ clientConfig: [`RevokedHostKeys ${list}`] });
      await writeFile(list, `${sshd.hostKeyLines[0] ?? ''}\n`);
      return setup.login(sshd, [name(sshd), `${list}, line 1`]);
    },
  },
  {
    fault: 'a missing RevokedHostKeys file',
    code: 'HostKeyUnknown',
    side: 'here',
    async inject(setup) {
      const list = (await setup.dir()).file('revoked');
      return setup.login(await setup.server({ clientConfig: [`RevokedHostKeys ${list}`] }), [list]);
    },
  },
  {
    fault: 'a KnownHostsCommand that fails',
    code: 'HostKeyUnknown',
    side: 'here',
    async inject(setup) {
      const sshd = await setup.server({ clientConfig: ['KnownHostsCommand /bin/false %H'] });
      return setup.login(sshd, ['/bin/false']);
    },
  },
];
