// Where a port of the server really is that it says it has opened: a server may keep to its loopback what was asked for
// wider, and is content with one of its addresses where it can't have all (sshd_config(5), GatewayPorts;
// channel_setup_fwd_listener_tcpip in OpenSSH's channels.c), and says nothing of either.
import type { TcpAddress } from '../../util/address';
import { isWideBind } from '../../config/forward';
import type { TcpListen } from '../../config/forward';
import type { Reach } from './loopbackProbe';

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
