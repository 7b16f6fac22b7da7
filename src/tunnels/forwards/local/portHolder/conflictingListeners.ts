// Which listeners conflict with a wanted address.
import { isIP } from 'node:net';

/** The listeners that conflict with an address. Those bound to exactly this address come first. */
export function conflictingListeners<T extends { readonly host: string }>(
  host: string,
  listeners: readonly T[],
): T[] {
  const rank = (bound: string): number => (bound === host ? 0 : isConflict(host, bound) ? 1 : 2);
  return listeners.filter((listener) => rank(listener.host) < 2).sort((a, b) => rank(a.host) - rank(b.host));
}

/** A wildcard conflicts with every address of its family, and the reverse; `::` may include IPv4. */
function isConflict(wanted: string, bound: string): boolean {
  if (isIP(wanted) === 0 || isIP(bound) === 0) {
    return true;
  }
  const sameFamily = isIP(wanted) === isIP(bound);
  return bound === '::' || (sameFamily && (isWildcard(bound) || isWildcard(wanted)));
}

function isWildcard(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}
