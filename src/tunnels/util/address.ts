// Addresses as OpenSSH writes them: `host:port` with IPv6 in brackets, or the absolute path of a Unix socket.
import { isIP, isIPv4 } from 'node:net';

export interface TcpAddress {
  readonly host: string;
  readonly port: number;
}
export interface SocketPath {
  readonly path: string;
}
/** The bind address of a listener, or the target of a forward. */
export type Address = TcpAddress | SocketPath;
export type BoundAddress = Address;

export function isSocketPath(address: Address): address is SocketPath {
  return 'path' in address;
}

export function formatHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

export function formatAddress(address: Address): string {
  return isSocketPath(address) ? address.path : `${formatHost(address.host)}:${address.port}`;
}

/** Whether only programs on the same machine can connect to it. `127.0.0.999` is a name, which the DNS may know. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (host.startsWith('127.') && isIPv4(host));
}

/** Whether it stands for all addresses of the machine, of one address family or of both. */
export function isWildcard(host: string): boolean {
  return ['0.0.0.0', '::', '*', ''].includes(host);
}

/** Whether a listener that is bound to one address blocks the same port of the other address. */
export function isConflict(bound: string, wanted: string): boolean {
  const isSameFamily = isIP(bound) === isIP(wanted);
  // `::` may include IPv4.
  return bound === wanted || bound === '::' || (isSameFamily && (isWildcard(bound) || isWildcard(wanted)));
}

/** The address for connecting to a listener from the same machine. */
export function dialHost(bind: string | undefined): string {
  switch (bind) {
    case undefined:
    case 'localhost':
    case '':
    case '*':
    case '0.0.0.0':
      return '127.0.0.1';
    case '::':
      return '::1';
    default:
      return bind;
  }
}
