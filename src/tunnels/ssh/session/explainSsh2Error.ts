// From what ssh2 and the system say to what went wrong, for one hop that was being connected or has been lost.
import { formatAddress, isSocketPath } from '../../util/address';
import type { Address } from '../../util/address';
import { TunnelFailure } from '../../errors/errors';
import type { TunnelError } from '../../errors/errors';
import {
  forwardingDisabled,
  targetNotFound,
  targetNotPermitted,
  targetRefused,
  targetSocketUnusable,
  targetUnreachable,
} from '../../errors/localListenAndTarget';
import {
  remoteForwardingDisabled,
  remoteListenNotPermitted,
  remoteListenRefused,
} from '../../errors/remoteListen';
import { noCommonAlgorithm } from '../../errors/algorithms';
import { tooManyAuthenticationFailures } from '../../errors/auth';
import {
  addressPenalised,
  answerTooLate,
  closedAtOnce,
  connectionLost,
  notAnSshServer,
  protocolBroken,
  serverBusy,
} from '../../errors/connect';
import type { Listen } from '../../config/forward';
import { explainMismatch } from '../transport/algorithms';
import type { Offers } from '../transport/ssh2Internals';
import { readable } from '../../util/printable';
import type { ResolvedHost } from '../config/resolvedHost';

/** What is known when a connection ends before it is up, or after. */
export interface Circumstances {
  readonly host: Pick<ResolvedHost, 'hostName' | 'port'>;
  readonly who: string;
  /** The first error that was heard; later ones are its consequences. */
  readonly raw: Error | undefined;
  /** What the peer sent before its SSH identification, if anything (RFC 4253 §4.2). */
  readonly greeting: string;
  readonly identified: boolean;
  /** A question of the login is open. */
  readonly asking?: boolean;
  /** The lists that were compared last in the key exchange. */
  readonly offers?: Offers | undefined;
  readonly tried: readonly string[];
}

export function explainEnd(what: Circumstances): TunnelError {
  const { raw, host, who } = what;
  if (raw instanceof TunnelFailure) {
    return raw.error;
  }
  const text = raw ? wordsOf(raw) : '';
  if (!what.identified) {
    return explainSilence(what);
  }
  if (/too many authentication failures/i.test(text)) {
    return tooManyAuthenticationFailures(who, what.tried);
  }
  if (/^output length exceeded/i.test(text)) {
    return protocolBroken(host.hostName, 'sent a message that is far too long once it is unpacked');
  }
  if (/no matching/i.test(text)) {
    const { offers } = what;
    const theirs = readable(offers?.remote ?? '') || 'none';
    return noCommonAlgorithm(
      host.hostName,
      offers ? `${text}: the server has ${theirs}, this machine ${offers.local}` : text,
      offers && explainMismatch(offers),
    );
  }
  return what.asking === true ? answerTooLate(host.hostName, text) : connectionLost(host.hostName, text);
}

/** What a program stumbled over tells people nothing; what a server says may be long. */
function wordsOf(raw: Error): string {
  const isSlip = raw instanceof TypeError || raw instanceof RangeError || /undefined|NaN/.test(raw.message);
  return isSlip ? 'it sent a message that could not be read' : readable(raw.message);
}

/** It ended before the peer said that it speaks SSH. */
function explainSilence({ raw, host, greeting }: Circumstances): TunnelError {
  const address = { host: host.hostName, port: host.port };
  if (/exceeded maxstartups/i.test(greeting)) {
    return serverBusy(host.hostName, greeting);
  }
  if (/not allowed at this time/i.test(greeting)) {
    return addressPenalised(host.hostName, greeting);
  }
  return greeting === ''
    ? closedAtOnce(address, raw?.message ?? 'closed before it said that it is an SSH server')
    : notAnSshServer(address, greeting);
}

interface OpenFailure extends Error {
  /** RFC 4254 §5.1. */
  readonly reason?: number | string;
}

/** Why the server would not open a connection to a target. */
export function explainOpenFailure(error: OpenFailure, to: Address, host: string): TunnelError {
  const target = formatAddress(to);
  const text = readable(error.message.replace(/^\(SSH\) Channel open failure: /, ''));
  switch (error.reason) {
    case 1:
      return targetNotPermitted(target, host, text);
    case 2:
      return isSocketPath(to)
        ? targetSocketUnusable(target, host, text)
        : explainConnectFailed(text, target, host);
    case 3:
      return forwardingDisabled(host, text);
    default:
      return connectionLost(host, text);
  }
}

function explainConnectFailed(text: string, target: string, host: string): TunnelError {
  if (/refused/i.test(text)) {
    return targetRefused(target, host, text);
  }
  return /not known|no address|name resolution|resolve|nodename/i.test(text)
    ? targetNotFound(target, host, text)
    : targetUnreachable(target, host, text);
}

/**
 * Why the server would not listen.
 * @param said in debug messages since its last reply; OpenSSH gives its reason there, if it gives one (serverloop.c)
 */
export function explainListenFailure(where: Listen, host: string, said: string, raw: string): TunnelError {
  const detail = said || raw;
  if (/has disabled (port|streamlocal) forwarding/i.test(said)) {
    return remoteForwardingDisabled(where, host, detail);
  }
  return /forwarding refused|administratively prohibited|denied|not permitted/i.test(said)
    ? remoteListenNotPermitted(where, host, detail)
    : remoteListenRefused(where, host, detail);
}
