// All access to parts of ssh2 that are not public, except longPackets.ts beside it, the folder keyExchange, and
// interceptMessages.ts and unimplementedRequests.ts in peer. ssh2 is pinned to one version for this.
import type { CipherGCMTypes } from 'node:crypto';
import type { Client, ClientChannel, ParsedKey } from 'ssh2';

/** ssh2's cipher for outgoing packets, if it is AES-GCM. */
export interface GcmCipher {
  readonly _encSSLName: CipherGCMTypes;
  readonly _encKey: Buffer;
  /** Changes with every packet. */
  readonly _encIV: Buffer;
  readonly _dead: boolean;
  readonly _onWrite: (data: Buffer) => void;
  outSeqno: number;
  allocPacket: (payloadSize: number) => Buffer;
  encrypt: (packet: Buffer) => void;
}

/** A compressor or decompressor of ssh2. */
export interface Zlib {
  /** null: closed, because the connection has ended or after a rekey. Using it throws. */
  readonly _handle: object | null;
  /** @returns a buffer, or pieces with their total length */
  writeSync(
    data: Buffer,
    inPieces: boolean,
  ): { readonly length: number; readonly totalLen?: number | undefined };
}

interface Protocol extends LoginRequests {
  /** Receives a log line for each event. If it is set, ssh2 formats a line for every packet. */
  _debug: ((text: string) => void) | undefined;
  readonly _cipher?: object;
  readonly _decipher?: object;
  /** Sends a piece of a packet. Each new cipher copies this function when the key exchange ends. */
  _onWrite: (data: Buffer) => void;
  /** Sends the message that opens a direct-tcpip channel (RFC 4254 §7.2). */
  directTcpip: (id: number, window: number, ...rest: readonly unknown[]) => void;
  /** The same for a Unix socket (OpenSSH's PROTOCOL §2.4). */
  openssh_directStreamLocal: (id: number, window: number, ...rest: readonly unknown[]) => void;
  /** Accepts a channel that the server opens (RFC 4254 §5.1). */
  channelOpenConfirm: (sender: number, id: number, window: number, packetSize: number) => void;
  channelWindowAdjust(id: number, bytes: number): void;
  /** Requests a signal for a program (RFC 4254 §6.9). */
  signal(id: number, name: string): void;
  /** Sends the global request keepalive@openssh.com. Every server replies, if only with a failure. */
  ping(): void;
  readonly _remoteIdentRaw?: Buffer;
  readonly _kex: { readonly sessionID: Buffer };
  /** Set during a key exchange, when packets wait in the queue. */
  readonly _kexinit?: Buffer;
  _queue?: Buffer[];
  readonly _packetRW: {
    readonly read: { readonly _zlib?: Zlib };
    readonly write: {
      readonly _zlib?: Zlib;
      readonly allocStart: number;
      alloc(payloadSize: number): Buffer;
      finalize(packet: Buffer): Buffer;
    };
  };
  /** The methods of the unanswered requests. */
  readonly _authsQueue: string[];
  readonly _handlers: {
    /** SSH_MSG_DEBUG (RFC 4253 §11.3). */
    DEBUG?: (protocol: unknown, alwaysDisplay: boolean, message: string) => void;
    /** RFC 4254 §4, with the request's own data as parsed by ssh2. */
    GLOBAL_REQUEST?: (protocol: unknown, name: string, wantReply: boolean, data: unknown) => void;
  } & Partial<LoginHandlers>;
}

/** Handlers for the server's messages during a login (RFC 4252, RFC 4256, RFC 8308). ssh2 passes the first argument. */
export interface LoginHandlers {
  SERVICE_ACCEPT: (protocol: unknown, service: string) => void;
  EXT_INFO: (
    protocol: unknown,
    extensions: readonly { readonly name: string; readonly algs?: readonly string[] }[],
  ) => void;
  USERAUTH_SUCCESS: (protocol: unknown) => void;
  USERAUTH_FAILURE: (protocol: unknown, methods: readonly string[], partial: boolean) => void;
  USERAUTH_PK_OK: (protocol: unknown, algorithm: string, blob: Buffer) => void;
  USERAUTH_PASSWD_CHANGEREQ: (protocol: unknown, prompt: string) => void;
  USERAUTH_INFO_REQUEST: (
    protocol: unknown,
    name: string,
    instruction: string,
    prompts: readonly { readonly prompt: string; readonly echo: boolean }[],
  ) => void;
  DISCONNECT: (protocol: unknown, reason: number, description: string) => void;
}

/** The requests of a login that ssh2 can send. */
export interface LoginRequests {
  authNone(user: string): void;
  authPassword(user: string, password: string): void;
  authKeyboard(user: string): void;
  authInfoRes(answers: readonly string[]): void;
}

