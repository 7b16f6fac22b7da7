// One factory for each error code: the sentence that names the thing at fault, and the next step.
import { formatAddress } from './address';
import type { Address, TcpAddress } from './address';
import type { TunnelError, TunnelErrorCode } from './errors';

function failure(code: TunnelErrorCode, message: string, nextStep: string, detail?: string): TunnelError {
  return { code, message, nextStep, ...(detail ? { detail } : {}) };
}

/** A process that holds a port of this machine. */
export interface PortHolder {
  readonly name: string;
  readonly pid: number;
  /** The tunnel host itself. */
  readonly isOurs?: boolean;
}

// — Reaching the server ———————————————————————————————————————————————————————

export function hostNotFound(host: string, detail?: string): TunnelError {
  return failure(
    'HostNotFound',
    `The name "${host}" could not be found.`,
    'Check the spelling, the network or the VPN; an alias is looked up in your ssh_config.',
    detail,
  );
}

export function connectionRefused(address: TcpAddress, detail?: string): TunnelError {
  return failure(
    'ConnectionRefused',
    `${formatAddress(address)} refused the connection: no SSH server listens there.`,
    'Check the host and the port, and that the SSH server runs.',
    detail,
  );
}

export function connectTimeout(address: TcpAddress, seconds: number, what = 'did not answer'): TunnelError {
  return failure(
    'ConnectTimeout',
    `${formatAddress(address)} ${what} within ${seconds} s.`,
    'Check the network, the VPN and the firewalls between here and there.',
  );
}

export function hostUnreachable(address: TcpAddress, detail?: string): TunnelError {
  return failure(
    'HostUnreachable',
    `There is no way from this machine to ${formatAddress(address)}.`,
    'Check the network and the VPN.',
    detail,
  );
}

export function connectionLost(host: string, detail?: string): TunnelError {
  return failure(
    'ConnectionLost',
    `The connection to ${host} was lost.`,
    'Nothing to do: it is made again by itself. The log has the details.',
    detail,
  );
}

export function keepAliveTimeout(host: string, seconds: number): TunnelError {
  return failure(
    'KeepAliveTimeout',
    `${host} has been silent for ${seconds} s.`,
    'Nothing to do: the connection is made again by itself.',
  );
}

export function serverBusy(host: string, detail?: string): TunnelError {
  return failure(
    'ServerBusy',
    `${host} has too many logins under way (MaxStartups).`,
    'Nothing to do: it is tried again by itself.',
    detail,
  );
}

export function addressPenalised(host: string, detail?: string): TunnelError {
  return failure(
    'AddressPenalised',
    `${host} refuses this machine's address for a while, after failed logins (PerSourcePenalties).`,
    'Wait a few minutes, mend what failed, and start the tunnel again.',
    detail,
  );
}

export function notAnSshServer(address: TcpAddress, detail?: string): TunnelError {
  return failure(
    'NotAnSshServer',
    `What answers at ${formatAddress(address)} is not an SSH server.`,
    'Check the host and the port.',
    detail,
  );
}

export function proxyFailed(host: string, detail?: string): TunnelError {
  return failure(
    'ProxyFailed',
    `${host} could not be reached through its jump host.`,
    'Try the same with ssh in a terminal; the log has what the jump host said.',
    detail,
  );
}

/** @param end how it ended: `exit code 1`, say */
export function proxyCommandFailed(host: string, end: string, detail?: string): TunnelError {
  return failure(
    'ProxyFailed',
    `The ProxyCommand for ${host} ended (${end})${detail ? `: ${detail}` : '.'}`,
    'Run the command in a terminal; it comes from your ssh_config.',
    detail,
  );
}

export function proxyFdpassUnsupported(host: string): TunnelError {
  return failure(
    'InvalidDefinition',
    `The ssh_config of ${host} says ProxyUseFdpass, and a socket can't be taken over here.`,
    'Let the ProxyCommand carry the bytes itself, without ProxyUseFdpass.',
  );
}

/** @param what the token and its value */
export function proxyCommandUnsafe(host: string, what: string): TunnelError {
  return failure(
    'InvalidDefinition',
    `The ProxyCommand for ${host} is not run: ${what} holds a character that a shell would read.`,
    'Give the host a Host block in your ssh_config with plain names, or use ProxyJump.',
  );
}

