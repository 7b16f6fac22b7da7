// Faults of jump hosts and ProxyCommand.
import { readFile, writeFile } from 'node:fs/promises';
import type { Sshd } from '../../support/sshd';
import type { Fault } from './fault';
import type { FaultSetup, Shown } from './setup';

const at = (port: number): string => `127.0.0.1:${port}`;

/** Connects to `test-sshd` of one ssh_config through `jump` of another, which is written into the first. */
export async function throughJumpHost(
  setup: FaultSetup,
  jump: Pick<Sshd, 'configFile'>,
  behind: Pick<Sshd, 'configFile' | 'dir'>,
  names: readonly string[],
): Promise<Shown> {
  const block = (await readFile(jump.configFile, 'utf8')).replace('Host test-sshd', 'Host jump');
  const file = `${behind.dir}/both`;
  await writeFile(file, `${block}\n${await readFile(behind.configFile, 'utf8')}`);
  const tunnel = { host: 'test-sshd', proxyJump: 'jump' };
  return setup.start(tunnel, names, setup.sharedServer, { sshConfigFile: file });
}

async function throughCommand(setup: FaultSetup, command: string, names: readonly string[]): Promise<Shown> {
  const sshd = await setup.server({ clientConfig: [`ProxyCommand ${command}`, 'ConnectTimeout 1'] });
  return setup.login(sshd, names);
}

export const jumpHostAndProxyFaults: readonly Fault[] = [
  {
    fault: 'a ProxyCommand that passes a socket (ProxyUseFdpass)',
    code: 'InvalidDefinition',
    side: 'here',
    async inject(setup) {
      const clientConfig = ['ProxyUseFdpass yes', 'ProxyCommand nc -F %h %p'];
      return setup.login(await setup.server({ clientConfig }), ['ProxyUseFdpass', 'test-sshd']);
    },
  },
  {
    fault: 'a jump host that is down',
    code: 'ConnectionRefused',
    side: 'server',
    async inject(setup) {
      const [jump, behind] = await Promise.all([setup.server(), setup.server()]);
      await jump.halt();
      return throughJumpHost(setup, jump, behind, [at(jump.port)]);
    },
  },
  {
    fault: 'a jump host that forbids forwarding',
    code: 'ProxyFailed',
    side: 'server',
    fix: 'AllowTcpForwarding yes',
    async inject(setup) {
      const [jump, behind] = await Promise.all([
        setup.server({ config: ['AllowTcpForwarding no'] }),
        setup.server(),
      ]);
      return throughJumpHost(setup, jump, behind, [at(behind.port), `jump host ${at(jump.port)}`]);
    },
  },
  {
    fault: 'a jump host that refuses the login',
    code: 'AuthenticationFailed',
    side: 'here',
    async inject(setup) {
      const [jump, behind] = await Promise.all([setup.server(), setup.server()]);
      await writeFile(jump.authorizedKeys, '');
      return throughJumpHost(setup, jump, behind, [`${jump.user}@${at(jump.port)}`, 'client']);
    },
  },
  {
    fault: 'a server behind a jump host that is down',
    code: 'ProxyFailed',
    side: 'here',
    async inject(setup) {
      const [jump, behind] = await Promise.all([setup.server(), setup.server()]);
      await behind.halt();
      return throughJumpHost(setup, jump, behind, [at(behind.port), `jump host ${at(jump.port)}`, 'listens']);
    },
  },
  {
    fault: "a host name that the jump host can't resolve",
    code: 'ProxyFailed',
    side: 'here',
    async inject(setup) {
      const jump = await setup.server();
      const behind = await setup.server({ clientConfig: ['HostName no-such-host.invalid'] });
      return throughJumpHost(setup, jump, behind, ['no-such-host.invalid', `jump host ${at(jump.port)}`]);
    },
  },
  {
    fault: 'a changed host key of the jump host',
    code: 'HostKeyChanged',
    side: 'server',
    async inject(setup) {
      const [jump, behind] = await Promise.all([setup.server(), setup.server()]);
      await writeFile(jump.knownHosts, `[127.0.0.1]:${jump.port} ${behind.hostKeyLines[0] ?? ''}\n`);
      return throughJumpHost(setup, jump, behind, [`[127.0.0.1]:${jump.port}`, jump.knownHosts, 'line 1']);
    },
  },
  {
    fault: "a ProxyCommand that doesn't exist",
    code: 'ProxyFailed',
    side: 'here',
    inject: (setup) => throughCommand(setup, 'no-such-program %h %p', ['test-sshd', 'no-such-program']),
  },
  {
    fault: 'a ProxyCommand that fails without output',
    code: 'ProxyFailed',
    side: 'here',
    inject: (setup) => throughCommand(setup, 'false', ['test-sshd', 'exit code 1']),
  },
  {
    fault: 'a ProxyCommand that fails with a lot of output',
    code: 'ProxyFailed',
    side: 'here',
    inject: (setup) =>
      throughCommand(setup, `sh -c 'for n in $(seq 200); do echo no way $n. >&2; done; exit 3'`, [
        'test-sshd',
        'exit code 3',
        'no way 200',
      ]),
  },
  {
    fault: 'a ProxyCommand that hangs without output',
    code: 'ConnectTimeout',
    side: 'here',
    inject: (setup) => throughCommand(setup, 'sleep 60', ['ProxyCommand', '1 s', 'test-sshd']),
  },
  {
    fault: 'a ProxyCommand and a user name with shell characters',
    code: 'InvalidDefinition',
    side: 'here',
    async inject(setup) {
      const sshd = await setup.server({ clientConfig: ['ProxyCommand nc %h %p %r', 'User "a;b"'] });
      return setup.login(sshd, ['test-sshd', '%r', 'a;b']);
    },
  },
];
