// Connects from this machine to the target of a remote forward.
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { formatAddress, isSocketPath } from '../../util/address';
import type { Address } from '../../util/address';
import { TunnelFailure } from '../../errors/errors';
import type { TunnelError } from '../../errors/errors';
import {
  targetHereNotFound,
  targetHereRefused,
  targetHereSocketUnusable,
  targetHereUnreachable,
} from '../../errors/targetsHere';

/** How long a target may take to accept the connection. */
const connectTimeoutMs = 20_000;

/**
 * The socket is not read yet, and allows half-open connections.
 * @throws TunnelFailure TargetRefused, TargetNotFound, TargetUnreachable
 * @throws the reason of the signal
 */
export function dialTarget(target: Address, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const socket = connect({ ...target, allowHalfOpen: true, noDelay: true });
    const timer = setTimeout(() => socket.destroy(new Error('connection timed out')), connectTimeoutMs);
    const giveUp = (): void => void socket.destroy(new Error('cancelled'));
    signal.addEventListener('abort', giveUp, { once: true });
    const settle = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', giveUp);
    };
    socket.once('connect', () => {
      settle();
      socket.off('error', failed);
      resolve(socket);
    });
    const failed = (error: NodeJS.ErrnoException): void => {
      settle();
      reject(
        signal.aborted ? asError(signal.reason) : new TunnelFailure(explain(error, target), { cause: error }),
      );
    };
    socket.once('error', failed);
  });
}

function explain(error: NodeJS.ErrnoException, target: Address): TunnelError {
  const text = formatAddress(target);
  // If a name has several addresses, the error of the last one counts (net.connect, autoSelectFamily).
  const last = error instanceof AggregateError ? (error.errors as readonly Error[]).at(-1) : undefined;
  const { code } = error;
  const detail = (last ?? error).message;
  if (isSocketPath(target)) {
    return targetHereSocketUnusable(text, detail);
  }
  switch (code) {
    case 'ECONNREFUSED':
      return targetHereRefused(text, detail);
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EAI_NODATA':
    case 'EAI_NONAME':
      return targetHereNotFound(text, detail);
    default:
      return targetHereUnreachable(text, strerror(code) ?? detail);
  }
}

/** The text of strerror(3), as OpenSSH's server reports it: reasonOf() of the proxy recognizes these texts. */
function strerror(code: string | undefined): string | undefined {
  switch (code) {
    case 'ETIMEDOUT':
      return 'Connection timed out';
    case 'ENETUNREACH':
      return 'Network is unreachable';
    case 'EHOSTUNREACH':
      return 'No route to host';
    default:
      return undefined;
  }
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
