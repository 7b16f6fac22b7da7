// Addresses as OpenSSH writes them: `host:port` with IPv6 in brackets, or the absolute path of a Unix socket.
import { BlockList, isIP, isIPv4 } from 'node:net';

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

/** Where a server was looked for. */
export interface ServerAddress extends TcpAddress {
  /** What the user calls it: an alias of ssh_config, or a host name. */
  readonly name?: string;
}

/** `bastion (192.0.2.7:22)`: an address that the user never typed comes after the name. */
export function formatServer({ name, ...address }: ServerAddress): string {
  return name === undefined || name === address.host
    ? formatAddress(address)
    : `${name} (${formatAddress(address)})`;
}

/** Whether only programs on the same machine can connect to it. `127.0.0.999` is a name, which the DNS may know. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (host.startsWith('127.') && isIPv4(host));
}

/** RFC 1918, RFC 3927, RFC 4193 and RFC 4291 §2.5.6. */
const localNetworks = new BlockList();
for (const [network, bits] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
] as const) {
  localNetworks.addSubnet(network, bits, 'ipv4');
}
localNetworks.addSubnet('fc00::', 7, 'ipv6');
localNetworks.addSubnet('fe80::', 10, 'ipv6');

/** Whether it is an address of a private network or a link-local one, or a name that is asked for on the link (RFC 6762). */
export function isOfLocalNetwork(host: string): boolean {
  const [address = '', ...scope] = host.split('%');
  const version = isIP(address);
  return version === 0
    ? scope.length === 0 && /\.local\.?$/i.test(host)
    : localNetworks.check(address, version === 4 ? 'ipv4' : 'ipv6');
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