/** The parts of a login in ssh2, without its sequence of methods. */
export interface LoginInternals {
  readonly requests: LoginRequests;
  readonly handlers: Partial<LoginHandlers>;
  /** RFC 4253 §7.2. */
  readonly sessionId: Buffer;
  /** Sends a complete USERAUTH_REQUEST for a public key. ssh2 has none for certificates and security keys. */
  sendPublicKey(payload: Buffer): void;
  /** Forgets unanswered requests: ssh2 would interpret message 60 by the oldest of them. */
  forgetRequests(): void;
}

interface Internals {
  readonly _protocol?: Protocol;
  /** One callback for each global request. Replies arrive in the order of the requests. */
  readonly _callbacks: (() => void)[];
}

interface ChannelInternals {
  readonly _client: Internals;
  readonly incoming: { window: number; readonly state: 'open' | 'eof' | 'closed' };
  readonly outgoing: { readonly id: number; readonly state: 'open' | 'eof' | 'closing' | 'closed' };
}

function internalsOf(client: Client): Internals {
  return client as unknown as Internals;
}

/** Pings the server. ssh2 itself can ping only with its own timer, which closes slow connections. */
export function ping(client: Client, onAnswer: () => void): void {
  const internals = internalsOf(client);
  if (internals._protocol) {
    internals._callbacks.push(onAnswer);
    internals._protocol.ping();
  }
}

/** Of a debug message: those of OpenSSH have at most 1023 bytes (ssh_packet_send_debug() of packet.c). */
const maxDebugLength = 1024;

/**
 * Receives the server's debug messages without ssh2's `debug` option, which formats a line for every packet. They are
 * searched for words: of a long one the beginning only, as some searches take the square of its length.
 */
export function onServerDebug(client: Client, listener: (message: string) => void): void {
  const protocol = internalsOf(client)._protocol;
  if (protocol) {
    protocol._handlers.DEBUG = (_protocol, _display, message) => listener(message.slice(0, maxDebugLength));
  }
}

/** What a server has listed in `hostkeys-00@openssh.com` (OpenSSH's PROTOCOL §2.5). */
export interface HostKeyList {
  /** Including keys of types that are unknown here. */
  readonly listed: readonly Buffer[];
  /** Those of them that it has proved to own. */
  readonly proved: readonly Buffer[];
}

/**
 * Calls back when the server has listed its host keys and answered for them. RSA keys must be proved with SHA-2, as in
 * client_global_hostkeys_prove_confirm() of OpenSSH's clientloop.c: ssh2 itself accepts SHA-1.
 */
export function onHostKeysProved(client: Client, listener: (keys: readonly Buffer[]) => void): void {
  const handlers = internalsOf(client)._protocol?._handlers;
  const handle = handlers?.GLOBAL_REQUEST;
  if (!handlers || !handle) {
    return;
  }
  handlers.GLOBAL_REQUEST = (protocol, name, wantReply, data) => {
    if (name === 'hostkeys-00@openssh.com') {
      const keys = data as ParsedKey[];
      for (const key of keys.filter(({ type }) => type === 'ssh-rsa')) {
        const verify = key.verify.bind(key);
        // ssh2 names the hash unless it is SHA-1.
        key.verify = (signed, signature, hash) => hash !== undefined && verify(signed, signature, hash);
      }
    }
    handle(protocol, name, wantReply, data);
  };
  client.on('hostkeys', (proved: readonly ParsedKey[]) => listener(proved.map((key) => key.getPublicSSH())));
}

/** One list of SSH_MSG_KEXINIT (RFC 4253 §7.1), as sent by both sides. */
export interface Offers {
  /** `KEX method`, `Host key format`, `C->S cipher`, … */
  readonly what: string;
  readonly local: string;
  readonly remote: string;
}

/** Calls back with each pair of compared lists, until the end of the first key exchange. */
export function watchOffers(client: Client, listener: (offers: Offers) => void): void {
  const protocol = internalsOf(client)._protocol;
  if (!protocol) {
    return;
  }
  let local = '';
  // ssh2 reports it only as text, and only to its debug listener.
  protocol._debug = (text) => {
    const [, side, what = '', list = ''] = /^Handshake: \((local|remote)\) ([^:]+): (.*)$/.exec(text) ?? [];
    if (side === 'local') {
      local = list;
    } else if (side === 'remote') {
      listener({ what, local, remote: list });
    }
  };
  client.once('handshake', () => (protocol._debug = undefined));
}

/** @returns undefined when the client is not connecting */
export function loginInternals(client: Client): LoginInternals | undefined {
  const protocol = internalsOf(client)._protocol;
  return (
    protocol && {
      requests: protocol,
      handlers: protocol._handlers,
      get sessionId() {
        return protocol._kex.sessionID;
      },
      sendPublicKey(payload) {
        protocol._authsQueue.push('publickey');
        send(protocol, payload);
      },
      forgetRequests() {
        protocol._authsQueue.length = 0;
      },
    }
  );
}

