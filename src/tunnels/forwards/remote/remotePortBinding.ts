// Takes the place where a remote forward listens on the server: looks who is in the way where it can't be had, clears away
// what is only our own, and sees to it that what the server grants really leads to us.
import type { Address, BoundAddress, TcpAddress } from '../../util/address';
import { TunnelFailure } from '../../errors/errors';
import { remoteListenHeld, remoteListenHeldByTunnel, remoteListenTaken } from '../../errors/remoteListen';
import { isWideBind } from '../../config/forward';
import type { Listen, RemoteForward, TcpListen } from '../../config/forward';
import type { RemoteListener, Visitor } from '../../ssh/session/remoteListeners';
import type { SshSession } from '../../ssh/session/session';
import type { ForwardOptions } from '../createForward';
import type { BookedPlace } from '../listenerRegistry';
import type { Reach, ReachProbe } from './loopbackProbe';
import { whoListens } from './remoteHolder';
import type { Holder } from './remoteHolder';

/** How often a port that the server chose is asked for again, before it may choose another. */
const patience = 4;
/** How many ports the server may choose, until one is free at all of its addresses. */
const mostChoices = 3;

export interface Opening {
  readonly session: SshSession;
  readonly probe: ReachProbe;
  readonly onVisitor: (visitor: Visitor) => void;
}

export interface RemoteOpen {
  readonly bound: BoundAddress;
  readonly isReachUnknown?: true;
  /** Of what was asked for, it has only a part. */
  readonly isPart: boolean;
  /** As RemoteListener's. */
  close(): Promise<boolean>;
  /** The session has ended, and it with that. */
  lost(): void;
}

export class RemotePlace {
  readonly #definition: RemoteForward;
  readonly #options: ForwardOptions;
  #waiting: Disposable | undefined;
  /** The server has listened for us before: what is in the way may be left over from that. */
  #held = false;
  /** Where the server was asked to choose: what it chose, and how often it has refused that since. */
  #chosen: { readonly port: number; refusals: number } | undefined;

  constructor(definition: RemoteForward, options: ForwardOptions) {
    this.#definition = definition;
    this.#options = options;
    const { preferredPort } = options;
    // What it was in an earlier session is asked for once.
    this.#chosen = preferredPort === undefined ? undefined : { port: preferredPort, refusals: patience - 1 };
  }

  /** @throws TunnelFailure why it can't be had */
  async take(opening: Opening): Promise<RemoteOpen> {
    const open = await this.#choose(opening);
    this.#held = true;
    return open;
  }

  /** Calls back when a tunnel of ours lets go of it there. */
  wait({ server }: SshSession, onFree: () => void): void {
    this.leave();
    this.#waiting = this.#options.ports.onceFree(booked(this.#definition.listen, server), onFree);
  }

  /** Waits no longer. */
  leave(): void {
    this.#waiting?.[Symbol.dispose]();
    this.#waiting = undefined;
  }

  /** Keeps the port that the server chose, for as long as it may only be our own old session that holds it. */
  async #choose(opening: Opening): Promise<RemoteOpen> {
    const { listen } = this.#definition;
    if ('path' in listen || listen.port > 0) {
      return this.#insist(opening, listen);
    }
    const chosen = this.#chosen;
    if (chosen) {
      try {
        return await this.#insist(opening, { ...listen, port: chosen.port });
      } catch (error) {
        if (++chosen.refusals < patience || opening.session.ended) {
          throw error;
        }
      }
    }
    const open = await this.#askForAny(opening, listen);
    if ('port' in open.bound) {
      this.#chosen = { port: open.bound.port, refusals: 0 };
    }
    return open;
  }

  /** The server chooses a port that is free at its first address; it may not be at the second. */
  async #askForAny(opening: Opening, listen: TcpListen): Promise<RemoteOpen> {
    for (let choice = 1; ; choice++) {
      try {
        const open = await this.#ask(opening, listen);
        if (!open.isPart || choice === mostChoices) {
          return open;
        }
        await open.close();
      } catch (error) {
        if (choice === mostChoices || !isRefusal(error) || opening.session.ended) {
          throw error;
        }
      }
    }
  }

  /** Looks who is in the way, and clears away what is only our own. */
  async #insist(opening: Opening, listen: Listen): Promise<RemoteOpen> {
    const { session } = opening;
    try {
      return await this.#ask(opening, listen);
    } catch (error) {
      if (!isRefusal(error) || session.ended) {
        throw error;
      }
      const tunnel = this.#options.ports.holderOf(booked(listen, session.server));
      if (tunnel) {
        throw new TunnelFailure(remoteListenHeldByTunnel(listen, session.host.hostName, tunnel), {
          cause: error,
        });
      }
      const holder = await whoListens(session, 'path' in listen ? listen : nearAddress(listen));
      if ('path' in listen && holder === 'nobody' && this.#held) {
        await session.removeSocket(listen.path);
        return this.#ask(opening, listen);
      }
      throw this.#explain(holder, listen, session.host.hostName) ?? error;
    }
  }

  #explain(holder: Holder, listen: Listen, host: string): TunnelFailure | undefined {
    if (holder === 'silent' && this.#held) {
      return new TunnelFailure(remoteListenHeld(listen, host));
    }
    return holder === 'silent' || holder === 'talkative'
      ? new TunnelFailure(remoteListenTaken(listen, host))
      : undefined;
  }

  /** @throws TunnelFailure also where the server has granted it, and somebody else has a part of it */
  async #ask({ session, probe, onVisitor }: Opening, listen: Listen): Promise<RemoteOpen> {
    const { ports, holder } = this.#options;
    const { server } = session;
    const listener = await session.listen(listen, onVisitor);
    const { bound } = listener;
    const places = 'path' in listen || 'path' in bound ? [] : placesToLook(listen, bound);
    if ('path' in listen || 'path' in bound || places.length === 0) {
      return { bound, isPart: false, ...this.#endings(listener, ports.hold(booked(bound, server), holder)) };
    }
    const taken = new TunnelFailure(
      remoteListenTaken({ ...listen, port: bound.port }, session.host.hostName),
    );
    const nearby = nearPlaces(listen, bound).map((place) => ({ ...place, server }));
    if (ports.holderOf(nearby)) {
      await listener.close();
      throw taken;
    }
    const hold = ports.hold(booked(bound, server), holder);
    const reaches = await probe.run(session, places);
    const found = new Map(places.map(({ host }, index) => [host, reaches[index] ?? 'unknown']));
    if (takenByAnother(listen, found) !== undefined) {
      await listener.close();
      // Those who wait for it would find the same, and wake this one up in turn.
      hold.forget();
      throw taken;
    }
    return { ...placeOf(listen, bound, found), ...this.#endings(listener, hold) };
  }

  #endings(listener: RemoteListener, hold: Disposable): Pick<RemoteOpen, 'close' | 'lost'> {
    return {
      close: async () => {
        const closed = await listener.close();
        hold[Symbol.dispose]();
        return closed;
      },
      lost: () => hold[Symbol.dispose](),
    };
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof TunnelFailure && error.code === 'RemoteListenRefused';
}

