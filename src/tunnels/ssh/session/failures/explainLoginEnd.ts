// Why a connection ended before it was up. What is offered to a server must not be offered again and again: it counts
// failed logins, sends another code or push, or wants another touch. So only the network's own failures are retried:
//
//                         nothing offered yet    keys offered           a password, an answer, a security key's signature
//   disconnect with text  LoginRefused           LoginRefused           LoginRefused
//   closed after words    LoginRefused           LoginRefused           LoginRefused
//   closed in silence     ConnectionLost         LoginRefused           LoginRefused
//   the network failed    ConnectionLost         ConnectionLost         AuthenticationCancelled: the tunnel is blocked
//     after words         LoginRefused           LoginRefused           the same
//
// ConnectionLost is retried: no person was asked for anything. In the last column the tunnel is neither retried, because that
// may ask a person again, nor failed for good: it waits for them (`blocked`).
//
// "The network failed": the system reports an error of the socket (ECONNRESET, ETIMEDOUT …), the session to the jump host
// has ended, or the ProxyCommand has failed. A server, or a jump host for it, ends a connection by closing it.
//
// A server that restarts must not end a tunnel for good. If only keys were offered, one that says that it is booting or
// shutting down is ServerBusy, which is retried; for one that let us in before and closes in silence see loginHistory.ts.
import { TunnelFailure } from '../../../errors/errors';
import type { TunnelError } from '../../../errors/errors';
import { authenticationFailed, tooManyAuthenticationFailures } from '../../../errors/ssh/auth';
import { loginInterrupted } from '../../../errors/ssh/authenticationCancelled';
import { connectionLost } from '../../../errors/ssh/connectionLost';
import { closedAfterOffer, loginRefused } from '../../../errors/ssh/loginRefused';
import { serverBusy, serverStartingOrStopping } from '../../../errors/ssh/sshHandshake';
import type { LoginProgress } from '../../auth/loginProgress';
import { disconnectReason } from '../../peer/disconnectMessage';
import type { DisconnectMessage } from '../../peer/disconnectMessage';
import { refusalReason, saysStartingOrStopping, saysTooManyFailures } from './loginWords';

/** The facts about a login that has ended with its connection. */
export interface EndedLogin {
  readonly hostName: string;
  readonly who: string;
  /** The first error. Later ones are its consequences. */
  readonly raw: Error | undefined;
  /** What ssh2 or the system reported, readable. */
  readonly text: string;
  readonly disconnect: DisconnectMessage | undefined;
  /** Whether the session to the jump host before it has ended, too. */
  readonly isJumpLost: boolean;
  readonly progress: LoginProgress;
}

export function explainLoginEnd(ended: EndedLogin): TunnelError {
  const { hostName, who, text, disconnect, progress } = ended;
  const { tried, facts, said, saidWhileWaiting } = progress;
  const farewell = disconnect?.text ?? '';
  if (saysTooManyFailures(farewell)) {
    const hasKeys = tried.some((attempt) => 'key' in attempt);
    return facts.wrong && !hasKeys
      ? authenticationFailed(who, tried, facts)
      : tooManyAuthenticationFailures(who, tried);
  }
  if (tried.length === 0 && disconnect?.reason === disconnectReason.tooManyConnections) {
    return serverBusy(hostName, farewell);
  }
  if (tried.length === 0 && disconnect?.reason === disconnectReason.connectionLost) {
    return connectionLost(hostName, farewell || text);
  }
  const isNetwork = farewell === '' && networkFailed(ended);
  if (isNetwork && progress.mayHaveAskedPerson) {
    return loginInterrupted(who, [said, text].filter(Boolean).join(' '));
  }
  // What was said before is no reason for a close while it waits.
  const words = [saidWhileWaiting ?? said, farewell].filter(Boolean).join(' ');
  if (saysStartingOrStopping(words) && !progress.mayHaveAskedPerson) {
    return serverStartingOrStopping(hostName, words);
  }
  if (words !== '') {
    return loginRefused(who, refusalReason(words), words);
  }
  if (saidWhileWaiting !== undefined && !isNetwork) {
    return loginRefused(who, 'answerTooLate', text);
  }
  if (tried.length > 0 && !isNetwork) {
    const { mayHaveAskedPerson } = progress;
    return closedAfterOffer(who, { tried, accepted: facts.accepted, mayHaveAskedPerson }, text);
  }
  return ended.raw instanceof TunnelFailure ? ended.raw.error : connectionLost(hostName, text);
}

function networkFailed({ raw, isJumpLost }: EndedLogin): boolean {
  return isJumpLost || isProxyFailure(raw) || isSystemError(raw);
}

/** A ProxyCommand that ends with 0, or closes its output, passes on that the server has closed. */
function isProxyFailure(raw: Error | undefined): boolean {
  if (!(raw instanceof TunnelFailure) || raw.error.code !== 'ProxyFailed') {
    return false;
  }
  const { error } = raw;
  const isClosed =
    error.proxy === 'command' &&
    (error.end === 'outputClosed' || ('exitCode' in error.end && error.end.exitCode === 0));
  return !isClosed;
}

/** Errors of a socket have a code such as ECONNRESET; those of ssh2 have none, or a number. */
function isSystemError(raw: Error | undefined): boolean {
  return raw !== undefined && 'code' in raw && typeof raw.code === 'string' && /^E[A-Z]+$/.test(raw.code);
}
