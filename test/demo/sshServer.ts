// The demo's SSH server: on loopback only, with keys made for this run and one client key. It forwards only to the
// demo's own services.
import { timingSafeEqual } from 'node:crypto';
import { connect, createServer } from 'node:net';
import type { AuthContext, Connection, ParsedKey, TcpipRequestInfo } from 'ssh2';
import { Server, utils } from 'ssh2';
import type { Service } from './services';
import { serve } from './services';

export interface SshServer extends Service {
  /** As in known_hosts: type and key. */
  readonly hostKey: string;
  /** In OpenSSH's format. */
  readonly clientKey: string;
}

/** The targets that clients may request, `host:port`, and the loopback port that each stands for. */
export type Destinations = Readonly<Record<string, number>>;

export const demoUser = 'demo';

export async function startSshServer(destinations: Destinations): Promise<SshServer> {
  const host = utils.generateKeyPairSync('ed25519');
  const client = utils.generateKeyPairSync('ed25519');
  const allowed = parsePublicKey(client.public);
  const ssh = new Server({ hostKeys: [host.private] }, (connection) => {
    connection.on('authentication', (context) => authenticate(context, allowed));
    connection.on('ready', () => acceptForwards(connection, destinations));
    // A client that leaves without a message; its connection is closed all the same.
    connection.on('error', () => undefined);
  });
  // ssh2's own listener leaves Nagle's algorithm on, which delays every small packet.
  const server = createServer((socket) => ssh.injectSocket(socket.setNoDelay(true)));
  const service = await serve(server);
  return { ...service, hostKey: host.public.trim(), clientKey: client.private };
}

function parsePublicKey(text: string): ParsedKey {
  const key = utils.parseKey(text);
  if (key instanceof Error) throw key;
  return key;
}

function authenticate(context: AuthContext, allowed: ParsedKey): void {
  if (context.username === demoUser && provesKey(context, allowed)) context.accept();
  else context.reject(['publickey']);
}

/** RFC 4252 §7: a client first asks whether a key is acceptable, without a signature. */
function provesKey(context: AuthContext, allowed: ParsedKey): boolean {
  if (context.method !== 'publickey' || context.key.algo !== allowed.type) return false;
  if (!sameBytes(context.key.data, allowed.getPublicSSH())) return false;
  const { blob, signature, hashAlgo } = context;
  if (signature === undefined || blob === undefined) return true;
  // It returns an Error for a bad signature, despite its type.
  const verdict: unknown = allowed.verify(blob, signature, hashAlgo);
  return verdict === true;
}

function sameBytes(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

function acceptForwards(connection: Connection, destinations: Destinations): void {
  connection.on('tcpip', (accept, reject, info: TcpipRequestInfo) => {
    const port = destinations[`${info.destIP}:${info.destPort}`];
    if (port === undefined) {
      reject();
      return;
    }
    const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true, noDelay: true });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      const channel = accept();
      socket.on('error', () => channel.destroy());
      channel.on('error', () => socket.destroy());
      socket.pipe(channel).pipe(socket);
    });
  });
}
