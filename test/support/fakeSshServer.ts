// A fake: ssh2's own server, for what OpenSSH's server doesn't do: prompts without further PAM modules, weak host keys,
// and silence about its signature algorithms.
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Server } from 'ssh2';
import type { AuthContext, Connection } from 'ssh2';
import type { TempDir } from './tempDir';

export interface FakeSshServer extends AsyncDisposable {
  readonly port: number;
  /** An ssh_config with `Host test-sshd`. */
  readonly configFile: string;
}

interface FakeServerOptions {
  /** It never says whether it listens for a client. */
  readonly isMute?: boolean;
  /** It doesn't report its signature algorithms (server-sig-algs, RFC 8308 §3.1), like servers before that. */
  readonly isOld?: boolean;
  /** Sent before the first answer of the login (RFC 4252 §5.4). */
  readonly banner?: string;
  /** Of its RSA host key. */
  readonly bits?: number;
  /** Lines of its `Host` block; the first value of a keyword counts. */
  readonly config?: readonly string[];
}

export async function fakeSshServer(
  dir: TempDir,
  authenticate: (context: AuthContext) => void,
  { isMute = false, isOld = false, banner, bits = 2048, config = [] }: FakeServerOptions = {},
): Promise<FakeSshServer> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: bits });
  const hostKey = privateKey.export({ type: 'pkcs1', format: 'pem' });
  const server = new Server({ hostKeys: [hostKey], ...(banner !== undefined && { banner }) }, (client) => {
    if (isOld) {
      hideSignatureAlgorithms(client);
    }
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
    ...config,
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
    port,
    configFile: await dir.write(
      `fake_config_${port}`,
      `Host test-sshd\n${lines.map((line) => `  ${line}\n`).join('')}`,
    ),
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, 'close');
    },
  };
}

/** ssh2 reports them at the end of the first key exchange, to a client that asks for it. */
function hideSignatureAlgorithms(client: Connection): void {
  const { _protocol: protocol } = client as unknown as {
    _protocol: { _kex: { remoteExtInfoEnabled: boolean } };
  };
  let current = protocol._kex;
  Object.defineProperty(protocol, '_kex', {
    get: () => current,
    set(exchange: typeof current) {
      current = exchange;
      Object.defineProperty(exchange, 'remoteExtInfoEnabled', { get: () => false, set: () => undefined });
    },
  });
}
