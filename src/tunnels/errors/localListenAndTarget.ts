// Errors when a forward can't listen on this machine, or the server can't connect to its target.
import { formatAddress } from '../util/address';
import type { Address, TcpAddress } from '../util/address';
import type { ErrorFacts, TunnelError } from './errors';
import type { PortHolderFound, TunnelHolder } from './portHolder';
import type { PortRange } from '../config/portHints';
import { failure } from './errors';

const firstUnprivileged = 1024;
/** Characters of a path that fit into a message. */
const longestName = 120;

/** Another tunnel has the port. The forward is retried when that tunnel frees it. */
export function addressUsedByTunnel(address: Address, holder: TunnelHolder): TunnelError {
  const what =
    'port' in address ? `Port ${address.port} on this machine` : `The socket ${formatAddress(address)}`;
  const { tunnel, window } = holder;
  const whose = window === undefined ? '' : ` of the window "${window}"`;
  return failure(
    'AddressInUse',
    `${what} is used by the tunnel "${tunnel}"${whose}.`,
    `Stop "${tunnel}", or pick another ${'port' in address ? 'local port' : 'path'}.`,
    undefined,
    { ...factsOf(address), holder },
  );
}

export function addressInUse(address: Address, holder?: PortHolderFound): TunnelError {
  const what =
    'port' in address ? `Port ${address.port} on this machine` : `The socket ${formatAddress(address)}`;
  const facts = { ...factsOf(address), ...(holder === undefined ? {} : { holder }) };
  const isOurs = typeof holder === 'object' && holder.isOurs === true;
  return failure(
    'AddressInUse',
    `${what} is used ${describeHolder(holder)}.`,
    `Pick another ${'port' in address ? 'local port' : 'path'}, or stop that ${isOurs ? 'tunnel' : 'program'}.`,
    undefined,
    facts,
  );
}

function describeHolder(holder: PortHolderFound | undefined): string {
  if (holder === undefined) {
    return 'by another program';
  }
  if (holder === 'another user') {
    return "by another user's program";
  }
  return holder.isOurs === true
    ? 'by another tunnel, in this window or another one'
    : `by "${holder.name}" (process ${holder.pid})`;
}

export function addressNotAvailable(address: TcpAddress): TunnelError {
  return failure(
    'AddressNotAvailable',
    `${address.host} is not an address of this machine, so port ${address.port} can't be opened on it.`,
    'Pick a bind address that this machine has, or remove it to listen on loopback only.',
    undefined,
    factsOf(address),
  );
}

/** The cause is neither the port nor the address. @param code of the system: `EMFILE` */
export function listenImpossible(address: Address, code: string): TunnelError {
  const what =
    'port' in address ? `Port ${address.port} on this machine` : `The socket ${formatAddress(address)}`;
  const isFull = code === 'EMFILE' || code === 'ENFILE';
  return failure(
    'AddressNotAvailable',
    isFull
      ? `${what} can't be opened: too many files and connections are open.`
      : `${what} can't be opened (system error ${code}).`,
    isFull
      ? "Stop tunnels that you don't need, or raise the limit of open files (ulimit -n) and restart the editor."
      : 'Check the log, then try again.',
    code,
  );
}

/** @param reserved the port range reserved by Windows that contains the port */
export function portPermissionDenied(address: Address, reserved?: PortRange): TunnelError {
  const where = formatAddress(address);
  return reserved
    ? failure(
        'PortPermissionDenied',
        `Windows reserves ports ${reserved.from} to ${reserved.to}, so no program can listen on ${where}.`,
        'Pick a port outside that range.',
        undefined,
        factsOf(address),
      )
    : failure(
        'PortPermissionDenied',
        isPrivileged(address)
          ? `You don't have permission to listen on ${where}: ports below ${firstUnprivileged} are for administrators.`
          : `You don't have permission to listen on ${where}.`,
        isPrivileged(address) ? `Pick a port of ${firstUnprivileged} or above.` : 'Pick another port.',
        undefined,
        factsOf(address),
      );
}

