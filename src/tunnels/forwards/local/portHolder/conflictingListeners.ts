// Which listeners conflict with a wanted address.
import { isIP } from 'node:net';
import { isConflict } from '../../../util/address';

/** The listeners that conflict with an address. Those bound to exactly this address come first. */
export function conflictingListeners<T extends { readonly host: string }>(
  host: string,
  listeners: readonly T[],
): T[] {
  const rank = (listener: T): number => (listener.host === host ? 0 : 1);
  // A name may be any address.
  const conflicting = listeners.filter((listener) => isIP(host) === 0 || isConflict(listener.host, host));
  return conflicting.sort((a, b) => rank(a) - rank(b));
}
