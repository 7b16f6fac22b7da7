// Explains why the server opens no connection to a target, or doesn't listen: makes typed errors of its reason codes, its
// debug messages and its words.
import { isSocketPath, isWildcard } from '../../../util/address';
import type { Address, TcpAddress } from '../../../util/address';
import type { TunnelError } from '../../../errors/errors';
import {
  forwardingDisabled,
  remoteForwardingDisabled,
  remoteForwardingUnsupported,
  remoteListenNotPermitted,
} from '../../../errors/forwards/forwardingDisabled';
import { connectionLost } from '../../../errors/ssh/connectionLost';
import { remoteListenRefused } from '../../../errors/forwards/remoteListen';
import { serverLimit } from '../../../errors/forwards/serverLimit';
import {
  targetNotFound,
  targetNotPermitted,
  targetRefused,
  targetSocketUnusable,
  targetUnreachable,
} from '../../../errors/forwards/target';
import type { Listen } from '../../../config/forward';
import { readable } from '../../../util/untrustedText';
import { noAnswer } from '../requestReplies';
import { readTargetFailure } from './targetFailureWords';

interface OpenFailure extends Error {
  /**
   * RFC 4254 §5.1. An empty text of ssh2: the server has closed the channel without one. undefined: ssh2 could not ask.
   */
  readonly reason?: number | '';
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
  // Without a reason of the server, the words are ssh2's.
  const text =
    error.reason === '' ? '' : readable(error.message.replace(/^\(SSH\) Channel open failure: /, ''));
  switch (error.reason) {
    case undefined:
      return connectionLost(host, text);
    case 1:
      return forbidden ?? targetNotPermitted(to, host, text);
    case 3:
      return forwardingDisabled(host, text);
    case 4:
      return serverLimit(to, host, text);
    default:
      // 2, and any other: Apache MINA has 0 for what its code doesn't foresee, and servers may have reasons of their own.
      return isSocketPath(to)
        ? targetSocketUnusable(to, { host }, text)
        : explainConnectFailed(text, to, host);
  }
}

function explainConnectFailed(text: string, target: TcpAddress, host: string): TunnelError {
  const failure = readTargetFailure(text, target.host);
  switch (failure) {
    case 'refused':
      return targetRefused(target, { host }, text);
    case 'notFound':
      return targetNotFound(target, { host }, text);
    default:
      return targetUnreachable(target, { host }, failure, text);
  }
}

interface ListenRefusal {
  /** Its debug messages since the last reply. OpenSSH gives its reason there, if any (serverloop.c). */
  readonly debugText: string;
  /** Of ssh2, or of our time-out. */
  readonly raw: string;
  /** Without a debug message, bind(2) has failed. */
  readonly explainsItself: boolean;
}

/** Explains why the server doesn't listen. */
export function explainListenFailure(
  where: Listen,
  host: string,
  { debugText, raw, explainsItself }: ListenRefusal,
): TunnelError {
  const detail = debugText || raw;
  if (/has disabled (port|streamlocal) forwarding/i.test(debugText)) {
    return remoteForwardingDisabled(where, host, detail);
  }
  return /forwarding refused|administratively prohibited|denied|not permitted/i.test(debugText)
    ? remoteListenNotPermitted(where, host, detail)
    : explainUnexplained(where, host, raw, explainsItself, detail);
}

function explainUnexplained(
  where: Listen,
  host: string,
  raw: string,
  explainsItself: boolean,
  detail: string,
): TunnelError {
  if (raw === noAnswer) {
    return remoteListenRefused('noAnswer', where, host);
  }
  // Some port of the loopback is always free.
  return 'port' in where && where.port === 0 && isLoopbackOrAny(where.bind)
    ? remoteForwardingUnsupported(where, host)
    : remoteListenRefused(explainsItself ? 'unknown' : 'unexplained', where, host, detail);
}

function isLoopbackOrAny(bind: string | undefined): boolean {
  return bind === undefined || bind === 'localhost' || bind === '127.0.0.1' || isWildcard(bind);
}
