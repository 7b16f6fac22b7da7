// Remote listeners (ssh -R): requests them from the server, and passes each connection on to the owner of the listener.
// Replies arrive in the order of the requests, so a debug message belongs to the request that is answered next.
import type { Client, ClientChannel, SFTPWrapper } from 'ssh2';
import type { BoundAddress, SocketPath, TcpAddress } from '../../util/address';
import { TunnelFailure } from '../../errors/errors';
import type { TunnelError } from '../../errors/errors';
import { remoteListenRefused } from '../../errors/remoteListen';
import type { Listen, TcpListen } from '../../config/forward';
import { explainListenFailure } from './explainSsh2Error';
import { readable } from '../../util/printable';
import { ReceiveWindow } from '../transport/receiveWindow';

/** A connection to a listener on the server, waiting to be accepted. */
export interface IncomingConnection {
  /** The client's address. undefined for a Unix socket. */
  readonly origin: TcpAddress | undefined;
  accept(): ClientChannel;
  refuse(): void;
}

export interface RemoteListener {
  /** The address that the server listens on, as far as known. `*`: also reachable from other machines. */
  readonly bound: BoundAddress;
  /** Resolves when the server has closed it; to false when that failed. Never rejects. Open connections stay open. */
  close(): Promise<boolean>;
}

export interface RemoteListenersOptions {
  readonly hostName: string;
  readonly roundTrip: () => number;
  readonly ended: () => TunnelError | undefined;
  /** Called for each connection to an existing listener. */
  readonly onExpectedChannel: () => void;
}

/** A working server answers at once. */
const requestTimeoutMs = 10_000;
const closeTimeoutMs = 1000;

/** Open or waiting connections of all listeners. Further ones are refused. Each costs some 30 KB. */
const maxConnections = 4096;
/** How many debug messages are stored, to explain the next reply. */
const maxDebugMessages = 20;

/** Matches "…/authorized_keys:1: key options: …", which OpenSSH sends after the login (auth_debug_send in auth.c). */
const loginMessagePattern = /^.+:\d+: /;

type ConnectionHandler = (incoming: IncomingConnection) => void;

export class RemoteListeners {
  readonly #client: Client;
  readonly #options: RemoteListenersOptions;
  readonly #handlers = new Map<string, ConnectionHandler>();
  readonly #unanswered = new Set<() => void>();
  #connectionCount = 0;
  /** The debug messages since the last reply. */
  #debugMessages: string[] = [];

  constructor(client: Client, options: RemoteListenersOptions) {
    this.#client = client;
    this.#options = options;
    client.on('tcp connection', ({ destIP, destPort, srcIP, srcPort }, accept, refuse) => {
      this.#dispatch(tcpKey(destIP, destPort), { host: srcIP, port: srcPort }, accept, refuse);
    });
    client.on('unix connection', ({ socketPath }, accept, refuse) => {
      this.#dispatch(socketPath, undefined, accept, refuse);
    });
  }

  onDebugMessage(message: string): void {
    if (!loginMessagePattern.test(message)) {
      this.#debugMessages = [...this.#debugMessages, readable(message)].slice(-maxDebugMessages);
    }
  }

  /** ssh2 never calls back for requests without a reply. */
  sessionEnded(): void {
    this.#handlers.clear();
    this.#unanswered.forEach((giveUp) => giveUp());
  }

  /** @throws TunnelFailure */
  listen(where: Listen, onIncoming: ConnectionHandler): Promise<RemoteListener> {
    return 'path' in where ? this.#listenOnPath(where, onIncoming) : this.#listenOnPort(where, onIncoming);
  }

