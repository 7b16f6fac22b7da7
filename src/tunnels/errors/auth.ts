// Why a login fails.
import type { TunnelError } from './errors';
import { failure } from './errors';

/** @param accepts methods that the server would take */
export function authenticationFailed(
  who: string,
  tried: readonly string[],
  accepts: readonly string[],
  detail?: string,
): TunnelError {
  const list =
    tried.length > 0
      ? `Tried: ${tried.join(', ')}.`
      : `There was nothing to try${accepts.length > 0 ? `; the server takes: ${accepts.join(', ')}` : ''}.`;
  return failure(
    'AuthenticationFailed',
    `${who} was not let in. ${list}`,
    tried.length > 0 ? afterTrying(tried) : withNothingToTry(accepts),
    detail,
    { who, tried },
  );
}

function afterTrying(tried: readonly string[]): string {
  const isTyped = (name: string): boolean => /^(password|keyboard-interactive)$/.test(name);
  if (tried.every((name) => name.endsWith(wrongPassphrase))) {
    return 'Start the tunnel again, and give the right passphrase.';
  }
  return tried.every(isTyped)
    ? 'Check the user name, then start the tunnel again and give the right password.'
    : 'Check the user name, that the server has your key (ssh-copy-id), and that it lets this user and this key in.';
}

/** Behind the name of a key among those that were tried. */
export const wrongPassphrase = ' (wrong passphrase)';

function withNothingToTry(accepts: readonly string[]): string {
  if (accepts.includes('publickey')) {
    return 'Make a key with "ssh-keygen -t ed25519" and give it to the server with ssh-copy-id, or name yours with IdentityFile in your ssh_config.';
  }
  return accepts.includes('password') || accepts.includes('keyboard-interactive')
    ? 'Allow what the server takes in your ssh_config (PasswordAuthentication, KbdInteractiveAuthentication), or ask the administrator to take your key.'
    : 'Ask the administrator to let you in by a key or a password.';
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
    'Start the tunnel again, or choose "Answer…", to be asked.',
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
