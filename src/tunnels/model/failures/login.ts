// Why a login fails.
import type { TunnelError } from '../errors';
import { failure } from './failure';

export function authenticationFailed(who: string, tried: readonly string[], detail?: string): TunnelError {
  const list = tried.length > 0 ? `Tried: ${tried.join(', ')}.` : 'There was nothing to try.';
  return failure(
    'AuthenticationFailed',
    `${who} was not let in. ${list}`,
    'Check the user name, and that the server knows one of your keys (ssh-copy-id).',
    detail,
    { who, tried },
  );
}

export function tooManyAuthenticationFailures(who: string, tried: readonly string[]): TunnelError {
  return failure(
    'TooManyAuthenticationFailures',
    `The server ended the login of ${who} after too many attempts. Tried: ${tried.join(', ')}.`,
    'Name the right key with IdentityFile and set IdentitiesOnly yes for this host in your ssh_config.',
    undefined,
    { who, tried },
  );
}

export function authenticationCancelled(who: string, what: string): TunnelError {
  return failure(
    'AuthenticationCancelled',
    `The login of ${who} needs ${what}.`,
    'Start the tunnel again, or choose Answer…, to be asked.',
    undefined,
    { who },
  );
}

/** @param why a clause: "it is damaged" */
export function keyUnreadable(file: string, why: string, nextStep: string): TunnelError {
  return failure('KeyUnreadable', `The key ${file} cannot be used: ${why}.`, nextStep, undefined, { file });
}

/** @param why a clause, as above */
export function keyUnsupported(file: string, why: string, nextStep: string): TunnelError {
  return failure('KeyUnsupported', `The key ${file} cannot be used: ${why}.`, nextStep, undefined, { file });
}

export function agentUnavailable(path: string, detail?: string): TunnelError {
  return failure(
    'AgentUnavailable',
    `The SSH agent at ${path} does not answer, and there was no other key to try.`,
    'Start the agent, or correct IdentityAgent in your ssh_config.',
    detail,
    { file: path },
  );
}

export function passwordExpired(who: string, detail?: string): TunnelError {
  return failure(
    'AuthenticationFailed',
    `The password of ${who} is right but has expired: the server wants a new one before it lets you in.`,
    'Log in with ssh in a terminal, change the password there, then start the tunnel again.',
    detail,
    { who },
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
