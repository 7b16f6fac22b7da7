// Connects from this machine: to a Unix socket, or to an address of a name. Starts with the first address, as ssh does,
// and tries the next one when an attempt fails, or has not succeeded soon (RFC 8305 §5): ssh waits two minutes for a dead
// address. No attempt is abandoned before another one has succeeded: Node's own autoSelectFamily gives up a slow one.
import type { LookupAddress } from 'node:dns';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { Share } from '../util/fairLimit';
import { asError } from '../util/promises';
import { isTooLongForSocket } from '../config/socketPaths';

/** The Connection Attempt Delay of RFC 8305 §5. */
const attemptDelayMs = 250;
/** One client must not cause any number of attempts, however many addresses a name has. */
const mostAtOnce = 4;

export interface DialOptions {
  /** Ends all attempts. */
  readonly signal: AbortSignal;
  /** Where attempts beside the first one count as connections. If it has none left, they wait. */
  readonly share: Share;
}

/**
 * The socket is not read yet, and allows half-open connections.
 * @param addresses of one name, in the order of getaddrinfo
 * @throws the most telling error of all attempts; the signal's reason
 */
export function dialAddresses(
  addresses: readonly LookupAddress[],
  port: number,
  { signal, share }: DialOptions,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const untried = alternateFamilies(addresses);
    /** Each with what gives back its part of the share. */
    const attempts = new Map<Socket, () => void>();
    const errors: Error[] = [];
    let timer: NodeJS.Timeout | undefined;
    let soon: NodeJS.Immediate | undefined;
    const stopWaiting = (): void => {
      clearTimeout(timer);
      clearImmediate(soon);
    };
    const settle = (): void => {
      stopWaiting();
      signal.removeEventListener('abort', onAbort);
      attempts.forEach((giveBack, socket) => {
        socket.destroy();
        giveBack();
      });
      attempts.clear();
    };
    const onAbort = (): void => {
      settle();
      reject(asError(signal.reason));
    };
    const next = (): void => {
      stopWaiting();
      const host = attempts.size < mostAtOnce ? untried[0] : undefined;
      if (host !== undefined) {
        const giveBack = attempts.size === 0 ? () => undefined : share.take();
        if (giveBack) {
          untried.shift();
          attempt(host, giveBack);
        }
        // If the process was busy meanwhile, an attempt may have succeeded already: that is heard of first.
        timer = setTimeout(() => (soon = setImmediate(next)), attemptDelayMs);
      } else if (attempts.size === 0) {
        settle();
        reject(mostTelling(errors));
      }
    };
    const attempt = (host: string, giveBack: () => void): void => {
      const socket = connect({ host, port, allowHalfOpen: true, noDelay: true });
      attempts.set(socket, giveBack);
      const onError = (error: Error): void => {
        errors.push(error);
        if (attempts.delete(socket)) {
          giveBack();
          next();
        }
      };
      socket.once('error', onError).once('connect', () => {
        if (attempts.delete(socket)) {
          giveBack();
          socket.off('error', onError);
          settle();
          resolve(socket);
        }
      });
    };
    if (signal.aborted) {
      onAbort();
    } else {
      signal.addEventListener('abort', onAbort, { once: true });
      next();
    }
  });
}

/**
 * The socket is not read yet, and allows half-open connections.
 * @throws the system's error; the signal's reason
 */
export function dialPath(path: string, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    if (isTooLongForSocket(path)) {
      const message = `connect ENAMETOOLONG ${path}`;
      reject(Object.assign(new Error(message), { code: 'ENAMETOOLONG' }));
      return;
    }
    const socket = connect({ path, allowHalfOpen: true });
    const giveUp = (): void => void socket.destroy(asError(signal.reason));
    signal.addEventListener('abort', giveUp, { once: true });
    socket.once('error', reject).once('connect', () => {
      signal.removeEventListener('abort', giveUp);
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

/** Beginning with the first one's, so that a network without IPv6 delays only one attempt (RFC 8305 §4). */
function alternateFamilies(addresses: readonly LookupAddress[]): string[] {
  const first = addresses.filter(({ family }) => family === addresses[0]?.family);
  const others = addresses.filter((address) => !first.includes(address));
  const longer = Math.max(first.length, others.length);
  return Array.from({ length: longer }, (_, n) => [first[n], others[n]])
    .flat()
    .flatMap((found) => (found ? [found.address] : []));
}

/** The last one that is about the target: not that this machine has no IPv6, for example. */
function mostTelling(errors: readonly NodeJS.ErrnoException[]): Error {
  const aboutTarget = errors.findLast(({ code }) => code !== 'ENETUNREACH' && code !== 'EADDRNOTAVAIL');
  return aboutTarget ?? errors.at(-1) ?? new Error('the name has no address');
}
