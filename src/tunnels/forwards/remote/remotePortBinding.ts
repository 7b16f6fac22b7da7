// Binds the port or socket of a remote forward on the server: finds out who has it if the server refuses, removes our
// own left-over socket, and checks that connections to a granted port really arrive here.
import { randomInt } from 'node:crypto';
import { dialHost, formatAddress } from '../../util/address';
import type { BoundAddress, SocketPath } from '../../util/address';
import { elapsed } from '../../util/log';
import { TunnelFailure } from '../../errors/errors';
import { remoteForwardingUnsupported } from '../../errors/forwards/forwardingDisabled';
import { remoteListenRefused, remoteListenUsedByTunnel } from '../../errors/forwards/remoteListen';
import { formatListen, listenAddresses } from '../../config/forward';
import type { Listen, RemoteForward, TcpListen } from '../../config/forward';
import type { RemoteSocket } from '../../ssh/session/remoteFiles';
import type { RemoteListener, IncomingConnection } from '../../ssh/session/remoteListeners';
import type { SshSession } from '../../ssh/session/session';
import type { ForwardOptions } from '../forwardRunner';
import type { RegisteredAddress } from '../listenerRegistry';
import type { ListenerProbe } from './listenerProbe';
import { closeSocket, lookAtSocket, removeSocket } from './leftOverSocket';
import { probePortHolder } from './remotePortHolder';
import type { RemotePortHolder } from './remotePortHolder';
import { addressesToProbe, requestedLoopback, takenByAnother, boundListener } from './boundAddress';

/** How often a port that the server chose is requested again before the server may choose another. */
const mostRefusals = 4;

/** Ports that no service has for itself: RFC 6335 §6. */
const firstDynamicPort = 49_152;

/** How many of them the server has to refuse, one of which may be in use. */
const mostChecks = 2;

/** How many ports the server may choose until one is free at all of its addresses. */
const mostChoices = 3;

export interface Opening {
  readonly session: SshSession;
  readonly probe: ListenerProbe;
  readonly onIncoming: (incoming: IncomingConnection) => void;
}

export interface OpenRemoteListener {
  readonly bound: BoundAddress;
  readonly isExposureUnknown?: true;
  /** It listens only at a part of the requested addresses. */
  readonly isPartial: boolean;
  /**
   * Closes it, and removes its socket if that is proved to be ours and dead. Without SFTP on the server, the file stays,
   * as with ssh. Never rejects.
   */
  close(): Promise<void>;
  /** The session has ended, and the listener with it. */
  lost(): void;
}

export class RemotePortBinding {
  readonly #definition: RemoteForward;
  readonly #options: ForwardOptions;
  #waiting: Disposable | undefined;
  /** The server has listened for us before, so our own old listener may still have the port. */
  #wasBound = false;
  /** The server is known to do remote forwards. */
  #hasListened = false;
  /** The server has refused a probe, and probably has logged it: there are no more of them. */
  #deniesProbes = false;
  /** The socket that the server last made for us, as it was right after that; undefined: not known. */
  #socket: RemoteSocket | undefined;
  /** If the server chooses the port: what it chose, and how often it has refused that since. */
  #chosen: { readonly port: number; refusals: number } | undefined;

  constructor(definition: RemoteForward, options: ForwardOptions) {
    this.#definition = definition;
    this.#options = options;
    const { preferredPort } = options;
    // The port of an earlier session is requested once.
    this.#chosen =
      preferredPort === undefined ? undefined : { port: preferredPort, refusals: mostRefusals - 1 };
  }

  /** @throws TunnelFailure why it can't be bound */
  async bind(opening: Opening): Promise<OpenRemoteListener> {
    const open = await this.#bindPort(opening);
    this.#wasBound = true;
    this.#hasListened = true;
    return open;
  }

  /** Calls back when a tunnel of ours frees the address. */
  onceFree({ server }: SshSession, onFree: () => void): void {
    this.stopWaiting();
    this.#waiting = this.#options.ports.onceFree(toRegister(this.#definition.listen, server), onFree);
  }

  stopWaiting(): void {
    this.#waiting?.[Symbol.dispose]();
    this.#waiting = undefined;
  }

