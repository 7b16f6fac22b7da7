// A fake: ssh2's own server, for what OpenSSH's server doesn't do: prompts without further PAM modules, weak host keys,
// silence about its signature algorithms, and a list of them for each user, which OpenSSH has since 9.5.
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Server } from 'ssh2';
import type { AuthContext, Client, Connection } from 'ssh2';
import { wireString } from '../../src/tunnels/ssh/keys/wire';
import { sendMessage } from '../../src/tunnels/ssh/transport/ssh2/ssh2Internals';
import type { TempDir } from './tempDir';

export interface FakeSshServer extends AsyncDisposable {
  readonly port: number;
  /** An ssh_config with `Host test-sshd`. */
  readonly configFile: string;
}

interface FakeServerOptions {
  /** It answers no global requests: neither whether it listens for a client, nor keep-alives. */
  readonly isMute?: boolean;
  /** It doesn't report its signature algorithms (server-sig-algs, RFC 8308 §3.1), like servers before that. */
  readonly isOld?: boolean;
  /** It reports these instead: after the key exchange, and again when the client has named the user. */
  readonly signatureAlgorithms?: { readonly atFirst: string; readonly forUser: string };
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
  {
    isMute = false,
    isOld = false,
    signatureAlgorithms,
    banner,
    bits = 2048,
    config = [],
  }: FakeServerOptions = {},
): Promise<FakeSshServer> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: bits });
  const hostKey = privateKey.export({ type: 'pkcs1', format: 'pem' });
  const clients = new Set<Connection>();
  const server = new Server({ hostKeys: [hostKey], ...(banner !== undefined && { banner }) }, (client) => {
    if (isOld || signatureAlgorithms) {
      hideSignatureAlgorithms(client);
    }
    if (signatureAlgorithms) {
      client.once('handshake', () => reportAlgorithms(client, signatureAlgorithms.atFirst));
      client.once('authentication', () => reportAlgorithms(client, signatureAlgorithms.forUser));
    }
    clients.add(client);
    client.on('close', () => clients.delete(client));
    client.on('authentication', authenticate);
    client.on('error', () => undefined);
    // Its clients see the errors.
    client.on('tcpip', (accept) => {
      const channel = accept();
      channel.pipe(channel);
    });
    if (isMute) {
      const { _protocol: protocol } = client as unknown as {
        _protocol: { _handlers: Record<string, () => void> };
      };
      protocol._handlers['GLOBAL_REQUEST'] = () => undefined;
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
      clients.forEach((client) => client.end());
      server.close();
      await once(server, 'close');
    },
  };
}

/** SSH_MSG_EXT_INFO with server-sig-algs (RFC 8308 §2.3, §3.1). */
function reportAlgorithms(client: Connection, algorithms: string): void {
  const fields = ['server-sig-algs', algorithms].map(wireString);
  sendMessage(client as unknown as Client, Buffer.concat([Buffer.of(7, 0, 0, 0, 1), ...fields]));
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
