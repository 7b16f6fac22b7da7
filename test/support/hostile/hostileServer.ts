// A fake SSH server that can misbehave in any way: ssh2's own, with control over what it sends.
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { Server } from 'ssh2';
import type { AuthContext, Connection, ServerConfig } from 'ssh2';

/** One client of it. */
export interface HostilePeer {
  readonly connection: Connection;
  readonly socket: Socket;
  /** Sends a message unchanged, correctly packed and encrypted, at any moment. */
  readonly send: (message: Buffer) => void;
  /**
   * Starts to use its new keys, as OpenSSH does right after announcing it; it can't read the client's messages then.
   */
  readonly useKeys: () => void;
  /** From now on changes what ssh2 sends itself; returns a list of messages for each, or none. */
  readonly intercept: (change: (message: Buffer) => readonly Buffer[]) => void;
}

export interface HostileServerOptions {
  /** A client has sent its identification; nothing else has been sent yet. */
  readonly onClient?: (peer: HostilePeer) => void;
  /** A client is logged in. */
  readonly onReady?: (peer: HostilePeer) => void;
  /** Instead of accepting every login. */
  readonly authenticate?: (context: AuthContext, peer: HostilePeer) => void;
  /** Changes the output to a client, the `nth` piece from 0: one packet each, until there are keys. */
  readonly onWire?: (
    piece: Buffer,
    nth: number,
    write: (data: Buffer | string) => void,
  ) => Buffer | undefined;
  /** Handles connections without ssh2. */
  readonly raw?: (socket: Socket) => void;
  /** Whether it continues after the client has ended. */
  readonly halfOpen?: boolean;
  readonly algorithms?: ServerConfig['algorithms'];
}

export interface HostileServer extends AsyncDisposable {
  readonly port: number;
  readonly open: ReadonlySet<Socket>;
}

interface Cipher {
  encrypt(packet: Buffer): void;
  allocPacket(length: number): Buffer;
}
interface Protocol {
  readonly _destruct?: () => void;
  _cipher: Cipher;
  readonly _kex: { finish(): void };
  _packetRW: {
    write: {
      allocStartKEX: number;
      alloc(size: number, force: true): Buffer;
      finalize(packet: Buffer, force: true): Buffer;
    };
  };
}

export const hostileHostKey = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;
const hostKey = hostileHostKey.export({ type: 'sec1', format: 'pem' });

export async function hostileServer(options: HostileServerOptions): Promise<HostileServer> {
  const { onClient, onReady, onWire, raw, algorithms, halfOpen: allowHalfOpen = false } = options;
  const authenticate = options.authenticate ?? ((context: AuthContext): void => context.accept());
  const open = new Set<Socket>();
  const ssh = new Server({ hostKeys: [hostKey], ...(algorithms ? { algorithms } : {}) }, (connection) => {
    const peer = peerOf(connection);
    connection
      .on('error', () => undefined)
      .on('authentication', (context) => authenticate(context, peer))
      .on('ready', () => onReady?.(peer));
    onClient?.(peer);
  });
  const tcp = createServer({ allowHalfOpen, noDelay: true }, (socket) => {
    open.add(socket);
    socket.on('error', () => undefined).on('close', () => open.delete(socket));
    if (raw) {
      socket.resume();
      raw(socket);
      return;
    }
    if (onWire) {
      interceptWire(socket, onWire);
    }
    ssh.injectSocket(socket);
  });
  tcp.listen({ port: 0, host: '127.0.0.1', backlog: 1024 });
  await once(tcp, 'listening');
  return {
    port: (tcp.address() as AddressInfo).port,
    open,
    async [Symbol.asyncDispose]() {
      open.forEach((socket) => socket.destroy());
      tcp.close();
      await once(tcp, 'close');
    },
  };
}

function interceptWire(socket: Socket, onWire: NonNullable<HostileServerOptions['onWire']>): void {
  const write = socket.write.bind(socket);
  let nth = 0;
  socket.write = (data: Buffer | string) => {
    const changed = onWire(Buffer.from(data as string), nth++, write);
    return changed === undefined || write(changed);
  };
}

function peerOf(connection: Connection): HostilePeer {
  const { _protocol: protocol, _sock: socket } = connection as unknown as {
    _protocol: Protocol;
    _sock: Socket;
  };
  /** Disguised as ssh2's own messages of a key exchange, which aren't delayed. */
  const send = (message: Buffer): void => {
    if (!protocol._destruct) {
      // It has ended the connection itself.
      return;
    }
    const { write } = protocol._packetRW;
    const start = write.allocStartKEX;
    const packet = write.alloc(message.length, true);
    message.copy(packet, start);
    protocol._cipher.encrypt(write.finalize(packet, true));
  };
  return {
    connection,
    socket,
    send,
    useKeys: () => protocol._destruct && protocol._kex.finish(),
    intercept(change) {
      const adopt = (cipher: Cipher): Cipher => {
        const encrypt = cipher.encrypt.bind(cipher);
        cipher.encrypt = (packet) => {
          const padding = packet[4] ?? 0;
          // Some ciphers leave room for a MAC behind the packet.
          const end = 4 + packet.readUInt32BE(0) - padding;
          for (const message of change(packet.subarray(5, end))) {
            const copy = cipher.allocPacket(message.length);
            message.copy(copy, 5);
            encrypt(copy);
          }
        };
        return cipher;
      };
      let current = adopt(protocol._cipher);
      Object.defineProperty(protocol, '_cipher', {
        get: () => current,
        set: (cipher: Cipher) => (current = adopt(cipher)),
      });
    },
  };
}
