// Reads what ssh2 and servers say in words, and makes typed errors and facts of it. Nothing else reads such words.
import { isSocketPath } from '../../util/address';
import type { Address, TcpAddress } from '../../util/address';
import { TunnelFailure } from '../../errors/errors';
import type { TunnelError } from '../../errors/errors';
import {
  forwardingDisabled,
  remoteForwardingDisabled,
  remoteListenNotPermitted,
} from '../../errors/forwards/forwardingDisabled';
import { noCommonAlgorithm } from '../../errors/ssh/algorithms';
import {
  addressPenalised,
  notAnSshServer,
  programRefused,
  protocolBroken,
  serverBusy,
} from '../../errors/ssh/sshHandshake';
import { closedAtOnce, connectionLost, endedByServer } from '../../errors/ssh/connectionLost';
import { remoteListenRefused } from '../../errors/forwards/remoteListen';
import {
  targetNotFound,
  targetNotPermitted,
  targetRefused,
  targetSocketUnusable,
  targetUnreachable,
} from '../../errors/forwards/target';
import type { UnreachableCause } from '../../errors/forwards/target';
import { x11Disabled, xauthMissingThere } from '../../errors/forwards/x11';
import type { Listen } from '../../config/forward';
import { explainLoginEnd } from './explainLoginEnd';
import type { EndedLogin } from './explainLoginEnd';
import type { DisconnectMessage } from '../peer/disconnectMessage';
import { explainMismatch } from '../transport/algorithms';
import type { Offers } from '../transport/ssh2Internals';
import { readable } from '../../util/untrustedText';
import type { HostConfig } from '../config/hostConfig';

/** The facts about a connection that has ended, whether it was established or not. */
export interface EndedConnection {
  readonly host: Pick<HostConfig, 'hostName' | 'port'>;
  readonly who: string;
  /** The first error. Later ones are its consequences. */
  readonly raw: Error | undefined;
  /** The text that the peer sent before its SSH identification, if any (RFC 4253 §4.2). */
  readonly greeting: string;
  readonly identified: boolean;
  /** The last lists that were compared in the key exchange. */
  readonly offers?: Offers | undefined;
  readonly disconnect: DisconnectMessage | undefined;
  /** undefined: the connection was up. */
  readonly login: Pick<EndedLogin, 'isJumpLost' | 'progress'> | undefined;
}

export function explainEnd(ended: EndedConnection): TunnelError {
  const { raw, host, who, disconnect, login } = ended;
  // A ProxyCommand ends with the server's connection.
  if (raw instanceof TunnelFailure && !(raw.code === 'ProxyFailed' && ended.identified && login)) {
    return raw.error;
  }
  const text = raw ? readableMessage(raw) : '';
  if (!ended.identified) {
    return explainEarlyEnd(ended);
  }
  if (/^output length exceeded/i.test(text)) {
    return protocolBroken(host.hostName, 'sent a message that is far too long after decompression');
  }
  if (/no matching/i.test(text) && disconnect === undefined) {
    const { offers } = ended;
    const theirs = readable(offers?.remote ?? '') || 'none';
    return noCommonAlgorithm(
      host.hostName,
      offers ? `${text}: the server offers ${theirs}, this machine offers ${offers.local}` : text,
      offers && explainMismatch(offers),
    );
  }
  if (login) {
    return explainLoginEnd({ hostName: host.hostName, who, raw, text, disconnect, ...login });
  }
  const words = disconnect?.text ?? '';
  return words === '' ? connectionLost(host.hostName, text) : endedByServer(host.hostName, words);
}

/** Internal errors of ssh2 are of no use to the user, and a text of the server may be long. */
function readableMessage(raw: Error): string {
  const isInternal =
    raw instanceof TypeError || raw instanceof RangeError || /undefined|NaN/.test(raw.message);
  return isInternal ? 'the server sent a message that could not be read' : readable(raw.message);
}

