// Which listeners keep another one from an address.
import { isIP } from 'node:net';

/** Those that are in the way of an address: what is bound to the very same comes first. */
export function inTheWay<T extends { readonly host: string }>(host: string, listeners: readonly T[]): T[] {
  const rank = (held: string): number => (held === host ? 0 : isInTheWay(host, held) ? 1 : 2);
  return listeners.filter((listener) => rank(listener.host) < 2).sort((a, b) => rank(a.host) - rank(b.host));
}

/** Of a wildcard and an address of its family, each is in the way of the other; `::` may take IPv4 along. */
function isInTheWay(wanted: string, held: string): boolean {
  if (isIP(wanted) === 0 || isIP(held) === 0) {
    return true;
  }
  const sameFamily = isIP(wanted) === isIP(held);
  return held === '::' || (sameFamily && (isWildcard(held) || isWildcard(wanted)));
}

function isWildcard(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}
