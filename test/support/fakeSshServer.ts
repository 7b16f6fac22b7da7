// A fake: ssh2's own server, for prompts that OpenSSH's server can't show without further PAM modules.
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Server } from 'ssh2';
import type { AuthContext } from 'ssh2';
import type { TempDir } from './tempDir';

export interface FakeSshServer extends AsyncDisposable {
  /** An ssh_config with `Host test-sshd`. */
  readonly configFile: string;
}

export async function fakeSshServer(
  dir: TempDir,
  authenticate: (context: AuthContext) => void,
  {
    isMute = false,
  }: { /** It never says whether it listens for a client. */ readonly isMute?: boolean } = {},
): Promise<FakeSshServer> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const hostKey = privateKey.export({ type: 'pkcs1', format: 'pem' });
  const server = new Server({ hostKeys: [hostKey] }, (client) => {
    client.on('authentication', authenticate);
    client.on('error', () => undefined);
    // Its clients see the errors.
    client.on('tcpip', (accept) => {
      const channel = accept();
      channel.pipe(channel);
    });
    if (isMute) {
      // Without a listener, ssh2 refuses.
      client.on('request', () => undefined);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const lines = [
    'HostName 127.0.0.1',
    `Port ${port}`,
    'User someone',
    'IdentityFile none',
    'IdentityAgent none',
    'StrictHostKeyChecking no',
    `UserKnownHostsFile ${dir.file('fake_known_hosts')}`,
    'GlobalKnownHostsFile none',
  ];
  return {
    configFile: await dir.write(
      'fake_config',
      `Host test-sshd\n${lines.map((line) => `  ${line}\n`).join('')}`,
    ),
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, 'close');
    },
  };
}
