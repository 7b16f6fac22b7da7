// Connects to a target from this machine: what a remote forward leads to.
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

/** How long a target may take to answer: milliseconds. */
const patience = 20_000;

/**
 * Nothing is read from it yet. Ends may be half closed.
 * @throws TunnelFailure TargetRefused, TargetNotFound, TargetUnreachable
 * @throws the reason of the signal
 */
export function dialHere(target: Address, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const socket = connect({ ...target, allowHalfOpen: true, noDelay: true });
    const timer = setTimeout(() => socket.destroy(new Error('connection timed out')), patience);
    const giveUp = (): void => void socket.destroy(new Error('given up'));
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
  // Of a name with several addresses the last one tells (net.connect, autoSelectFamily).
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
      return targetHereUnreachable(text, inWords(code) ?? detail);
  }
}

/** As strerror(3) says it, and as a server of OpenSSH would: the proxy reads its reply codes from these words. */
function inWords(code: string | undefined): string | undefined {
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
