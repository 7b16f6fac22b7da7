// Reads what ssh2 and servers say in words about a session and its commands, and makes typed errors and facts of it. What
// they say about forwards is read by explainForwardFailure.ts; nothing else reads such words.
import { TunnelFailure } from '../../../errors/errors';
import type { TunnelError } from '../../../errors/errors';
import { noCommonAlgorithm } from '../../../errors/ssh/algorithms';
import {
  addressPenalised,
  notAnSshServer,
  programRefused,
  protocolBroken,
  serverBusy,
} from '../../../errors/ssh/sshHandshake';
import { closedAtOnce, connectionLost, endedByServer } from '../../../errors/ssh/connectionLost';
import { programNotPermitted } from '../../../errors/forwards/program';
import { x11Disabled, xauthMissingThere } from '../../../errors/forwards/x11';
import { explainLoginEnd } from './explainLoginEnd';
import type { EndedLogin } from './explainLoginEnd';
import type { DisconnectMessage } from '../../peer/disconnectMessage';
import { explainMismatch } from '../../transport/algorithms';
import type { AlgorithmLists } from '../../transport/algorithms';
import type { Offers } from '../../transport/ssh2/ssh2Internals';
import { readable } from '../../../util/untrustedText';
import type { HostConfig } from '../../config/hostConfig';

/** The facts about a connection that has ended, whether it was established or not. */
export interface EndedConnection {
  readonly host: Pick<HostConfig, 'alias' | 'hostName' | 'port'> & AlgorithmLists;
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
      offers && explainMismatch(offers, host),
    );
  }
  const violation = disconnect === undefined ? violationOf(text) : undefined;
  if (login && violation !== undefined) {
    return protocolBroken(host.hostName, violation, text);
  }
  if (login) {
    return explainLoginEnd({ hostName: host.hostName, who, raw, text, disconnect, ...login });
  }
  const words = disconnect?.text ?? '';
  return words === '' ? connectionLost(host.hostName, text) : endedByServer(host.hostName, words);
}

/**
 * What ssh2 has found wrong with the key exchange or the login. The next attempt would find the same. A packet of a wrong
 * length or MAC may also come from a bad network.
 */
function violationOf(text: string): string | undefined {
  if (
    /^Received (unexpected packet|extra KEXINIT|packet \d+ instead of) |KEXINIT not first packet/.test(text)
  ) {
    return 'sent a message that is not allowed in the key exchange';
  }
  if (/^(Inbound: |Received )malformed |^Malformed (OpenSSH public key|packet|signature)/i.test(text)) {
    return 'sent a message that could not be read';
  }
  if (/^Host key does not match negotiated type|^Wrong signature type: /.test(text)) {
    return 'used another host key algorithm than agreed';
  }
  if (/Key exchange: \d+ instead of \d+ bytes$/.test(text)) {
    return 'sent a key of a wrong length in the key exchange';
  }
  if (/^Error while computing DH secret|^Diffie-Hellman: /.test(text)) {
    return 'sent a number that is not allowed in the key exchange';
  }
  return text === 'Handshake failed: signature verification failed'
    ? 'did not prove that it has its host key'
    : undefined;
}

/** Internal errors of ssh2 are of no use to the user, and a text of the server may be long. */
function readableMessage(raw: Error): string {
  const isInternal =
    raw instanceof TypeError || raw instanceof RangeError || /undefined|NaN/.test(raw.message);
  return isInternal ? 'the server sent a message that could not be read' : readable(raw.message);
}

/** Explains an end before the SSH identification of the peer. */
function explainEarlyEnd({ raw, host, greeting }: EndedConnection): TunnelError {
  const address = { name: host.alias, host: host.hostName, port: host.port };
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

/**
 * Explains why the server doesn't run a command.
 * @param debugMessages of the server since the request
 * @param raw of ssh2, with the reason of RFC 4254 §5.1 if the server didn't open the channel
 */
export function explainExecFailure(
  command: string,
  host: string,
  debugMessages: readonly string[],
  raw: Error & { readonly reason?: number | '' },
): TunnelError {
  const aboutX11 = debugMessages.filter((message) => /x11|xauth/i.test(message));
  const detail = aboutX11.join(' ') || readable(raw.message.replace(/^\(SSH\) Channel open failure: /, ''));
  if (raw.message !== 'Unable to request X11') {
    // 1: prohibited, 3: it doesn't know sessions. At MaxSessions, OpenSSH refuses with 2 and others with 4.
    return raw.reason === 1 || raw.reason === 3 || raw.message === 'Unable to exec'
      ? programNotPermitted(command, host, detail)
      : programRefused(command, host, detail);
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

/** Whether the key permits some targets only: "permitopen" (auth_log_authopts() of OpenSSH's auth.c). */
export function permitsSomeTargets(message: string): boolean {
  return /: key options:.* permitopen( |$)/.test(message);
}

/** Whether GatewayPorts of the server decides where it listens, not the request (channels.c). */
export function overridesBindAddress(message: string): boolean {
  return /overridden by server/i.test(message);
}
