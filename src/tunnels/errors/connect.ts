// Errors of connecting to a server, and of a lost connection.
import { formatAddress } from '../util/address';
import type { TcpAddress } from '../util/address';
import type { ErrorFacts, TunnelError, TunnelErrorCode } from './errors';
import { failure } from './errors';

export function hostNotFound(host: string, detail?: string): TunnelError {
  return failure(
    'HostNotFound',
    `The host name "${host}" could not be resolved.`,
    'Check the spelling, and that your network or VPN is connected; an alias needs a Host block in your ssh_config.',
    detail,
    { host },
  );
}

export function connectionRefused(address: TcpAddress, detail?: string): TunnelError {
  return failure(
    'ConnectionRefused',
    `${formatAddress(address)} refused the connection: no SSH server listens there.`,
    'Check the host and the port, and that the SSH server is running.',
    detail,
    factsOf(address),
  );
}

export function connectTimeout(address: TcpAddress, seconds: number): TunnelError {
  return failure(
    'ConnectTimeout',
    `${formatAddress(address)} did not answer within ${seconds} s.`,
    'Check the host, your network, your VPN and the firewalls in between.',
    undefined,
    factsOf(address),
  );
}

export function handshakeTimeout(address: TcpAddress, seconds: number): TunnelError {
  return failure(
    'ConnectTimeout',
    `${formatAddress(address)} accepted the connection, but did not finish the SSH handshake within ${seconds} s.`,
    'Check that an SSH server listens on that port, and check the firewalls and the VPN in between.',
    undefined,
    factsOf(address),
  );
}

export function loginTimeout(address: TcpAddress, seconds: number): TunnelError {
  return failure(
    'ConnectTimeout',
    `${formatAddress(address)} did not answer the sign-in within ${seconds} s.`,
    "Reconnecting automatically; if it keeps failing, check the server's log.",
    undefined,
    factsOf(address),
  );
}

export function proxyCommandTimeout(host: string, seconds: number): TunnelError {
  return failure(
    'ConnectTimeout',
    `The ProxyCommand for ${host} got no answer from an SSH server within ${seconds} s.`,
    'Run it in a terminal to see what it waits for; it is set in your ssh_config.',
    undefined,
    { host },
  );
}

export function hostUnreachable(address: TcpAddress, detail?: string): TunnelError {
  return failure(
    'HostUnreachable',
    `No route to ${formatAddress(address)}.`,
    'Check that your network and VPN are connected, and that the address is correct.',
    detail,
    factsOf(address),
  );
}

/** @param from BindAddress or BindInterface of ssh_config(5) */
export function bindAddressMissing(from: string, to: TcpAddress, detail?: string): TunnelError {
  return failure(
    'HostUnreachable',
    `Can't connect to ${formatAddress(to)} from ${from} (BindAddress), which is not an address of this machine.`,
    'Correct BindAddress in your ssh_config, or connect the network that has this address.',
    detail,
    factsOf(to),
  );
}

/** The cause may be a firewall's proxy, hosts.deny, or a server that does not speak SSH. */
export function closedAtOnce(address: TcpAddress, detail?: string): TunnelError {
  return failure(
    'ConnectionLost',
    `${formatAddress(address)} accepted the connection, but closed it at once.`,
    "Check that an SSH server listens on that port; if so, its log shows why it rejects this machine's address.",
    detail,
    factsOf(address),
  );
}

export function connectionLost(host: string, detail?: string): TunnelError {
  return failure(
    'ConnectionLost',
    `The connection to ${host} was lost.`,
    'Reconnecting automatically; the log has the details.',
    detail,
    { host },
  );
}

/** The answer to a prompt took longer than LoginGraceTime of sshd_config(5). */
export function answerTooLate(host: string, detail?: string): TunnelError {
  return failure(
    'ConnectionLost',
    `${host} closed the connection while it waited for your answer (LoginGraceTime).`,
    'Start the tunnel again and answer sooner.',
    detail,
    { host },
  );
}

export function keepAliveTimeout(host: string, seconds: number): TunnelError {
  return failure(
    'KeepAliveTimeout',
    `${host} did not respond for ${seconds} s, so the connection was closed.`,
    'Reconnecting automatically as soon as the server can be reached.',
    undefined,
    { host },
  );
}

