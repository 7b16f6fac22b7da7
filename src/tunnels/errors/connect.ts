// Why a server can't be reached, or is lost.
import { formatAddress } from '../util/address';
import type { TcpAddress } from '../util/address';
import type { ErrorFacts, TunnelError, TunnelErrorCode } from './errors';
import { failure } from './errors';

export function hostNotFound(host: string, detail?: string): TunnelError {
  return failure(
    'HostNotFound',
    `The name "${host}" could not be found.`,
    'Check the spelling, and that the network or the VPN that knows this name is connected; an alias needs a Host block in your ssh_config.',
    detail,
    { host },
  );
}

export function connectionRefused(address: TcpAddress, detail?: string): TunnelError {
  return failure(
    'ConnectionRefused',
    `${formatAddress(address)} refused the connection: no SSH server listens there.`,
    'Check the host and the port, and that the SSH server runs there.',
    detail,
    factsOf(address),
  );
}

export function connectTimeout(address: TcpAddress, seconds: number): TunnelError {
  return failure(
    'ConnectTimeout',
    `${formatAddress(address)} did not answer within ${seconds} s.`,
    'Check the host, the network, the VPN and the firewalls between here and there.',
    undefined,
    factsOf(address),
  );
}

export function handshakeTimeout(address: TcpAddress, seconds: number): TunnelError {
  return failure(
    'ConnectTimeout',
    `${formatAddress(address)} accepted the connection, but did not finish the SSH handshake within ${seconds} s.`,
    'Check that an SSH server listens on that port, and what firewall or VPN stands between here and there.',
    undefined,
    factsOf(address),
  );
}

export function loginTimeout(address: TcpAddress, seconds: number): TunnelError {
  return failure(
    'ConnectTimeout',
    `${formatAddress(address)} did not answer the login within ${seconds} s.`,
    "Wait, as it is tried again by itself; if it stays so, look into the server's log.",
    undefined,
    factsOf(address),
  );
}

export function proxyCommandTimeout(host: string, seconds: number): TunnelError {
  return failure(
    'ConnectTimeout',
    `The ProxyCommand for ${host} brought no answer of an SSH server within ${seconds} s.`,
    'Run it in a terminal to see what it waits for; it comes from your ssh_config.',
    undefined,
    { host },
  );
}

export function hostUnreachable(address: TcpAddress, detail?: string): TunnelError {
  return failure(
    'HostUnreachable',
    `There is no way from this machine to ${formatAddress(address)}.`,
    'Check that the network and the VPN are connected, and that the address is right.',
    detail,
    factsOf(address),
  );
}

/** @param from BindAddress or BindInterface of ssh_config(5) */
export function bindAddressMissing(from: string, to: TcpAddress, detail?: string): TunnelError {
  return failure(
    'HostUnreachable',
    `${formatAddress(to)} is to be reached from ${from} (BindAddress), which is not an address of this machine.`,
    'Correct BindAddress in your ssh_config, or connect the network that has this address.',
    detail,
    factsOf(to),
  );
}

/** It may be refused by a firewall's helper or by hosts.deny, or be no SSH server at all. */
export function closedAtOnce(address: TcpAddress, detail?: string): TunnelError {
  return failure(
    'ConnectionLost',
    `${formatAddress(address)} took the connection, and closed it without a word.`,
    "Check that an SSH server listens on that port; if one does, see in its log why it turns this machine's address away.",
    detail,
    factsOf(address),
  );
}

export function connectionLost(host: string, detail?: string): TunnelError {
  return failure(
    'ConnectionLost',
    `The connection to ${host} was lost.`,
    'Wait: it is made again by itself, and the log has the details.',
    detail,
    { host },
  );
}

/** A person took longer than LoginGraceTime of sshd_config(5). */
export function answerTooLate(host: string, detail?: string): TunnelError {
  return failure(
    'ConnectionLost',
    `${host} hung up while it waited for your answer (LoginGraceTime).`,
    'Start the tunnel again, and answer sooner.',
    detail,
    { host },
  );
}

export function keepAliveTimeout(host: string, seconds: number): TunnelError {
  return failure(
    'KeepAliveTimeout',
    `${host} has been silent for ${seconds} s, so the connection was given up.`,
    'Wait: the connection is made again by itself as soon as there is a way to the server.',
    undefined,
    { host },
  );
}

export function serverBusy(host: string, detail?: string): TunnelError {
  return failure(
    'ServerBusy',
    `${host} has too many logins under way, and takes no more just now (MaxStartups).`,
    'Wait: it is tried again by itself.',
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
    'Check the host and the port: an SSH server, as a rule, listens on port 22.',
    detail,
    factsOf(address),
  );
}

/**
 * It speaks SSH, and breaks its rules: it is not tried again, since it is broken or means harm.
 * @param what it did: "sent more than it may"
 */
export function protocolBroken(host: string, what: string, detail?: string): TunnelError {
  return failure(
    'NotAnSshServer',
    `The connection to ${host} was ended, for the server does not keep to the SSH protocol: it ${what}.`,
    'Check that this is the server you mean, and that it is in order, then start the tunnel again.',
    detail,
    { host },
  );
}

/**
 * @param jump the host before
 * @param why it could not open the connection
 */
export function proxyFailed(host: string, jump: string, why: TunnelError): TunnelError {
  const [reason, nextStep] = whyNoWay(why.code);
  return failure(
    'ProxyFailed',
    `${host} could not be reached through the jump host ${jump}, which ${reason}.`,
    nextStep,
    why.detail ?? why.message,
    { host },
  );
}

function whyNoWay(code: TunnelErrorCode): readonly [reason: string, nextStep: string] {
  switch (code) {
    case 'TargetNotPermitted':
    case 'ForwardingDisabled':
      return [
        'does not let anybody through to there (AllowTcpForwarding, PermitOpen)',
        'Ask the administrator of the jump host for "AllowTcpForwarding yes" in its sshd_config.',
      ];
    case 'TargetRefused':
      return [
        'was refused: no SSH server listens there',
        'Check the host and the port as the jump host sees them, and that the SSH server runs there.',
      ];
    case 'TargetNotFound':
      return [
        'does not know that name',
        'Check the name on the jump host, which is where it is looked up, or write the address instead.',
      ];
    case 'TargetUnreachable':
      return [
        'has no way to there',
        'Check the network and the firewalls between the jump host and the server.',
      ];
    default:
      return [
        'ended the connection',
        'Try the same with ssh in a terminal, and see in the log what the jump host said.',
      ];
  }
}

/** @param end how it ended: `exit code 1`, say */
export function proxyCommandFailed(host: string, end: string, detail?: string): TunnelError {
  return failure(
    'ProxyFailed',
    `The ProxyCommand for ${host} ended (${end})${detail ? `: ${detail.replace(/\.$/, '')}` : ''}.`,
    'Run it in a terminal to see why; it comes from your ssh_config.',
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

function factsOf({ host, port }: TcpAddress): ErrorFacts {
  return { host, port };
}
