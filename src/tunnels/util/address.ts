// Addresses as OpenSSH writes them: `host:port` with IPv6 in brackets, or the absolute path of a Unix socket.

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

/** Whether an address can be reached from its own machine only. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
