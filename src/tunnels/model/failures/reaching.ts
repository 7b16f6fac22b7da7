// Why a server can't be reached, or is lost.
import { formatAddress } from '../address';
import type { TcpAddress } from '../address';
import type { ErrorFacts, TunnelError } from '../errors';
import { failure } from './failure';

export function hostNotFound(host: string, detail?: string): TunnelError {
  return failure(
    'HostNotFound',
    `The name "${host}" could not be found.`,
    'Check the spelling, the network or the VPN; an alias is looked up in your ssh_config.',
    detail,
    { host },
  );
}

export function connectionRefused(address: TcpAddress, detail?: string): TunnelError {
  return failure(
    'ConnectionRefused',
    `${formatAddress(address)} refused the connection: no SSH server listens there.`,
    'Check the host and the port, and that the SSH server runs.',
    detail,
    factsOf(address),
  );
}

export function connectTimeout(address: TcpAddress, seconds: number, what = 'did not answer'): TunnelError {
  return failure(
    'ConnectTimeout',
    `${formatAddress(address)} ${what} within ${seconds} s.`,
    'Check the network, the VPN and the firewalls between here and there.',
    undefined,
    factsOf(address),
  );
}

export function hostUnreachable(address: TcpAddress, detail?: string): TunnelError {
  return failure(
    'HostUnreachable',
    `There is no way from this machine to ${formatAddress(address)}.`,
    'Check the network and the VPN.',
    detail,
    factsOf(address),
  );
}

export function connectionLost(host: string, detail?: string): TunnelError {
  return failure(
    'ConnectionLost',
    `The connection to ${host} was lost.`,
    'Nothing to do: it is made again by itself. The log has the details.',
    detail,
    { host },
  );
}

export function keepAliveTimeout(host: string, seconds: number): TunnelError {
  return failure(
    'KeepAliveTimeout',
    `${host} has been silent for ${seconds} s.`,
    'Nothing to do: the connection is made again by itself.',
    undefined,
    { host },
  );
}

export function serverBusy(host: string, detail?: string): TunnelError {
  return failure(
    'ServerBusy',
    `${host} has too many logins under way (MaxStartups).`,
    'Nothing to do: it is tried again by itself.',
    detail,
    { host },
  );
}

export function addressPenalised(host: string, detail?: string): TunnelError {
  return failure(
    'AddressPenalised',
    `${host} refuses this machine's address for a while, after failed logins (PerSourcePenalties).`,
    'Wait a few minutes, mend what failed, and start the tunnel again.',
    detail,
    { host },
  );
}

export function notAnSshServer(address: TcpAddress, detail?: string): TunnelError {
  return failure(
    'NotAnSshServer',
    `What answers at ${formatAddress(address)} is not an SSH server.`,
    'Check the host and the port.',
    detail,
    factsOf(address),
  );
}

export function proxyFailed(host: string, detail?: string): TunnelError {
  return failure(
    'ProxyFailed',
    `${host} could not be reached through its jump host.`,
    'Try the same with ssh in a terminal; the log has what the jump host said.',
    detail,
    { host },
  );
}

/** @param end how it ended: `exit code 1`, say */
export function proxyCommandFailed(host: string, end: string, detail?: string): TunnelError {
  return failure(
    'ProxyFailed',
    `The ProxyCommand for ${host} ended (${end})${detail ? `: ${detail}` : '.'}`,
    'Run the command in a terminal; it comes from your ssh_config.',
    detail,
    { host },
  );
}

export function proxyFdpassUnsupported(host: string): TunnelError {
  return failure(
    'InvalidDefinition',
    `The ssh_config of ${host} says ProxyUseFdpass, and a socket can't be taken over here.`,
    'Let the ProxyCommand carry the bytes itself, without ProxyUseFdpass.',
    undefined,
    { host },
  );
}

/** @param what the token and its value */
export function proxyCommandUnsafe(host: string, what: string): TunnelError {
  return failure(
    'InvalidDefinition',
    `The ProxyCommand for ${host} is not run: ${what} holds a character that a shell would read.`,
    'Give the host a Host block in your ssh_config with plain names, or use ProxyJump.',
    undefined,
    { host },
  );
}

/** @param lists what either side would take, where that is known */
export function noCommonAlgorithm(host: string, detail?: string, lists?: string): TunnelError {
  return failure(
    'NoCommonAlgorithm',
    `${host} and this machine have no algorithm in common${lists === undefined ? '.' : `: ${lists}.`}`,
    'Allow one more on the server, or in your ssh_config.',
    detail,
    { host },
  );
}

/** @param keyword of ssh_config(5) */
export function algorithmsNotSupported(host: string, keyword: string, names: readonly string[]): TunnelError {
  return failure(
    'NoCommonAlgorithm',
    `${keyword} for ${host} allows nothing that can be used here: ${names.join(', ')}.`,
    `Allow one more in ${keyword} of your ssh_config.`,
    undefined,
    { host },
  );
}

function factsOf({ host, port }: TcpAddress): ErrorFacts {
  return { host, port };
}
