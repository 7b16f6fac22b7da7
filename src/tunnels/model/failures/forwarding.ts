// Why a forward does not listen, or its target is not reached.
import { formatAddress } from '../address';
import type { Address } from '../address';
import type { ErrorFacts, TunnelError } from '../errors';
import type { PortHolderFound, TunnelHolder } from '../portHolder';
import type { PortRange } from '../portHints';
import { failure } from './failure';

/** It is retried by itself when that tunnel lets go. */
export function heldByTunnel(address: Address, holder: TunnelHolder): TunnelError {
  const what =
    'port' in address ? `Port ${address.port} on this machine` : `The socket ${formatAddress(address)}`;
  const { tunnel, window } = holder;
  const whose = window === undefined ? '' : ` of the window "${window}"`;
  return failure(
    'AddressInUse',
    `${what} is used by the tunnel "${tunnel}"${whose}.`,
    `Stop "${tunnel}", and this forward takes over at once; or pick another local port.`,
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
    `Pick another local port, or stop that ${isOurs ? 'tunnel' : 'program'}.`,
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

export function addressNotAvailable(address: Address): TunnelError {
  return failure(
    'AddressNotAvailable',
    `${formatAddress(address)} is not an address of this machine.`,
    'Pick a bind address that this machine has, or leave it out for loopback.',
    undefined,
    factsOf(address),
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
        `This user may not listen on ${where}.`,
        'Pick a port of 1024 or above.',
        undefined,
        factsOf(address),
      );
}

function factsOf(address: Address): ErrorFacts {
  return { address: formatAddress(address), ...('port' in address ? { port: address.port } : {}) };
}

/** @param what has its name */
export function socketPathTaken(path: string, what: 'file' | 'dead socket'): TunnelError {
  return what === 'file'
    ? failure(
        'AddressInUse',
        `${path} is a file, and it is left alone.`,
        'Pick another path for the socket, or remove the file.',
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
    `There is no folder for the socket ${path}.`,
    'Make the folder, or pick another path.',
    undefined,
    { address: path },
  );
}

/** @param length in bytes */
export function socketPathTooLong(path: string, length: number): TunnelError {
  return failure(
    'AddressNotAvailable',
    `The path of the socket ${path} is too long: ${length} bytes.`,
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
    'Ask the administrator: AllowTcpForwarding, DisableForwarding, PermitOpen, or the options of your key forbid it.',
    detail,
    { target, host },
  );
}

export function targetRefused(target: string, host: string, detail?: string): TunnelError {
  return failure(
    'TargetRefused',
    `${target} refused the connection from ${host}: nothing listens there.`,
    'SSH is fine. Check the target port, and that the service runs.',
    detail,
    { target, host },
  );
}

export function targetNotFound(target: string, host: string, detail?: string): TunnelError {
  return failure(
    'TargetNotFound',
    `${host} cannot find the name in ${target}.`,
    'SSH is fine. The name is looked up on the server: check it there.',
    detail,
    { target, host },
  );
}

export function targetUnreachable(target: string, host: string, detail?: string): TunnelError {
  return failure(
    'TargetUnreachable',
    `${host} cannot reach ${target}.`,
    'SSH is fine. Check the network and the firewalls between the server and the target.',
    detail,
    { target, host },
  );
}

/** OpenSSH does not say which of these it is. */
export function targetSocketUnusable(path: string, host: string, detail?: string): TunnelError {
  return failure(
    'TargetUnreachable',
    `${host} cannot open the socket ${path}: it is not there, nothing listens on it, or it is forbidden.`,
    'Check on the server that the socket exists and that your user may use it, and AllowStreamLocalForwarding, AllowTcpForwarding and PermitOpen in its sshd_config.',
    detail,
    { target: path, host },
  );
}