/** @param lists what either side would take, where that is known */
export function noCommonAlgorithm(host: string, detail?: string, lists?: string): TunnelError {
  return failure(
    'NoCommonAlgorithm',
    `${host} and this machine have no algorithm in common${lists === undefined ? '.' : `: ${lists}.`}`,
    'Allow one more on the server, or in your ssh_config.',
    detail,
  );
}

/** @param keyword of ssh_config(5) */
export function algorithmsNotSupported(host: string, keyword: string, names: readonly string[]): TunnelError {
  return failure(
    'NoCommonAlgorithm',
    `${keyword} for ${host} allows nothing that can be used here: ${names.join(', ')}.`,
    `Allow one more in ${keyword} of your ssh_config.`,
  );
}

// — Host keys —————————————————————————————————————————————————————————————————

/** A key as people compare it. */
export interface KeyFacts {
  readonly type: string;
  /** `SHA256:…` */
  readonly fingerprint: string;
}

export function hostKeyUnknown(host: string, key: KeyFacts): TunnelError {
  return failure(
    'HostKeyUnknown',
    `The host key of ${host} is not known yet: ${key.type} ${key.fingerprint}.`,
    'Compare the fingerprint with the one your administrator gave you, then answer the question.',
  );
}

export function hostKeyChanged(
  host: string,
  offered: KeyFacts,
  known: (KeyFacts & { readonly file: string; readonly line: number }) | undefined,
): TunnelError {
  const place = known ? ` ${known.file}, line ${known.line}, has ${known.type} ${known.fingerprint}.` : '';
  return failure(
    'HostKeyChanged',
    `The host key of ${host} is not the one that is known: it offers ${offered.type} ${offered.fingerprint}.${place}`,
    'Somebody may be listening in. Ask your administrator whether the key was replaced; only then remove that line.',
  );
}

/** @param line undefined: the file has no lines */
export function hostKeyRevoked(
  host: string,
  key: KeyFacts,
  file: string,
  line: number | undefined,
): TunnelError {
  const place = line === undefined ? file : `${file}, line ${line}`;
  return failure(
    'HostKeyRevoked',
    `The host key of ${host}, ${key.type} ${key.fingerprint}, is marked as revoked in ${place}.`,
    'Do not connect; ask your administrator for the new key.',
  );
}

// — Authentication ————————————————————————————————————————————————————————————

export function authenticationFailed(who: string, tried: readonly string[], detail?: string): TunnelError {
  const list = tried.length > 0 ? `Tried: ${tried.join(', ')}.` : 'There was nothing to try.';
  return failure(
    'AuthenticationFailed',
    `${who} was not let in. ${list}`,
    'Check the user name, and that the server knows one of your keys (ssh-copy-id).',
    detail,
  );
}

export function tooManyAuthenticationFailures(who: string, tried: readonly string[]): TunnelError {
  return failure(
    'TooManyAuthenticationFailures',
    `The server ended the login of ${who} after too many keys. Tried: ${tried.join(', ')}.`,
    'Name the right key with IdentityFile and set IdentitiesOnly yes for this host in your ssh_config.',
  );
}

export function authenticationCancelled(who: string, what: string): TunnelError {
  return failure(
    'AuthenticationCancelled',
    `The login of ${who} needs ${what}.`,
    'Start the tunnel again, or choose Answer…, to be asked.',
  );
}

/** @param why a clause: "it is damaged" */
export function keyUnreadable(file: string, why: string, nextStep: string): TunnelError {
  return failure('KeyUnreadable', `The key ${file} cannot be used: ${why}.`, nextStep);
}

/** @param why a clause, as above */
export function keyUnsupported(file: string, why: string, nextStep: string): TunnelError {
  return failure('KeyUnsupported', `The key ${file} cannot be used: ${why}.`, nextStep);
}

export function agentUnavailable(path: string, detail?: string): TunnelError {
  return failure(
    'AgentUnavailable',
    `The SSH agent at ${path} does not answer, and there was no other key to try.`,
    'Start the agent, or correct IdentityAgent in your ssh_config.',
    detail,
  );
}

