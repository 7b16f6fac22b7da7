// What the server listens on for us (ssh -R): asks for it, and leads those who connect there to whoever asked. Replies
// come in the order of the requests, so what the server says in a debug message belongs to the request it answers next.
import type { Client, ClientChannel, SFTPWrapper } from 'ssh2';
import type { BoundAddress, SocketPath, TcpAddress } from '../../util/address';
import { TunnelFailure } from '../../errors/errors';
import type { TunnelError } from '../../errors/errors';
import { remoteListenRefused } from '../../errors/remoteListen';
import type { Listen, TcpListen } from '../../config/forward';
import { explainListenFailure } from './explainSsh2Error';
import { readable } from '../../util/printable';
import { ReceiveWindow } from '../transport/receiveWindow';

/** Somebody who has connected to a listener on the server, and waits to be taken. */
export interface Visitor {
  /** Where it came from; undefined for a Unix socket. */
  readonly origin: TcpAddress | undefined;
  accept(): ClientChannel;
  refuse(): void;
}

export interface RemoteListener {
  /** As the server opened it, as far as it told: `*` where it is reached from elsewhere. */
  readonly bound: BoundAddress;
  /** Resolves when the server has closed it, or false when it can't any more. Never rejects; live connections stay. */
  close(): Promise<boolean>;
}

export interface RemoteListenersOptions {
  readonly hostName: string;
  readonly roundTrip: () => number;
  readonly ended: () => TunnelError | undefined;
  /** Somebody has come to a listener that there is. */
  readonly onExpected: () => void;
}

/** A server that is alive answers at once. */
const requestTimeoutMs = 10_000;
const closeTimeoutMs = 1000;

/** Connected or waiting at once, of all listeners; whoever comes then is refused. Each costs some 30 KB. */
const mostVisitors = 4096;
/** Debug messages that are kept for an answer that they may explain. */
const mostSaid = 20;

/** "…/authorized_keys:1: key options: …", which OpenSSH says after the login (auth_debug_send in auth.c). */
const aboutTheLogin = /^.+:\d+: /;

type OnVisitor = (visitor: Visitor) => void;

export class RemoteListeners {
  readonly #client: Client;
  readonly #options: RemoteListenersOptions;
  readonly #visited = new Map<string, OnVisitor>();
  readonly #unanswered = new Set<() => void>();
  #visitors = 0;
  /** Since the last reply. */
  #said: string[] = [];

  constructor(client: Client, options: RemoteListenersOptions) {
    this.#client = client;
    this.#options = options;
    client.on('tcp connection', ({ destIP, destPort, srcIP, srcPort }, accept, refuse) => {
      this.#welcome(tcpKey(destIP, destPort), { host: srcIP, port: srcPort }, accept, refuse);
    });
    client.on('unix connection', ({ socketPath }, accept, refuse) => {
      this.#welcome(socketPath, undefined, accept, refuse);
    });
  }

  serverSaid(message: string): void {
    if (!aboutTheLogin.test(message)) {
      this.#said = [...this.#said, readable(message)].slice(-mostSaid);
    }
  }

  /** ssh2 forgets whoever waits for a reply. */
  sessionEnded(): void {
    this.#visited.clear();
    this.#unanswered.forEach((giveUp) => giveUp());
  }

  /** @throws TunnelFailure */
  listen(where: Listen, onVisitor: OnVisitor): Promise<RemoteListener> {
    return 'path' in where ? this.#listenOnPath(where, onVisitor) : this.#listenOnPort(where, onVisitor);
  }