/** Explains an end before the SSH identification of the peer. */
function explainEarlyEnd({ raw, host, greeting }: EndedConnection): TunnelError {
  const address = { host: host.hostName, port: host.port };
  if (/exceeded maxstartups/i.test(greeting)) {
    return serverBusy(host.hostName, greeting);
  }
  if (/not allowed at this time/i.test(greeting)) {
    return addressPenalised(host.hostName, greeting);
  }
  return greeting === ''
    ? closedAtOnce(address, raw?.message ?? 'closed before the SSH identification')
    : notAnSshServer(address, greeting);
}

interface OpenFailure extends Error {
  /** RFC 4254 §5.1. */
  readonly reason?: number | string;
}

/**
 * Explains why the server didn't open a connection to a target.
 * @param forbidden why it opens none at all, as far as known
 */
export function explainOpenFailure(
  error: OpenFailure,
  to: Address,
  host: string,
  forbidden?: TunnelError,
): TunnelError {
  const text = readable(error.message.replace(/^\(SSH\) Channel open failure: /, ''));
  switch (error.reason) {
    case 1:
      return forbidden ?? targetNotPermitted(to, host, text);
    case 2:
      return isSocketPath(to)
        ? targetSocketUnusable(to, { host }, text)
        : explainConnectFailed(text, to, host);
    case 3:
      return forwardingDisabled(host, text);
    default:
      return connectionLost(host, text);
  }
}

/** @param text the server's strerror(3) or gai_strerror(3), as OpenSSH sends it (channels.c) */
function explainConnectFailed(text: string, target: TcpAddress, host: string): TunnelError {
  if (/refused/i.test(text)) {
    return targetRefused(target, { host }, text);
  }
  return /not known|no address|name resolution|resolve|nodename/i.test(text)
    ? targetNotFound(target, { host }, text)
    : targetUnreachable(target, { host }, unreachableCause(text), text);
}

function unreachableCause(text: string): UnreachableCause {
  if (/timed out/i.test(text)) {
    return 'timedOut';
  }
  if (/network is unreachable/i.test(text)) {
    return 'networkUnreachable';
  }
  return /no route to host/i.test(text) ? 'hostUnreachable' : 'other';
}

/**
 * Explains why the server doesn't listen.
 * @param debugText its debug messages since the last reply. OpenSSH gives its reason there, if any (serverloop.c)
 */
export function explainListenFailure(
  where: Listen,
  host: string,
  debugText: string,
  raw: string,
): TunnelError {
  const detail = debugText || raw;
  if (/has disabled (port|streamlocal) forwarding/i.test(debugText)) {
    return remoteForwardingDisabled(where, host, detail);
  }
  return /forwarding refused|administratively prohibited|denied|not permitted/i.test(debugText)
    ? remoteListenNotPermitted(where, host, detail)
    : remoteListenRefused('unknown', where, host, detail);
}

/**
 * Explains why the server doesn't run a command.
 * @param debugMessages of the server since the request
 */
export function explainExecFailure(
  command: string,
  host: string,
  debugMessages: readonly string[],
  raw: string,
): TunnelError {
  const aboutX11 = debugMessages.filter((message) => /x11|xauth/i.test(message));
  const detail = aboutX11.join(' ') || readable(raw);
  if (raw !== 'Unable to request X11') {
    return programRefused(command, host, detail);
  }
  // session_setup_x11fwd() in OpenSSH's session.c. If sshd_config forbids it, the server gives no reason.
  if (/no xauth program/i.test(detail)) {
    return xauthMissingThere(host, detail);
  }
  return x11Disabled(/disabled by key options/i.test(detail) ? 'key' : 'server', host, detail);
}

/** Whether a debug message belongs to the login: "…/authorized_keys:1: key options: …" (auth_debug_send in auth.c). */
export function isLoginMessage(message: string): boolean {
  return /^.+:\d+: /.test(message);
}

/** Whether the key runs one command, whatever is requested: auth_log_authopts() of OpenSSH's auth.c. */
export function forcesCommand(message: string): boolean {
  return /: key options:.* command( |$)/.test(message);
}

/** Whether GatewayPorts of the server decides where it listens, not the request (channels.c). */
export function overridesBindAddress(message: string): boolean {
  return /overridden by server/i.test(message);
}