export function passwordExpired(who: string, detail?: string): TunnelError {
  return failure(
    'AuthenticationFailed',
    `The password of ${who} is right but has expired: the server wants a new one before it lets you in.`,
    'Log in with ssh in a terminal, change the password there, then start the tunnel again.',
    detail,
  );
}

/** It was stopped while it started. Of the fixed codes this is the nearest. */
export function startCancelled(): TunnelError {
  return failure(
    'AuthenticationCancelled',
    'The tunnel was stopped before it was up.',
    'Start it again when you need it.',
  );
}

// — Listening and dialling ———————————————————————————————————————————————————

export function addressInUse(address: Address, holder?: PortHolder): TunnelError {
  const what =
    'port' in address ? `Port ${address.port} on this machine` : `The socket ${formatAddress(address)}`;
  if (holder?.isOurs === true) {
    return failure(
      'AddressInUse',
      `${what} is used by another tunnel of SSH Tunnels, in this window or in another one.`,
      'Pick another local port, or stop that tunnel.',
    );
  }
  return failure(
    'AddressInUse',
    holder
      ? `${what} is used by "${holder.name}" (process ${holder.pid}).`
      : `${what} is used by another program.`,
    'Pick another local port, or stop that program.',
  );
}

export function addressNotAvailable(address: Address): TunnelError {
  return failure(
    'AddressNotAvailable',
    `${formatAddress(address)} is not an address of this machine.`,
    'Pick a bind address that this machine has, or leave it out for loopback.',
  );
}

export function portPermissionDenied(address: Address): TunnelError {
  return failure(
    'PortPermissionDenied',
    `This user may not listen on ${formatAddress(address)}.`,
    'Pick a port of 1024 or above.',
  );
}

export function forwardingDisabled(host: string, detail?: string): TunnelError {
  return failure(
    'ForwardingDisabled',
    `${host} does not know or allow this kind of forwarding.`,
    'Ask the administrator for "AllowTcpForwarding yes" in the server\'s sshd_config.',
    detail,
  );
}

export function targetNotPermitted(target: string, host: string, detail?: string): TunnelError {
  return failure(
    'TargetNotPermitted',
    `${host} does not permit a forward to ${target}.`,
    'Ask the administrator: AllowTcpForwarding, PermitOpen, or the restrictions of your key forbid it.',
    detail,
  );
}

export function targetRefused(target: string, host: string, detail?: string): TunnelError {
  return failure(
    'TargetRefused',
    `${target} refused the connection from ${host}: nothing listens there.`,
    'SSH is fine. Check the target port, and that the service runs.',
    detail,
  );
}

export function targetNotFound(target: string, host: string, detail?: string): TunnelError {
  return failure(
    'TargetNotFound',
    `${host} cannot find the name in ${target}.`,
    'SSH is fine. The name is looked up on the server: check it there.',
    detail,
  );
}

export function targetUnreachable(target: string, host: string, detail?: string): TunnelError {
  return failure(
    'TargetUnreachable',
    `${host} cannot reach ${target}.`,
    'SSH is fine. Check the network and the firewalls between the server and the target.',
    detail,
  );
}

// — Before any of it —————————————————————————————————————————————————————————

export function invalidDefinition(message: string, nextStep: string, detail?: string): TunnelError {
  return failure('InvalidDefinition', message, nextStep, detail);
}

export function consentNeeded(name: string, changed: boolean): TunnelError {
  return failure(
    'ConsentNeeded',
    changed
      ? `What "${name}" would open has changed since you allowed it.`
      : `You have not yet allowed "${name}" to open its ports.`,
    'Review what it opens, and allow it.',
  );
}

export function workspaceUntrusted(name: string): TunnelError {
  return failure(
    'WorkspaceUntrusted',
    `"${name}" comes from a workspace that you have not trusted.`,
    'Trust the workspace (Workspaces: Manage Workspace Trust), then start it.',
  );
}

export function tunnelHostLost(detail?: string): TunnelError {
  return failure(
    'TunnelHostLost',
    'The process that runs the tunnels ended, or could not be started.',
    'Nothing to do: it is started again by itself. The log has the details.',
    detail,
  );
}
