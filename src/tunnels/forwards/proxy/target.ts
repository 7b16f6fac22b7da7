// Where a client of the proxy may ask to go: anywhere, as long as it is a place.
import { isIPv6, SocketAddress } from 'node:net';
import type { TcpAddress } from '../../util/address';

const longestName = 255;

/** @returns undefined for what is no host or no port; the name itself is looked up at the far end */
export function checkTarget(host: string, port: number): TcpAddress | undefined {
  const isPlain = /^[\x21-\x7e]+$/.test(host) && host.length <= longestName;
  return isPlain && Number.isInteger(port) && port > 0 && port <= 65535
    ? { host: shorten(host), port }
    : undefined;
}

/** As inet_ntop(3) writes it, and so ssh: a server compares it with the text of its PermitOpen. */
function shorten(host: string): string {
  return isIPv6(host) && !host.includes('%')
    ? new SocketAddress({ address: host, family: 'ipv6' }).address
    : host;
}