  #listenOnPath(where: SocketPath, onIncoming: ConnectionHandler): Promise<RemoteListener> {
    const { path } = where;
    const cancel = (reply: Reply): unknown => this.#client.openssh_unforwardInStreamLocal(path, reply);
    return this.#request({
      timeoutMs: requestTimeoutMs,
      send: (reply) => this.#client.openssh_forwardInStreamLocal(path, reply),
      granted: () => this.#listener(path, where, onIncoming, cancel),
      refused: (raw) => this.#refusal(where, raw),
    });
  }

  #listenOnPort(where: TcpListen, onIncoming: ConnectionHandler): Promise<RemoteListener> {
    const requestedHost = bindHost(where.bind);
    return this.#request<RemoteListener, number>({
      timeoutMs: requestTimeoutMs,
      send: (reply) => this.#client.forwardIn(requestedHost, where.port, reply),
      granted: (port) => {
        if (!(port > 0 && port <= 65_535)) {
          throw new TunnelFailure(
            remoteListenRefused(where, this.#options.hostName, 'the server did not report the port'),
          );
        }
        const overridden = this.#debugMessages
          .splice(0)
          .some((message) => /overridden by server/i.test(message));
        const bound = { host: requestedHost === '' || overridden ? '*' : requestedHost, port };
        return this.#listener(tcpKey(requestedHost, port), bound, onIncoming, (reply) =>
          this.#client.unforwardIn(requestedHost, port, reply),
        );
      },
      refused: (raw) => this.#refusal(where, raw),
    });
  }

  #refusal(where: Listen, raw: string): TunnelFailure {
    const debugText = this.#debugMessages.splice(0).join(' ');
    const { hostName, ended } = this.#options;
    return new TunnelFailure(ended() ?? explainListenFailure(where, hostName, debugText, raw));
  }

  #listener(
    key: string,
    bound: BoundAddress,
    onIncoming: ConnectionHandler,
    cancel: (reply: Reply) => unknown,
  ): RemoteListener {
    this.#handlers.set(key, onIncoming);
    return {
      bound,
      close: () => {
        this.#handlers.delete(key);
        const request = { timeoutMs: closeTimeoutMs, send: cancel, granted: () => true };
        return this.#request({ ...request, refused: (raw) => new Error(raw) }).catch(() => false);
      },
    };
  }

  /** Makes a global request (RFC 4254 §4). ssh2 throws, or never calls back, if the connection is already closed. */
  #request<T, V = void>({ timeoutMs, send, granted, refused }: GlobalRequest<T, V>): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = (act: () => void): void => {
        clearTimeout(timer);
        this.#unanswered.delete(giveUp);
        act();
      };
      const fail = (raw: string): void => settle(() => reject(refused(raw)));
      const giveUp = (): void => fail('the connection ended');
      const timer = setTimeout(() => fail('the server did not answer'), timeoutMs);
      if (this.#unanswered.size === 0) {
        // Earlier messages are about something else.
        this.#debugMessages = [];
      }
      this.#unanswered.add(giveUp);
      try {
        send((error, value) => {
          if (error) {
            fail(error.message);
          } else {
            // In the same tick: the first connection may be in the same packet.
            settle(() => resolve(new Promise((fulfil) => fulfil(granted(value)))));
          }
        });
      } catch (error) {
        fail(String(error));
      }
    });
  }

  #dispatch(key: string, origin: TcpAddress | undefined, accept: () => object, refuse: () => void): void {
    const onIncoming = this.#handlers.get(key);
    if (!onIncoming || this.#connectionCount >= maxConnections) {
      refuse();
      return;
    }
    this.#options.onExpectedChannel();
    this.#connectionCount++;
    let isPending = true;
    onIncoming({
      origin,
      accept: () => {
        isPending = false;
        // A channel like those that we open, in spite of its declared type.
        const channel = accept() as ClientChannel;
        channel.once('close', () => this.#connectionCount--);
        new ReceiveWindow(channel, this.#options.roundTrip);
        return channel;
      },
      refuse: () => {
        if (isPending) {
          isPending = false;
          this.#connectionCount--;
          refuse();
        }
      },
    });
  }
}

type Reply<V = void> = (error: Error | null | undefined, value: V) => void;

interface GlobalRequest<T, V> {
  readonly timeoutMs: number;
  readonly send: (reply: Reply<V>) => unknown;
  readonly granted: (value: V) => T;
  readonly refused: (raw: string) => Error;
}

/** The bind address as ssh sends it (channel_rfwd_bind_host in channels.c). Default: the server's loopback. */
function bindHost(bind: string | undefined): string {
  if (bind === undefined) {
    return 'localhost';
  }
  return bind === '*' ? '' : bind;
}

function tcpKey(host: string, port: number): string {
  return `${host} ${port}`;
}

const sftpTimeoutMs = 1000;

/** @throws Error if the server has no SFTP, the file can't be removed, or it isn't a socket */
export async function removeSocket(client: Client, path: string): Promise<void> {
  const sftp = await callWithTimeout<SFTPWrapper>((done) => client.sftp(done));
  // An invalid message can arrive at any time.
  sftp.on('error', () => sftp.end());
  try {
    const stats = await callWithTimeout<{ isSocket(): boolean }>((done) => sftp.lstat(path, done));
    if (!stats.isSocket()) {
      throw new Error(`${path} is not a socket`);
    }
    await callWithTimeout<undefined>((done) =>
      sftp.unlink(path, (error) => done(error ?? undefined, undefined)),
    );
  } finally {
    sftp.end();
  }
}

type Done<T> = (error: Error | undefined, value: T) => void;

/** ssh2 throws if the connection is already closed, and never calls back if it closes later. */
function callWithTimeout<T>(ask: (done: Done<T>) => unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the server did not answer')), sftpTimeoutMs);
    const done: Done<T> = (error, value) => {
      clearTimeout(timer);
      if (error) {
        reject(error);
      } else {
        resolve(value);
      }
    };
    try {
      ask(done);
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)), undefined as T);
    }
  });
}
