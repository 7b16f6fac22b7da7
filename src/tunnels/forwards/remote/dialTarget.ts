// Connects from this machine to the target of a remote forward.
import { connect } from 'node:net';
import type { Socket } from 'node:net';
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
import { permittedPath, pin } from '../localSocket';
import type { SocketGuard } from '../localSocket';
import type { TargetLookups } from './targetLookups';

/** How long a target may take to accept the connection. */
const connectTimeoutMs = 20_000;

/**
 * The socket is not read yet, and allows half-open connections.
 * @throws TunnelFailure TargetRefused, TargetNotFound, TargetUnreachable; ConsentNeeded for a socket
 * @throws the reason of the signal that was aborted
 */
export async function dialTarget(
  target: Address,
  guard: SocketGuard,
  lookups: TargetLookups,
  ...signals: readonly AbortSignal[]
): Promise<Socket> {
  if (!isSocketPath(target) || guard.followsLinks) {
    return dial(target, target, signals, lookups);
  }
  try {
    const pinned = await pin(await permittedPath(target.path, guard));
    try {
      return await dial({ path: pinned.path }, target, signals);
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
function dial(
  address: Address,
  target: Address,
  signals: readonly AbortSignal[],
  lookups?: TargetLookups,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    signals.forEach((signal) => signal.throwIfAborted());
    const over = new AbortController();
    const lookup = lookups && { lookup: lookups.until(over.signal) };
    const socket = connect({ ...address, allowHalfOpen: true, noDelay: true, ...lookup });
    const timer = setTimeout(() => socket.destroy(timedOut()), connectTimeoutMs);
    const giveUp = (): void => void socket.destroy(new Error('cancelled'));
    signals.forEach((signal) => signal.addEventListener('abort', giveUp, { once: true }));
    const settle = (): void => {
      over.abort();
      clearTimeout(timer);
      signals.forEach((signal) => signal.removeEventListener('abort', giveUp));
    };
    socket.once('connect', () => {
      settle();
      socket.off('error', failed);
      resolve(socket);
    });
    const failed = (error: NodeJS.ErrnoException): void => {
      settle();
      const aborted = signals.find((signal) => signal.aborted);
      reject(aborted ? asError(aborted.reason) : new TunnelFailure(explain(error, target), { cause: error }));
    };
    socket.once('error', failed);
  });
}

function explain(error: NodeJS.ErrnoException, target: Address): TunnelError {
  // If a name has several addresses, the error of the last one counts (net.connect, autoSelectFamily).
  const last = error instanceof AggregateError ? (error.errors as readonly Error[]).at(-1) : undefined;
  const { code } = error;
  const detail = (last ?? error).message;
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
