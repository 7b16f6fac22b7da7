// Remote listeners (ssh -R): requests them from the server, and passes each connection on to the owner of the listener.
import type { Client } from 'ssh2';
import type { BoundAddress, SocketPath, TcpAddress } from '../../util/address';
import { TunnelFailure } from '../../errors/errors';
import { remotePortNotReported } from '../../errors/forwards/forwardingDisabled';
import type { Listen, TcpListen } from '../../config/forward';
import { explainListenFailure } from './failures/explainForwardFailure';
import { connectsBeforeConfirming, explainsListenRefusals } from '../peer/serverSoftware';
import { softwareOf } from '../transport/ssh2/ssh2Internals';
import { overridesBindAddress, permitsSomeTargets } from './failures/explainSsh2Error';
import { IncomingChannels } from './incomingChannels';
import type { IncomingChannel, SessionFacts } from './incomingChannels';
import { RemoteFiles } from './remoteFiles';
import { RequestReplies } from './requestReplies';
import type { Reply } from './requestReplies';

/** A connection to a listener on the server, waiting to be accepted. */
export interface IncomingConnection extends IncomingChannel {
  /** The client's address. undefined for a Unix socket. */
  readonly origin: TcpAddress | undefined;
}

export interface RemoteListener {
  /** The address that the server listens on, as far as known. `*`: also reachable from other machines. */
  readonly bound: BoundAddress;
  /** Resolves when the server has closed it; to false when that failed. Never rejects. Open connections stay open. */
  close(): Promise<boolean>;
}

/** A working server answers at once. */
const requestTimeoutMs = 10_000;
const closeTimeoutMs = 1000;

/** To all listeners of a session; half of them to one that is alone. */
const maxConnections = 4096;

/** What can be done and found out on the server without a listener. */
export type ServerSide = Pick<RemoteListeners, 'openFiles' | 'connectsFirst' | 'permitsSomeTargets'>;

const ignoreReply = (): void => undefined;

type ConnectionHandler = (incoming: IncomingConnection) => void;

export class RemoteListeners {
  readonly #client: Client;
  readonly #session: SessionFacts;
  readonly #requests = new RequestReplies();
  readonly #connections: IncomingChannels;
  readonly #handlers = new Map<string, ConnectionHandler>();
  #permitsSomeTargets = false;

  constructor(client: Client, session: SessionFacts) {
    this.#client = client;
    this.#session = session;
    this.#connections = new IncomingChannels(maxConnections, session);
    client.on('tcp connection', ({ destIP, destPort, srcIP, srcPort }, accept, refuse) => {
      this.#dispatch(tcpKey(destIP, destPort), { host: srcIP, port: srcPort }, accept, refuse);
    });
    client.on('unix connection', ({ socketPath }, accept, refuse) => {
      this.#dispatch(socketPath, undefined, accept, refuse);
    });
  }

  /** Whether the key is known to permit some targets only: the server logs a connection to any other. */
  get permitsSomeTargets(): boolean {
    return this.#permitsSomeTargets;
  }

  /** Whether a channel that it opens proves that something listens at the target. */
  get connectsFirst(): boolean {
    return connectsBeforeConfirming(softwareOf(this.#client));
  }

  onDebugMessage(message: string): void {
    this.#permitsSomeTargets ||= permitsSomeTargets(message);
    this.#requests.onDebugMessage(message);
  }

  sessionEnded(): void {
    this.#handlers.clear();
    this.#requests.sessionEnded();
  }

  /** @throws TunnelFailure */
  listen(where: Listen, onIncoming: ConnectionHandler): Promise<RemoteListener> {
    return 'path' in where ? this.#listenOnPath(where, onIncoming) : this.#listenOnPort(where, onIncoming);
  }

  #listenOnPath(where: SocketPath, onIncoming: ConnectionHandler): Promise<RemoteListener> {
    const { path } = where;
    const cancel = (reply: Reply<void>): unknown => this.#client.openssh_unforwardInStreamLocal(path, reply);
    return this.#requests.request({
      timeoutMs: requestTimeoutMs,
      send: (reply: Reply<void>) => this.#client.openssh_forwardInStreamLocal(path, reply),
      granted: () => this.#listener(path, where, onIncoming, cancel),
      refused: (raw) => this.#refusal(where, raw),
      tooLate: () => cancel(ignoreReply),
    });
  }

  #listenOnPort(where: TcpListen, onIncoming: ConnectionHandler): Promise<RemoteListener> {
    const requestedHost = bindHost(where.bind);
    const cancel = (port: number, reply: Reply<void>): unknown =>
      this.#client.unforwardIn(requestedHost, port, reply);
    return this.#requests.request({
      timeoutMs: requestTimeoutMs,
      send: (reply: Reply<number>) => this.#client.forwardIn(requestedHost, where.port, reply),
      granted: (port) => {
        if (!(port > 0 && port <= 65_535)) {
          // Closed as far as possible: it listens on an unknown port.
          cancel(where.port, ignoreReply);
          throw new TunnelFailure(remotePortNotReported(where, this.#session.hostName));
        }
        const overridden = this.#requests.takeDebugMessages().some(overridesBindAddress);
        const bound = { host: requestedHost === '' || overridden ? '*' : requestedHost, port };
        return this.#listener(tcpKey(requestedHost, port), bound, onIncoming, (reply) => cancel(port, reply));
      },
      refused: (raw) => this.#refusal(where, raw),
      tooLate: (port) => cancel(port, ignoreReply),
    });
  }

  #refusal(where: Listen, raw: Error): TunnelFailure {
    const debugText = this.#requests.takeDebugMessages().join(' ');
    const { hostName, ended, forwardsNothing } = this.#session;
    const explainsItself = explainsListenRefusals(softwareOf(this.#client));
    const cause = ended() ?? forwardsNothing();
    return new TunnelFailure(
      cause ?? explainListenFailure(where, hostName, { debugText, raw: raw.message, explainsItself }),
    );
  }

  #listener(
    key: string,
    bound: BoundAddress,
    onIncoming: ConnectionHandler,
    cancel: (reply: Reply<void>) => unknown,
  ): RemoteListener {
    this.#handlers.set(key, onIncoming);
    return {
      bound,
      close: () => {
        this.#handlers.delete(key);
        return this.#requests
          .request({ timeoutMs: closeTimeoutMs, send: cancel, granted: () => true, refused: (raw) => raw })
          .catch(() => false);
      },
    };
  }

  #dispatch(key: string, origin: TcpAddress | undefined, accept: () => object, refuse: () => void): void {
    const onIncoming = this.#handlers.get(key);
    this.#connections.offer(onIncoming, accept, refuse, (incoming) => onIncoming?.({ ...incoming, origin }));
  }

  /** @throws Error if the server has no SFTP */
  openFiles(): Promise<RemoteFiles> {
    return RemoteFiles.open(this.#client, this.#requests);
  }
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