  /** Requests the chosen port again, as long as our own old session may be what still has it. */
  async #bindPort(opening: Opening): Promise<OpenRemoteListener> {
    const { listen } = this.#definition;
    if ('path' in listen || listen.port > 0) {
      return this.#requestPort(opening, listen);
    }
    const chosen = this.#chosen;
    if (chosen) {
      try {
        return await this.#requestPort(opening, { ...listen, port: chosen.port });
      } catch (error) {
        if (++chosen.refusals < mostRefusals || opening.session.ended) {
          throw error;
        }
      }
    }
    const open = await this.#requestAnyPort(opening, listen);
    if ('port' in open.bound) {
      this.#chosen = { port: open.bound.port, refusals: 0 };
    }
    return open;
  }

  /** Lets the server choose. Its choice is free at its first address, but may be taken at the second. */
  async #requestAnyPort(opening: Opening, listen: TcpListen): Promise<OpenRemoteListener> {
    for (let choice = 1; ; choice++) {
      try {
        const open = await this.#request(opening, listen);
        if (!open.isPartial || choice === mostChoices) {
          return open;
        }
        await open.close();
      } catch (error) {
        if (isUnexplained(error) && !this.#hasListened) {
          await this.#requireListening(opening.session, listen);
        }
        if (choice === mostChoices || !isTaken(error) || opening.session.ended) {
          throw error;
        }
      }
    }
  }

  /** If the server refuses, finds out who has the port, and removes a left-over socket of ours. */
  async #requestPort(opening: Opening, listen: Listen): Promise<OpenRemoteListener> {
    const { session } = opening;
    try {
      return await this.#request(opening, listen);
    } catch (error) {
      if (!isRefusal(error) || session.ended) {
        throw error;
      }
      const tunnel = this.#options.ports.holderOf(toRegister(listen, session.server));
      if (tunnel) {
        throw new TunnelFailure(remoteListenUsedByTunnel(listen, session.host.hostName, tunnel), {
          cause: error,
        });
      }
      if (isUnexplained(error) && !this.#hasListened) {
        await this.#requireListening(session, listen);
      }
      const probed = await this.#probeHolder(session, listen);
      if ('path' in listen && probed === 'nothing' && this.#socket) {
        await removeSocket(session, listen.path, this.#socket).catch(() => {
          throw error;
        });
        return this.#request(opening, listen);
      }
      throw this.#explain(probed, listen, session.host.hostName, error) ?? error;
    }
  }

  /**
   * Checks, if the server gives no reason, whether it does remote forwards at all: requests ports of its loopback that
   * hardly anybody has, and closes at once what it gets. Not port 0, at which Conch ends the session; nor is anybody
   * asked first who has the port, at which proftpd does.
   * @throws TunnelFailure ForwardingDisabled if it refuses them all
   */
  async #requireListening(session: SshSession, listen: Listen): Promise<void> {
    for (let choice = 1; ; choice++) {
      try {
        const anyPort = { bind: undefined, port: randomInt(firstDynamicPort, 65_536) };
        const listener = await session.listen(anyPort, (incoming) => incoming.refuse());
        await listener.close();
        this.#hasListened = true;
        return;
      } catch (error) {
        if (session.ended || !isUnexplained(error)) {
          return;
        }
        if (choice === mostChecks) {
          throw new TunnelFailure(remoteForwardingUnsupported(listen, session.host.hostName), {
            cause: error,
          });
        }
      }
    }
  }

  /** Without a probe where the server is known to deny it, because it writes each into its log. */
  async #probeHolder(session: SshSession, listen: Listen): Promise<RemotePortHolder> {
    // "permitopen" is about ports only.
    if (this.#deniesProbes || ('port' in listen && session.serverSide.permitsSomeTargets)) {
      return 'denied';
    }
    const probed = await probePortHolder(
      session,
      'path' in listen ? listen : { host: dialHost(listen.bind), port: listen.port },
    );
    this.#deniesProbes ||= probed === 'denied';
    return probed;
  }

  /** @param refusal of the server */
  #explain(
    probed: RemotePortHolder,
    listen: Listen,
    host: string,
    refusal: unknown,
  ): TunnelFailure | undefined {
    switch (probed) {
      case 'silent':
        return new TunnelFailure(remoteListenRefused(this.#wasBound ? 'stillUsed' : 'silent', listen, host));
      case 'talkative':
        return new TunnelFailure(remoteListenRefused('program', listen, host));
      case 'denied':
      case 'unsupported':
      case 'unknown':
        // Neither way does it know sockets, or allow this one. Erlang denies what it doesn't know.
        if (probed !== 'unknown' && 'path' in listen && isUnexplained(refusal) && !this.#wasBound) {
          return new TunnelFailure(remoteForwardingUnsupported(listen, host));
        }
        return this.#wasBound ? new TunnelFailure(remoteListenRefused('stillUsed', listen, host)) : undefined;
      case 'nothing':
        return undefined;
    }
  }

  async #listen(
    session: SshSession,
    listen: Listen,
    onIncoming: Opening['onIncoming'],
  ): Promise<RemoteListener> {
    const { log } = this.#options;
    const start = performance.now();
    log.debug(`requesting ${formatListen(listen)} on the server`);
    try {
      const listener = await session.listen(listen, onIncoming);
      log.debug(`the server listens on ${formatAddress(listener.bound)} (${elapsed(start)})`);
      return listener;
    } catch (error) {
      const code = error instanceof TunnelFailure ? error.code : String(error);
      log.debug(`the server refuses ${formatListen(listen)}: ${code} (${elapsed(start)})`);
      throw error;
    }
  }

  #request(opening: Opening, listen: Listen): Promise<OpenRemoteListener> {
    return 'path' in listen ? this.#requestSocket(opening, listen) : this.#requestTcpPort(opening, listen);
  }

  /** @throws TunnelFailure */
  async #requestSocket({ session, onIncoming }: Opening, listen: SocketPath): Promise<OpenRemoteListener> {
    const { ports, holder } = this.#options;
    const listener = await this.#listen(session, listen, onIncoming);
    const { close, lost } = this.#closers(
      listener,
      ports.register(toRegister(listen, session.server), holder),
    );
    this.#socket = await lookAtSocket(session, listen.path);
    return {
      bound: listen,
      isPartial: false,
      lost,
      close: closeSocket(session, listen.path, this.#socket, close),
    };
  }

  /** @throws TunnelFailure also when the server grants it, but another program has a part of its addresses */
  async #requestTcpPort(
    { session, probe, onIncoming }: Opening,
    listen: TcpListen,
  ): Promise<OpenRemoteListener> {
    const { ports, holder } = this.#options;
    const { server } = session;
    const listener = await this.#listen(session, listen, onIncoming);
    const { bound } = listener;
    const addresses = 'path' in bound ? [] : addressesToProbe(listen, bound);
    if ('path' in bound || addresses.length === 0) {
      const closers = this.#closers(listener, ports.register(toRegister(bound, server), holder));
      return { bound, isPartial: false, ...closers };
    }
    const taken = new TunnelFailure(
      remoteListenRefused('program', { ...listen, port: bound.port }, session.host.hostName),
    );
    const loopback = requestedLoopback(listen, bound).map((address) => ({ ...address, server }));
    if (ports.holderOf(loopback)) {
      await listener.close();
      throw taken;
    }
    const registration = ports.register(toRegister(bound, server), holder);
    const mayProbe = !this.#deniesProbes && !session.serverSide.permitsSomeTargets;
    const results = mayProbe ? await probe.run(session, addresses) : [];
    this.#deniesProbes ||= results.includes('denied');
    const found = new Map(addresses.map(({ host }, index) => [host, results[index] ?? 'unknown']));
    if (takenByAnother(listen, found) !== undefined) {
      await listener.close();
      // Don't notify: waiting forwards would fail the same way, and notify this one in turn.
      registration.forget();
      throw taken;
    }
    return { ...boundListener(listen, bound, found), ...this.#closers(listener, registration) };
  }

  #closers(listener: RemoteListener, registration: Disposable): Pick<OpenRemoteListener, 'close' | 'lost'> {
    return {
      close: async () => {
        await listener.close();
        registration[Symbol.dispose]();
      },
      lost: () => registration[Symbol.dispose](),
    };
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof TunnelFailure && error.code === 'RemoteListenRefused';
}

/** The server is no OpenSSH, and gives no reason. */
function isUnexplained(error: unknown): error is TunnelFailure {
  return error instanceof TunnelFailure && 'reason' in error.error && error.error.reason === 'unexplained';
}

/** The server has granted it, but another program has a part of its addresses. */
function isTaken(error: unknown): boolean {
  return error instanceof TunnelFailure && 'reason' in error.error && error.error.reason === 'program';
}

/** The addresses as the listener registry has them. */
function toRegister(listen: Listen | BoundAddress, server: string): readonly RegisteredAddress[] {
  const where = 'host' in listen ? { bind: listen.host, port: listen.port } : listen;
  return listenAddresses(where).map((address) => ({ ...address, server }));
}
