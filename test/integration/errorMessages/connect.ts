// Faults on the way to a server.
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { writeFile } from 'node:fs/promises';
import { byte, packed, plainPacket, string, uint32 } from '../../support/hostile/fields';
import { freePort } from '../../support/freePort';
import { client, target } from '../../support/targetAndClient';
import type { Fault } from './fault';
import type { FaultSetup } from './setup';

/** Multicast: no system opens a TCP connection to it, whatever its routes are. */
const unreachable = '239.255.0.1';

const at = (port: number): string => `127.0.0.1:${port}`;

async function webServer(setup: FaultSetup): Promise<number> {
  const server = createServer((_request, response) => response.end('hello'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  setup.keep({ [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())) });
  return (server.address() as AddressInfo).port;
}

export const connectFaults: readonly Fault[] = [
  {
    fault: "a host name that doesn't exist",
    code: 'HostNotFound',
    side: 'here',
    inject: (setup) => setup.start({ host: 'no-such-host.invalid' }, ['no-such-host.invalid']),
  },
  {
    fault: 'a port that nothing listens on',
    code: 'ConnectionRefused',
    side: 'server',
    fix: 'systemctl status ssh',
    async inject(setup) {
      const port = await freePort();
      return setup.start({ host: at(port) }, [at(port)]);
    },
  },
  {
    fault: 'an address without a route',
    code: 'HostUnreachable',
    side: 'here',
    inject: (setup) => setup.start({ host: unreachable }, [`${unreachable}:22`]),
  },
  {
    fault: "a BindAddress that isn't an address of this machine",
    code: 'HostUnreachable',
    side: 'here',
    async inject(setup) {
      const sshd = await setup.server({ clientConfig: ['BindAddress 192.0.2.1'] });
      return setup.login(sshd, ['192.0.2.1', 'BindAddress', at(sshd.port)]);
    },
  },
  {
    fault: 'a web server',
    code: 'NotAnSshServer',
    side: 'here',
    async inject(setup) {
      const port = await webServer(setup);
      return setup.start({ host: at(port) }, [at(port)]);
    },
  },
  {
    fault: 'a server that accepts the connection but sends nothing',
    code: 'ConnectTimeout',
    side: 'here',
    async inject(setup) {
      const { port } = setup.keep(await target(() => undefined));
      return setup.start({ host: at(port), connectTimeout: 1 }, [at(port), '1 s']);
    },
  },
  {
    fault: 'a server that closes the connection at once',
    code: 'ConnectionLost',
    side: 'server',
    async inject(setup) {
      const { port } = setup.keep(await target((socket) => socket.end()));
      return setup.start({ host: at(port) }, [at(port)]);
    },
  },
  {
    fault: 'a server with too many pending logins (MaxStartups)',
    code: 'ServerBusy',
    side: 'server',
    fix: 'MaxStartups 100:30:200',
    async inject(setup) {
      const sshd = await setup.server({ config: ['MaxStartups 1:100:1'] });
      const { socket } = client(sshd.port);
      await once(socket, 'data');
      const shown = await setup.login(sshd, ['127.0.0.1', 'MaxStartups']);
      socket.destroy();
      return shown;
    },
  },
  {
    fault: 'a server that blocks this address (PerSourcePenalties)',
    code: 'AddressPenalised',
    side: 'server',
    fix: 'PerSourcePenaltyExemptList 192.0.2.0/24',
    fake: 'OpenSSH has it from 9.8 on',
    async inject(setup) {
      const server = setup.keep(await target((socket) => socket.end('Not allowed at this time\r\n')));
      return setup.start({ host: at(server.port) }, ['127.0.0.1', 'failed sign-ins']);
    },
  },
  {
    fault: 'a server with no cipher in common',
    code: 'NoCommonAlgorithm',
    side: 'here',
    fix: 'Ciphers +3des-cbc',
    async inject(setup) {
      const sshd = await setup.server({ config: ['Ciphers 3des-cbc'] });
      return setup.login(sshd, ['127.0.0.1', '3des-cbc']);
    },
  },
  {
    fault: 'a server with no key exchange in common',
    code: 'NoCommonAlgorithm',
    side: 'server',
    fix: 'KexAlgorithms +curve25519-sha256',
    fake: 'every method of OpenSSH is supported here',
    async inject(setup) {
      const lists = [
        'frodo976-sha256',
        'ssh-ed25519',
        ...['aes128-ctr', 'hmac-sha2-256', 'none', ''].flatMap((list) => [list, list]),
      ];
      const kexInit = packed(20, Buffer.alloc(16), ...lists.map((list) => string(list)), byte(0), uint32(0));
      const server = setup.keep(
        await target((socket) =>
          socket.write(Buffer.concat([Buffer.from('SSH-2.0-x\r\n'), plainPacket(kexInit)])),
        ),
      );
      return setup.start({ host: at(server.port) }, ['127.0.0.1', 'frodo976-sha256']);
    },
  },
  {
    fault: 'an ssh_config that allows only unsupported algorithms',
    code: 'NoCommonAlgorithm',
    side: 'here',
    async inject(setup) {
      const type = 'webauthn-sk-ecdsa-sha2-nistp256@openssh.com';
      const sshd = await setup.server({ clientConfig: [`HostKeyAlgorithms ${type}`] });
      return setup.login(sshd, ['test-sshd', 'HostKeyAlgorithms', type]);
    },
  },
  {
    fault: 'an ssh_config with an unknown option',
    code: 'InvalidDefinition',
    side: 'here',
    async inject(setup) {
      const file = await (await setup.dir()).write('config', 'Host x\n  Prot 22\n');
      return setup.start({ host: 'x' }, [`${file}, line 2`, 'prot'], setup.sharedServer, {
        sshConfigFile: file,
      });
    },
  },
  {
    fault: 'a missing ssh_config',
    code: 'InvalidDefinition',
    side: 'here',
    async inject(setup) {
      const file = (await setup.dir()).file('no-config');
      return setup.start({ host: 'x' }, [file], setup.sharedServer, { sshConfigFile: file });
    },
  },
  {
    fault: "hosts that are each other's jump host",
    code: 'InvalidDefinition',
    side: 'here',
    async inject(setup) {
      const file = (await setup.dir()).file('config');
      await writeFile(file, 'Host a\n  ProxyJump b\nHost b\n  ProxyJump a\n');
      return setup.start({ host: 'a' }, ['ProxyJump', 'b'], setup.sharedServer, { sshConfigFile: file });
    },
  },
];