/** Where a listener of the server's is reached from the server itself. */
function nearAddress({ bind, port }: TcpListen): Address {
  const isAny = bind === undefined || ['localhost', '*', '', '0.0.0.0'].includes(bind);
  return { host: isAny ? '127.0.0.1' : bind === '::' ? '::1' : bind, port };
}

/** For the book of our own. */
function booked(listen: Listen | BoundAddress, server: string): readonly BookedPlace[] {
  if ('path' in listen) {
    return [{ path: listen.path, server }];
  }
  const bind = 'host' in listen ? listen.host : listen.bind;
  const hosts =
    bind === undefined || bind === 'localhost'
      ? ['127.0.0.1', '::1']
      : [['*', '', '::'].includes(bind) ? '0.0.0.0' : bind];
  return hosts.map((host) => ({ host, port: listen.port, server }));
}

/** What was found, by host. */
export type Found = ReadonlyMap<string, Reach>;

export interface Place {
  readonly bound: TcpAddress;
  /** Of its addresses, it has only this one. */
  readonly isPart: boolean;
  /** Nothing tells whether it is as wide as was asked for. */
  readonly isReachUnknown?: true;
}

const near = ['127.0.0.1', '::1'] as const;

/** Where to look; nowhere, where the server has to do exactly what was asked for. */
export function placesToLook(listen: TcpListen, bound: TcpAddress): readonly TcpAddress[] {
  const far = farHost(listen, bound);
  const hosts = [...nearHosts(listen, bound), ...(far === undefined ? [] : [far])];
  return hosts.map((host) => ({ host, port: bound.port }));
}

/** Its loopback addresses that are asked for. */
export function nearPlaces(listen: TcpListen, bound: TcpAddress): readonly TcpAddress[] {
  return nearHosts(listen, bound)
    .filter((host) => isAskedFor(listen, host))
    .map((host) => ({ host, port: bound.port }));
}

/** The address, if any, at which somebody else is reached who asks for what we were granted. */
export function takenByAnother(listen: TcpListen, found: Found): string | undefined {
  const isOurs = near.some((host) => found.get(host) === 'us');
  return isOurs ? near.find((host) => found.get(host) === 'another' && isAskedFor(listen, host)) : undefined;
}

export function placeOf(listen: TcpListen, bound: TcpAddress, found: Found): Place {
  const far = farHost(listen, bound);
  const isNarrow = far !== undefined && found.get(far) === 'nobody';
  if (far !== undefined && isWideBind(listen) && !isNarrow && found.get(far) !== 'us') {
    return { bound, isPart: false, isReachUnknown: true };
  }
  const host = isNarrow ? 'localhost' : bound.host;
  const only = near.find(
    (one, index) => found.get(one) === 'us' && found.get(near[1 - index] ?? '') === 'nobody',
  );
  return host === 'localhost' && only !== undefined
    ? { bound: { ...bound, host: only }, isPart: true }
    : { bound: { ...bound, host }, isPart: false };
}

/** Where one address alone is asked for, others on the server may well be somebody else's. */
function nearHosts({ bind }: TcpListen, bound: TcpAddress): readonly (typeof near)[number][] {
  const isOne = bind !== undefined && bind !== 'localhost' && !isEvery(bind);
  return isOne && bound.host !== '*' ? [] : near;
}

function isEvery(bind: string | undefined): boolean {
  return bind !== undefined && ['*', '', '0.0.0.0', '::'].includes(bind);
}

function isAskedFor({ bind }: TcpListen, host: (typeof near)[number]): boolean {
  const isOther = bind === (host === '::1' ? '0.0.0.0' : '::');
  const isOtherLoopback = bind === near[host === '::1' ? 0 : 1];
  return !isOther && !isOtherLoopback;
}

/**
 * An address at which a listener is reached that is as wide as was asked for, and one on the server's loopback is not; on
 * Linux all of 127.0.0.0/8 is loopback. undefined: there is none, or the server has said that it opened it wide.
 */
function farHost({ bind }: TcpListen, bound: TcpAddress): string | undefined {
  if (bind === undefined || bind === 'localhost' || bind === near[0] || bind === near[1]) {
    return undefined;
  }
  if (isEvery(bind)) {
    return '127.0.0.2';
  }
  return bound.host === '*' ? undefined : bind;
}
