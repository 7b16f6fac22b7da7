// Works out the address that the server has really bound for a remote forward, which may be narrower or wider than
// requested, from what probes of its addresses found.
import { isWildcard } from '../../util/address';
import type { TcpAddress } from '../../util/address';
import { isWideBind } from '../../config/forward';
import type { TcpListen } from '../../config/forward';
import type { ProbeResult } from './listenerProbe';

/** The results of the probe, by host. */
export type ProbeResults = ReadonlyMap<string, ProbeResult>;

export interface BoundListener {
  readonly bound: TcpAddress;
  /** It listens only at this one of its addresses. */
  readonly isPartial: boolean;
  /** The probe could not tell whether it is as wide as requested. */
  readonly isExposureUnknown?: true;
}

const loopbackHosts = ['127.0.0.1', '::1'] as const;

type LoopbackHost = (typeof loopbackHosts)[number];

/** The addresses to probe; none if the server must bind exactly what was requested. */
export function addressesToProbe(listen: TcpListen, bound: TcpAddress): readonly TcpAddress[] {
  const wide = wideHost(listen, bound);
  const hosts = [...loopbackHostsOf(listen, bound), ...(wide === undefined ? [] : [wide])];
  return hosts.map((host) => ({ host, port: bound.port }));
}

/** The requested loopback addresses. */
export function requestedLoopback(listen: TcpListen, bound: TcpAddress): readonly TcpAddress[] {
  return loopbackHostsOf(listen, bound)
    .filter((host) => isRequested(listen, host))
    .map((host) => ({ host, port: bound.port }));
}

/** A requested loopback address at which another program answers, although the server granted it to us. */
export function takenByAnother(listen: TcpListen, found: ProbeResults): string | undefined {
  const isOurs = loopbackHosts.some((host) => found.get(host) === 'us');
  return isOurs
    ? loopbackHosts.find((host) => found.get(host) === 'another' && isRequested(listen, host))
    : undefined;
}

export function boundListener(listen: TcpListen, bound: TcpAddress, found: ProbeResults): BoundListener {
  const wide = wideHost(listen, bound);
  // No address of IPv6 tells ::1 from all of them.
  const showsWidth = !isWildcard(listen.bind ?? 'localhost') || found.get('127.0.0.1') === 'us';
  const isNarrow = wide !== undefined && found.get(wide) === 'nothing' && showsWidth;
  if (wide !== undefined && isWideBind(listen) && !isNarrow && found.get(wide) !== 'us') {
    return { bound, isPartial: false, isExposureUnknown: true };
  }
  const host = isNarrow ? 'localhost' : bound.host;
  const only = loopbackHosts.find(
    (one, index) => found.get(one) === 'us' && found.get(loopbackHosts[1 - index] ?? '') === 'nothing',
  );
  return host === 'localhost' && only !== undefined
    ? { bound: { ...bound, host: only }, isPartial: true }
    : { bound: { ...bound, host }, isPartial: false };
}

/** If only one other address is requested, another program may use the loopback addresses. */
function loopbackHostsOf({ bind }: TcpListen, bound: TcpAddress): readonly LoopbackHost[] {
  const isOne = bind !== undefined && bind !== 'localhost' && !isWildcard(bind);
  return isOne && bound.host !== '*' ? [] : loopbackHosts;
}

function isRequested({ bind }: TcpListen, host: LoopbackHost): boolean {
  const isOtherWildcard = bind === (host === '::1' ? '0.0.0.0' : '::');
  const isOtherLoopback = bind === loopbackHosts[host === '::1' ? 0 : 1];
  return !isOtherWildcard && !isOtherLoopback;
}

/**
 * An address at which a listener answers only if it is as wide as requested, not if it is on loopback. On Linux all of
 * 127.0.0.0/8 is loopback. undefined: there is none, or the server has confirmed that the listener is wide.
 */
function wideHost({ bind }: TcpListen, bound: TcpAddress): string | undefined {
  if (bind === undefined || bind === 'localhost' || bind === loopbackHosts[0] || bind === loopbackHosts[1]) {
    return undefined;
  }
  if (isWildcard(bind)) {
    return '127.0.0.2';
  }
  return bound.host === '*' ? undefined : bind;
}
