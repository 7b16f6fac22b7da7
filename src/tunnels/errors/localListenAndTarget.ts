// Why a forward does not listen, or its target is not reached.
import { formatAddress } from '../util/address';
import type { Address, TcpAddress } from '../util/address';
import type { ErrorFacts, TunnelError } from './errors';
import type { PortHolderFound, TunnelHolder } from './portHolder';
import type { PortRange } from '../config/portHints';
import { failure } from './errors';

const firstUnprivileged = 1024;
/** Characters of a path that a message can take. */
const longestName = 120;

/** It is retried by itself when that tunnel lets go. */
export function heldByTunnel(address: Address, holder: TunnelHolder): TunnelError {
  const what =
    'port' in address ? `Port ${address.port} on this machine` : `The socket ${formatAddress(address)}`;
  const { tunnel, window } = holder;
  const whose = window === undefined ? '' : ` of the window "${window}"`;
  return failure(
    'AddressInUse',
    `${what} is used by the tunnel "${tunnel}"${whose}.`,
    `Stop "${tunnel}", and this forward takes over at once; or pick another ${'port' in address ? 'local port' : 'path'}.`,
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
    `${what} is used ${holderInWords(holder)}.`,
    `Pick another ${'port' in address ? 'local port' : 'path for it'}, or stop that ${isOurs ? 'tunnel' : 'program'}.`,
    undefined,
    facts,
  );
}

function holderInWords(holder: PortHolderFound | undefined): string {
  if (holder === undefined) {
    return 'by another program';
  }
  if (holder === 'another user') {
    return 'by a program of another user';
  }
  return holder.isOurs === true
    ? 'by another tunnel of SSH Tunnels, in this window or in another one'
    : `by "${holder.name}" (process ${holder.pid})`;
}

export function addressNotAvailable(address: TcpAddress): TunnelError {
  return failure(
    'AddressNotAvailable',
    `${address.host} is not an address of this machine, so port ${address.port} cannot be opened on it.`,
    'Pick a bind address that this machine has, or leave it out to be reached from this machine alone.',
    undefined,
    factsOf(address),
  );
}

/** For a cause that has to do with neither the port nor the address. @param code the system's: `EMFILE` */
export function listenImpossible(address: Address, code: string): TunnelError {
  const what =
    'port' in address ? `Port ${address.port} on this machine` : `The socket ${formatAddress(address)}`;
  const isFull = code === 'EMFILE' || code === 'ENFILE';
  return failure(
    'AddressNotAvailable',
    isFull
      ? `${what} can't be opened: too many connections and files are open already.`
      : `${what} can't be opened: the system says ${code}.`,
    isFull
      ? 'Stop what you do not need; or raise the limit of open files (ulimit -n), and start the editor anew.'
      : 'Look into the log, and try again.',
    code,
  );
}

/** @param reserved the range, of those that Windows keeps from all programs, in which the port lies */
export function portPermissionDenied(address: Address, reserved?: PortRange): TunnelError {
  const where = formatAddress(address);
  return reserved
    ? failure(
        'PortPermissionDenied',
        `Windows keeps the ports ${reserved.from} to ${reserved.to} for itself, and so nobody may listen on ${where}.`,
        'Pick a port outside of that range.',
        undefined,
        factsOf(address),
      )
    : failure(
        'PortPermissionDenied',
        isPrivileged(address)
          ? `This user may not listen on ${where}: ports below ${firstUnprivileged} are for administrators.`
          : `This user may not listen on ${where}.`,
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

/** @param what has its name */
export function socketPathTaken(path: string, what: 'file' | 'dead socket'): TunnelError {
  return what === 'file'
    ? failure(
        'AddressInUse',
        `${path} exists already and is no socket, so it is left alone.`,
        'Pick another path for the socket, or remove what is there.',
        undefined,
        { address: path },
      )
    : failure(
        'AddressInUse',
        `The socket ${path} exists, and nothing listens on it. Another program made it, so it is left alone.`,
        `Remove it ("rm ${path}") where nobody needs it, or pick another path.`,
        undefined,
        { address: path },
      );
}

export function socketFolderMissing(path: string): TunnelError {
  return failure(
    'AddressNotAvailable',
    `The socket ${path} cannot be made: there is no folder ${path.replace(/\/[^/]*$/, '') || '/'}.`,
    'Make that folder, or pick another path.',
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
    `This user may not make the socket ${path}.`,
    'Pick a folder that this user may write to.',
    detail,
    { address: path },
  );
}

export function forwardingDisabled(host: string, detail?: string): TunnelError {
  return failure(
    'ForwardingDisabled',
    `${host} does not know or allow this kind of forwarding.`,
    'Ask the administrator for "AllowTcpForwarding yes" in the server\'s sshd_config.',
    detail,
    { host },
  );
}

export function targetNotPermitted(target: string, host: string, detail?: string): TunnelError {
  return failure(
    'TargetNotPermitted',
    `${host} does not permit a forward to ${target}.`,
    'Ask the administrator of the server to permit it: AllowTcpForwarding, DisableForwarding or PermitOpen in its sshd_config forbids it, or the options of your key do.',
    detail,
    { target, host },
  );
}

export function targetRefused(target: string, host: string, detail?: string): TunnelError {
  return failure(
    'TargetRefused',
    `${target}, as ${host} sees it, refused the connection: nothing listens there.`,
    'Check the port of the target, and that the service runs there; SSH itself works.',
    detail,
    { target, host },
  );
}

export function targetNotFound(target: string, host: string, detail?: string): TunnelError {
  return failure(
    'TargetNotFound',
    `${host} cannot find the name in ${target}.`,
    'Check the name on the server, which is where it is looked up; SSH itself works.',
    detail,
    { target, host },
  );
}

export function targetUnreachable(target: string, host: string, detail?: string): TunnelError {
  return failure(
    'TargetUnreachable',
    `${host} cannot reach ${target}.`,
    'Check the network and the firewalls between the server and the target; SSH itself works.',
    detail,
    { target, host },
  );
}

/** OpenSSH does not say which of these it is. */
export function targetSocketUnusable(path: string, host: string, detail?: string): TunnelError {
  return failure(
    'TargetUnreachable',
    `${host} cannot open the socket ${path}: it is not there, nothing listens on it, or it is forbidden.`,
    'Check on the server that the socket exists and that your user may use it, and that AllowStreamLocalForwarding, AllowTcpForwarding and PermitOpen in its sshd_config allow it.',
    detail,
    { target: path, host },
  );
}
