// Connects from this machine to the target of a remote forward.
import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import type { Socket } from 'node:net';
import type { Share } from '../../util/fairLimit';
import { asError } from '../../util/promises';
import { isSocketPath } from '../../util/address';
import type { Address } from '../../util/address';
import { TunnelFailure } from '../../errors/errors';
import type { TunnelError } from '../../errors/errors';
import {
  targetNotFound,
  targetRefused,
  targetSocketUnusable,
  targetUnreachable,
} from '../../errors/forwards/target';
import type { UnreachableCause } from '../../errors/forwards/target';
import { dialAddresses, dialPath } from '../dialAddresses';
import { permittedPath, pin } from '../localSocket';
import type { HostConfig } from '../../ssh/config/hostConfig';
import type { SocketGuard } from '../localSocket';
import type { TargetLookups } from './targetLookups';

/** How long a target may take to accept the connection, with all its addresses. */
const connectTimeoutMs = 20_000;

interface DialMeans {
  /** The only addresses to connect to, by AddressFamily: connect_to_helper() of OpenSSH's channels.c. */
  readonly addressFamily: HostConfig['addressFamily'];
  readonly guard: SocketGuard;
  readonly lookups: TargetLookups;
  /** Of the connections of all forwards. The first attempt has taken its part already. */
  readonly share: Share;
}

/**
 * The socket is not read yet, and allows half-open connections.
 * @throws TunnelFailure TargetRefused, TargetNotFound, TargetUnreachable; ConsentNeeded for a socket
 * @throws the reason of the signal that was aborted
 */
export async function dialTarget(
  target: Address,
  { guard, ...means }: DialMeans,
  ...signals: readonly AbortSignal[]
): Promise<Socket> {
  if (!isSocketPath(target) || guard.followsLinks) {
    return dial(target, target, signals, means);
  }
  try {
    const pinned = await pin(await permittedPath(target.path, guard));
    try {
      return await dial({ path: pinned.path }, target, signals, means);
    } finally {
      await pinned.unpin();
    }
  } catch (error) {
    throw error instanceof TunnelFailure || signals.some(({ aborted }) => aborted)
      ? error
      : new TunnelFailure(targetSocketUnusable(target, 'thisMachine', String(error)), { cause: error });
  }
}

/** @param target for the error */
async function dial(
  address: Address,
  target: Address,
  signals: readonly AbortSignal[],
  { addressFamily, lookups, share }: Omit<DialMeans, 'guard'>,
): Promise<Socket> {
  signals.forEach((signal) => signal.throwIfAborted());
  const over = new AbortController();
  const giveUp = (): void => over.abort(new Error('cancelled'));
  signals.forEach((signal) => signal.addEventListener('abort', giveUp, { once: true }));
  const timer = setTimeout(() => over.abort(timedOut()), connectTimeoutMs);
  try {
    if (isSocketPath(address)) {
      return await dialPath(address.path, over.signal);
    }
    const found = await addressesOf(address.host, lookups, over.signal);
    const addresses = found.filter(({ family }) => isOf(addressFamily, family));
    if (addresses.length === 0) {
      throw notOf(addressFamily);
    }
    return await dialAddresses(addresses, address.port, { signal: over.signal, share });
  } catch (error) {
    const aborted = signals.find((signal) => signal.aborted);
    throw aborted ? asError(aborted.reason) : new TunnelFailure(explain(error, target), { cause: error });
  } finally {
    clearTimeout(timer);
    signals.forEach((signal) => signal.removeEventListener('abort', giveUp));
  }
}

async function addressesOf(
  host: string,
  lookups: TargetLookups,
  signal: AbortSignal,
): Promise<readonly LookupAddress[]> {
  const family = isIP(host);
  return family === 0 ? lookups.addressesOf(host, signal) : [{ address: host, family }];
}

function isOf(addressFamily: HostConfig['addressFamily'], family: number): boolean {
  return addressFamily === 'any' || family === (addressFamily === 'inet' ? 4 : 6);
}

/** Like the system's error where a name has no address of a family. */
function notOf(addressFamily: HostConfig['addressFamily']): Error {
  const message = `no such address, and AddressFamily is ${addressFamily}`;
  return Object.assign(new Error(message), { code: 'EAI_NODATA' });
}

function explain(error: unknown, target: Address): TunnelError {
  const { code } = error as NodeJS.ErrnoException;
  const detail = asError(error).message;
  if (isSocketPath(target)) {
    return targetSocketUnusable(target, 'thisMachine', detail);
  }
  switch (code) {
    case 'ECONNREFUSED':
      return targetRefused(target, 'thisMachine', detail);
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EAI_NODATA':
    case 'EAI_NONAME':
      return targetNotFound(target, 'thisMachine', detail);
    default:
      return targetUnreachable(target, 'thisMachine', causeOf(code), detail);
  }
}

/** Our own time-out counts as the system's. */
function timedOut(): Error {
  return Object.assign(new Error('connection timed out'), { code: 'ETIMEDOUT' });
}

function causeOf(code: string | undefined): UnreachableCause {
  switch (code) {
    case 'ETIMEDOUT':
      return 'timedOut';
    case 'ENETUNREACH':
      return 'networkUnreachable';
    case 'EHOSTUNREACH':
      return 'hostUnreachable';
    default:
      return 'other';
  }
}