export function serverBusy(host: string, detail?: string): TunnelError {
  return failure(
    'ServerBusy',
    `${host} has too many pending sign-ins and accepts no more for now (MaxStartups).`,
    'Reconnecting automatically.',
    detail,
    { host },
  );
}

export function addressPenalised(host: string, detail?: string): TunnelError {
  return failure(
    'AddressPenalised',
    `${host} blocks this machine's address for a while after failed sign-ins (PerSourcePenalties).`,
    'Wait a few minutes, fix what made the sign-ins fail, and start the tunnel again.',
    detail,
    { host },
  );
}

export function notAnSshServer(address: TcpAddress, detail?: string): TunnelError {
  return failure(
    'NotAnSshServer',
    `The service at ${formatAddress(address)} is not an SSH server.`,
    'Check the host and the port; SSH servers usually listen on port 22.',
    detail,
    factsOf(address),
  );
}

/**
 * The server speaks SSH, but violates the protocol. No retry: it is broken or malicious.
 * @param what the server did, a verb phrase: "sent more data on a channel than allowed"
 */
export function protocolBroken(host: string, what: string, detail?: string): TunnelError {
  return failure(
    'NotAnSshServer',
    `The connection to ${host} was closed because the server violates the SSH protocol: it ${what}.`,
    'Check that this is the right server and that it works with ssh, then start the tunnel again.',
    detail,
    { host },
  );
}

/**
 * @param jump the jump host before `host`
 * @param why the jump host could not connect to it
 */
export function proxyFailed(host: string, jump: string, why: TunnelError): TunnelError {
  const [reason, nextStep] = proxyFailureWords(why.code);
  return failure(
    'ProxyFailed',
    `${host} can't be reached through the jump host ${jump}, which ${reason}.`,
    nextStep,
    why.detail ?? why.message,
    { host },
  );
}

function proxyFailureWords(code: TunnelErrorCode): readonly [reason: string, nextStep: string] {
  switch (code) {
    case 'TargetNotPermitted':
    case 'ForwardingDisabled':
      return [
        'does not permit this connection (AllowTcpForwarding, PermitOpen)',
        'Ask the administrator of the jump host for "AllowTcpForwarding yes" in its sshd_config.',
      ];
    case 'TargetRefused':
      return [
        'got "connection refused": no SSH server listens there',
        'Check the host and the port as seen from the jump host, and that the SSH server is running.',
      ];
    case 'TargetNotFound':
      return [
        "can't resolve that name",
        'Check that the jump host resolves the name, or use the address instead.',
      ];
    case 'TargetUnreachable':
      return [
        'has no route to it',
        'Check the network and the firewalls between the jump host and the server.',
      ];
    default:
      return [
        'closed the connection',
        'Try the same with ssh in a terminal, and check the log for the answer of the jump host.',
      ];
  }
}

/** @param end how it ended: `exit code 1` */
export function proxyCommandFailed(host: string, end: string, detail?: string): TunnelError {
  return failure(
    'ProxyFailed',
    `The ProxyCommand for ${host} ended (${end})${detail ? `: ${detail.replace(/\.$/, '')}` : ''}.`,
    'Run it in a terminal to see why; it is set in your ssh_config.',
    detail,
    { host },
  );
}

export function proxyFdpassUnsupported(host: string): TunnelError {
  return failure(
    'InvalidDefinition',
    `ProxyUseFdpass, which your ssh_config sets for ${host}, is not supported.`,
    'Remove ProxyUseFdpass, and use a ProxyCommand that passes the data through its standard input and output.',
    undefined,
    { host },
  );
}

/** @param what the token and its value: `%h ("a;b")` */
export function proxyCommandUnsafe(host: string, what: string): TunnelError {
  return failure(
    'InvalidDefinition',
    `The ProxyCommand for ${host} was not run: ${what} contains a character that has a meaning in a shell.`,
    'Add a Host block with plain names to your ssh_config, or use ProxyJump.',
    undefined,
    { host },
  );
}

function factsOf({ host, port }: TcpAddress): ErrorFacts {
  return { host, port };
}
