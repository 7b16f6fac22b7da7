// Where a client of the proxy may ask to go: anywhere, as long as it is a place.
import type { TcpAddress } from '../../model/address';

const longestName = 255;

/** @returns undefined for what is no host or no port; the name itself is looked up at the far end */
export function checkTarget(host: string, port: number): TcpAddress | undefined {
  const isPlain = /^[\x21-\x7e]+$/.test(host) && host.length <= longestName;
  return isPlain && Number.isInteger(port) && port > 0 && port <= 65535 ? { host, port } : undefined;
}