  #listenOnPath(where: SocketPath, onVisitor: OnVisitor): Promise<RemoteListener> {
    const { path } = where;
    const cancel = (reply: Reply): unknown => this.#client.openssh_unforwardInStreamLocal(path, reply);
    return this.#request({
      timeoutMs: requestTimeoutMs,
      send: (reply) => this.#client.openssh_forwardInStreamLocal(path, reply),
      granted: () => this.#listener(path, where, onVisitor, cancel),
      refused: (raw) => this.#refusal(where, raw),
    });
  }

  #listenOnPort(where: TcpListen, onVisitor: OnVisitor): Promise<RemoteListener> {
    const asked = bindHost(where.bind);
    return this.#request<RemoteListener, number>({
      timeoutMs: requestTimeoutMs,
      send: (reply) => this.#client.forwardIn(asked, where.port, reply),
      granted: (port) => {
        if (!(port > 0 && port <= 65_535)) {
          throw new TunnelFailure(
            remoteListenRefused(where, this.#options.hostName, 'it did not say where it listens'),
          );
        }
        const overridden = this.#said.splice(0).some((message) => /overridden by server/i.test(message));
        const bound = { host: asked === '' || overridden ? '*' : asked, port };
        return this.#listener(tcpKey(asked, port), bound, onVisitor, (reply) =>
          this.#client.unforwardIn(asked, port, reply),
        );
      },
      refused: (raw) => this.#refusal(where, raw),
    });
  }

  #refusal(where: Listen, raw: string): TunnelFailure {
    const said = this.#said.splice(0).join(' ');
    const { hostName, ended } = this.#options;
    return new TunnelFailure(ended() ?? explainListenFailure(where, hostName, said, raw));
  }

  #listener(
    key: string,
    bound: BoundAddress,
    onVisitor: OnVisitor,
    cancel: (reply: Reply) => unknown,
  ): RemoteListener {
    this.#visited.set(key, onVisitor);
    return {
      bound,
      close: () => {
        this.#visited.delete(key);
        const request = { timeoutMs: closeTimeoutMs, send: cancel, granted: () => true };
        return this.#request({ ...request, refused: (raw) => new Error(raw) }).catch(() => false);
      },
    };
  }

  /** One global request (RFC 4254 §4). ssh2 throws, or never answers, where the connection has gone. */
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
        // What was said before is about something else.
        this.#said = [];
      }
      this.#unanswered.add(giveUp);
      try {
        send((error, value) => {
          if (error) {
            fail(error.message);
          } else {
            // In the same tick: who connects may stand in the same packet.
            settle(() => resolve(new Promise((take) => take(granted(value)))));
          }
        });
      } catch (error) {
        fail(String(error));
      }
    });
  }

  #welcome(key: string, origin: TcpAddress | undefined, accept: () => object, refuse: () => void): void {
    const onVisitor = this.#visited.get(key);
    if (!onVisitor || this.#visitors >= mostVisitors) {
      refuse();
      return;
    }
    this.#options.onExpected();
    this.#visitors++;
    let waits = true;
    onVisitor({
      origin,
      accept: () => {
        waits = false;
        // A channel like those that we open ourselves, whatever its type says.
        const channel = accept() as ClientChannel;
        channel.once('close', () => this.#visitors--);
        new ReceiveWindow(channel, this.#options.roundTrip);
        return channel;
      },
      refuse: () => {
        if (waits) {
          waits = false;
          this.#visitors--;
          refuse();
        }
      },
    });
  }
}

type Reply<V = void> = (error: Error | null | undefined, value: V) => void;

interface GlobalRequest<T, V> {
  /** Milliseconds. */
  readonly timeoutMs: number;
  readonly send: (reply: Reply<V>) => unknown;
  readonly granted: (value: V) => T;
  readonly refused: (raw: string) => Error;
}

/** As ssh says it (channel_rfwd_bind_host in channels.c): the server's loopback unless asked otherwise. */
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

/** @throws Error where the server has no SFTP, or the file can't be removed, or is no socket */
export async function removeSocket(client: Client, path: string): Promise<void> {
  const sftp = await within<SFTPWrapper>((done) => client.sftp(done));
  // A message that is none, which may come at any time.
  sftp.on('error', () => sftp.end());
  try {
    const stats = await within<{ isSocket(): boolean }>((done) => sftp.lstat(path, done));
    if (!stats.isSocket()) {
      throw new Error(`${path} is no socket`);
    }
    await within<undefined>((done) => sftp.unlink(path, (error) => done(error ?? undefined, undefined)));
  } finally {
    sftp.end();
  }
}

type Done<T> = (error: Error | undefined, value: T) => void;

/** ssh2 throws where the connection has gone, and forgets who waits. */
function within<T>(ask: (done: Done<T>) => unknown): Promise<T> {
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