function isPrivileged(address: Address): boolean {
  return 'port' in address && address.port < firstUnprivileged;
}

function factsOf(address: Address): ErrorFacts {
  return { address: formatAddress(address), ...('port' in address ? { port: address.port } : {}) };
}

/** @param what exists at the path */
export function socketPathTaken(path: string, what: 'file' | 'dead socket'): TunnelError {
  return what === 'file'
    ? failure(
        'AddressInUse',
        `${path} already exists and is not a socket, so it was not replaced.`,
        'Pick another path for the socket, or remove that file.',
        undefined,
        { address: path },
      )
    : failure(
        'AddressInUse',
        `The socket ${path} already exists. Nothing listens on it, but another program created it, so it was not replaced.`,
        `Remove it ("rm ${path}") if it isn't needed, or pick another path.`,
        undefined,
        { address: path },
      );
}

export function socketFolderMissing(path: string): TunnelError {
  return failure(
    'AddressNotAvailable',
    `The socket ${path} can't be created: the folder ${path.replace(/\/[^/]*$/, '') || '/'} doesn't exist.`,
    'Create that folder, or pick another path.',
    undefined,
    { address: path },
  );
}

/** @param length in bytes */
export function socketPathTooLong(path: string, length: number): TunnelError {
  return failure(
    'AddressNotAvailable',
    `The path of the socket ${path.length > longestName ? `${path.slice(0, longestName)}…` : path} is too long: ${length} bytes.`,
    'Pick a path of at most 103 bytes.',
    undefined,
    { address: path },
  );
}

export function socketPermissionDenied(path: string, detail: string): TunnelError {
  return failure(
    'PortPermissionDenied',
    `You don't have permission to create the socket ${path}.`,
    'Pick a folder that you can write to.',
    detail,
    { address: path },
  );
}

export function forwardingDisabled(host: string, detail?: string): TunnelError {
  return failure(
    'ForwardingDisabled',
    `${host} does not support or allow this kind of forwarding.`,
    'Ask the administrator for "AllowTcpForwarding yes" in the server\'s sshd_config.',
    detail,
    { host },
  );
}

export function targetNotPermitted(target: string, host: string, detail?: string): TunnelError {
  return failure(
    'TargetNotPermitted',
    `${host} does not permit a forward to ${target}.`,
    'Ask the administrator of the server to permit it: AllowTcpForwarding, DisableForwarding or PermitOpen in its sshd_config forbids it, or the options of your key.',
    detail,
    { target, host },
  );
}

export function targetRefused(target: string, host: string, detail?: string): TunnelError {
  return failure(
    'TargetRefused',
    `${target} refused the connection from ${host}: nothing listens there.`,
    'Check the port of the target, and that the service is running; SSH itself works.',
    detail,
    { target, host },
  );
}

export function targetNotFound(target: string, host: string, detail?: string): TunnelError {
  return failure(
    'TargetNotFound',
    `${host} can't resolve the name in ${target}.`,
    'Check the name, which is resolved on the server; SSH itself works.',
    detail,
    { target, host },
  );
}

export function targetUnreachable(target: string, host: string, detail?: string): TunnelError {
  return failure(
    'TargetUnreachable',
    `${host} can't reach ${target}.`,
    'Check the network and the firewalls between the server and the target; SSH itself works.',
    detail,
    { target, host },
  );
}

/** OpenSSH does not report which of these causes it is. */
export function targetSocketUnusable(path: string, host: string, detail?: string): TunnelError {
  return failure(
    'TargetUnreachable',
    `${host} can't open the socket ${path}: it doesn't exist, nothing listens on it, or it is forbidden.`,
    'Check on the server that the socket exists and that your user can access it, and that AllowStreamLocalForwarding, AllowTcpForwarding and PermitOpen in its sshd_config allow it.',
    detail,
    { target: path, host },
  );
}
