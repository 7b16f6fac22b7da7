// Checks the target that a proxy client asks for. Any valid host and port is allowed.
import { isIPv6, SocketAddress } from 'node:net';
import type { TcpAddress } from '../../util/address';

const longestName = 255;

/** @returns undefined when the host or port is invalid; the name is resolved at the far end */
export function checkTarget(host: string, port: number): TcpAddress | undefined {
  // No name has these. What looks like a user and a password would be repeated in an error.
  const isName = isIPv6(host) || !/[@:/]/.test(host);
  const isPlain = isName && /^[\x21-\x7e]+$/.test(host) && host.length <= longestName;
  return isPlain && Number.isInteger(port) && port > 0 && port <= 65535
    ? { host: shorten(host), port }
    : undefined;
}

/** Writes IPv6 as inet_ntop(3) and ssh do: a server compares it with the text of its PermitOpen. */
function shorten(host: string): string {
  return isIPv6(host) && !host.includes('%')
    ? new SocketAddress({ address: host, family: 'ipv6' }).address
    : host;
}