/** What follows `SSH-2.0-` in the server's identification (RFC 4253 §4.2), such as `OpenSSH_9.2p1 Debian-2`. */
export function softwareOf(client: Client): string {
  const identification = internalsOf(client)._protocol?._remoteIdentRaw?.toString('latin1') ?? '';
  return identification.replace(/^SSH-[^-]*-/, '');
}

/** Sends a message. */
export function sendMessage(client: Client, payload: Buffer): void {
  const protocol = internalsOf(client)._protocol;
  if (protocol) {
    send(protocol, payload);
  }
}

/** Same as sendPacket() in ssh2/lib/protocol/utils.js, which is not exported. */
function send(protocol: Protocol, payload: Buffer): void {
  const { write } = protocol._packetRW;
  const start = write.allocStart;
  const packet = write.alloc(payload.length);
  payload.copy(packet, start);
  const ready = write.finalize(packet);
  if (protocol._kexinit === undefined) {
    (protocol._cipher as { encrypt: (packet: Buffer) => void }).encrypt(ready);
  } else {
    (protocol._queue ??= []).push(ready);
  }
}

/**
 * Calls back before each piece of a packet is written, starting at the end of the key exchange.
 * @param listener gets the number of its bytes
 */
export function beforeWrite(client: Client, listener: (bytes: number) => void): void {
  const protocol = internalsOf(client)._protocol;
  if (protocol) {
    const write = protocol._onWrite;
    protocol._onWrite = (data) => {
      listener(data.length);
      write(data);
    };
  }
}

/** Sets the window that new channels of forwards offer. ssh2 itself still assumes 2 MB. */
export function offerWindow(client: Client, window: number): void {
  const protocol = internalsOf(client)._protocol;
  if (protocol) {
    const open = protocol.directTcpip.bind(protocol);
    protocol.directTcpip = (id, _window, ...rest) => open(id, window, ...rest);
    const openPath = protocol.openssh_directStreamLocal.bind(protocol);
    protocol.openssh_directStreamLocal = (id, _window, ...rest) => openPath(id, window, ...rest);
    const confirm = protocol.channelOpenConfirm.bind(protocol);
    protocol.channelOpenConfirm = (sender, id, _window, packetSize) =>
      confirm(sender, id, window, packetSize);
  }
}

/** Stops ssh2 from managing the receive window of a channel. @returns a function that grants the server more bytes */
export function takeOverWindow(channel: ClientChannel): (bytes: number) => void {
  const { _client: client, incoming, outgoing } = channel as unknown as ChannelInternals;
  // ssh2 subtracts what it receives, and acts only when the window has become small.
  incoming.window = Infinity;
  return (bytes) => {
    if (outgoing.state === 'open' || outgoing.state === 'eof') {
      client._protocol?.channelWindowAdjust(outgoing.id, bytes);
    }
  };
}

/**
 * Calls back when the server has closed a channel, even while its data is not read: ssh2 emits `close` only after that.
 * Not called if we have closed it first.
 */
export function onClosedByServer(channel: ClientChannel, listener: () => void): void {
  const { incoming } = channel as unknown as ChannelInternals;
  const close = channel.close.bind(channel);
  // ssh2 answers the server's message with this.
  channel.close = () => {
    close();
    if (incoming.state === 'closed') {
      listener();
    }
  };
}

/** Sends a signal to a program on the server. Unlike ssh2's own function, also works after the end of its input. */
export function sendSignal(channel: ClientChannel, name: 'TERM' | 'KILL'): void {
  const { _client: client, outgoing } = channel as unknown as ChannelInternals;
  if (outgoing.state === 'open' || outgoing.state === 'eof') {
    client._protocol?.signal(outgoing.id, name);
  }
}

/** The cipher for outgoing packets, if it is AES-GCM and not ssh2's native binding. */
export function gcmCipherOf(client: Client): GcmCipher | undefined {
  const cipher = internalsOf(client)._protocol?._cipher ?? {};
  return '_encSSLName' in cipher && isGcm(cipher._encSSLName) ? (cipher as GcmCipher) : undefined;
}

/** Whether incoming packets are decrypted by AES-GCM, which doesn't hold on to its input. */
export function receivesByGcm(client: Client): boolean {
  const decipher = internalsOf(client)._protocol?._decipher ?? {};
  return '_decipherSSLName' in decipher && isGcm(decipher._decipherSSLName);
}

function isGcm(name: unknown): boolean {
  return name === 'aes-128-gcm' || name === 'aes-256-gcm';
}

/** The current compressor and decompressor, if any. */
export function zlibsOf(client: Client): {
  readonly deflate?: Zlib | undefined;
  readonly inflate?: Zlib | undefined;
} {
  const { read, write } = internalsOf(client)._protocol?._packetRW ?? {};
  return { deflate: write?._zlib, inflate: read?._zlib };
}
