// Listeners beside which another one can be bound on macOS and Windows: 0.0.0.0:5432 and 127.0.0.1:5432 at once. The more
// specific one then gets the clients of the other in silence, so the system's table is read before a port is bound.
//
// macOS: with SO_REUSEADDR, which libuv sets (src/unix/tcp.c), in_pcbbind() of XNU looks for the same address only.
// Windows: "Using SO_REUSEADDR and SO_EXCLUSIVEADDRUSE" (Winsock); libuv sets neither (src/win/tcp.c). Linux refuses the
// second listener. A test by listening on the wildcard address would make the firewalls of both systems ask the user.
import { isIP } from 'node:net';
import { isWildcard } from '../address';
import type { TcpAddress } from '../address';
import { shareReads } from '../pacing/sharedReads';
import { readMacListeners, readWindowsListeners } from './netstat';

export type ReadListeners = () => Promise<readonly TcpAddress[]>;

/** Those of this machine. Empty where the system refuses to bind beside them, and if they can't be read. Never rejects. */
export const unprotectedListeners: ReadListeners = shareReads(() => readListeners(process.platform));

export async function readListeners(platform: NodeJS.Platform): Promise<readonly TcpAddress[]> {
  switch (platform) {
    case 'darwin':
      return readMacListeners();
    case 'win32':
      return readWindowsListeners();
    default:
      return [];
  }
}

/** Whether a listener has this address, alone or among all addresses of its family, or an address that is meant too. */
export function isHeld({ host, port }: TcpAddress, listeners: readonly TcpAddress[]): boolean {
  return listeners.some(
    (held) =>
      held.port === port &&
      familyOf(held.host) === familyOf(host) &&
      (held.host === host || isWildcard(held.host) || isWildcard(host)),
  );
}

/** 0 for a name. macOS cuts off long IPv6 addresses. */
function familyOf(host: string): number {
  return host.includes(':') ? 6 : isIP(host);
}
