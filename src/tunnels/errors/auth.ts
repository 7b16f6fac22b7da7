// Errors of signing in to a server.
import type { TunnelError } from './errors';
import { failure } from './errors';

/** @param accepts methods that the server accepts */
export function authenticationFailed(
  who: string,
  tried: readonly string[],
  accepts: readonly string[],
  detail?: string,
): TunnelError {
  const list =
    tried.length > 0
      ? `Tried: ${tried.join(', ')}.`
      : `There was no method to try${accepts.length > 0 ? `; the server accepts: ${accepts.join(', ')}` : ''}.`;
  return failure(
    'AuthenticationFailed',
    `Sign-in failed for ${who}. ${list}`,
    tried.length > 0 ? afterTrying(tried) : withoutMethod(accepts),
    detail,
    { who, tried },
  );
}

function afterTrying(tried: readonly string[]): string {
  const isTyped = (name: string): boolean => /^(password|keyboard-interactive)$/.test(name);
  if (tried.every((name) => name.endsWith(wrongPassphrase))) {
    return 'Start the tunnel again and enter the correct passphrase.';
  }
  return tried.every(isTyped)
    ? 'Check the user name, then start the tunnel again and enter the correct password.'
    : 'Check the user name, that the server has your key (ssh-copy-id), and that it allows this user to sign in with this key.';
}

/** Follows the name of a key in the list of what was tried. */
export const wrongPassphrase = ' (wrong passphrase)';

function withoutMethod(accepts: readonly string[]): string {
  if (accepts.includes('publickey')) {
    return 'Create a key with "ssh-keygen -t ed25519" and copy it to the server with ssh-copy-id, or name your key with IdentityFile in your ssh_config.';
  }
  return accepts.includes('password') || accepts.includes('keyboard-interactive')
    ? 'Allow passwords in your ssh_config (PasswordAuthentication, KbdInteractiveAuthentication), or ask the administrator to add your key.'
    : 'Ask the administrator to allow sign-in with a key or a password.';
}

export function tooManyAuthenticationFailures(who: string, tried: readonly string[]): TunnelError {
  return failure(
    'TooManyAuthenticationFailures',
    `The server rejected the sign-in for ${who} after too many attempts. Tried: ${tried.join(', ')}.`,
    'Name the right key with IdentityFile and set "IdentitiesOnly yes" for this host in your ssh_config.',
    undefined,
    { who, tried },
  );
}

export function authenticationCancelled(who: string, what: string): TunnelError {
  return failure(
    'AuthenticationCancelled',
    `Signing in as ${who} needs ${what}.`,
    'Start the tunnel again, or choose "Answer…".',
    undefined,
    { who },
  );
}

/** @param why a clause: "the file is damaged" */
export function keyUnreadable(file: string, why: string, nextStep: string): TunnelError {
  return failure('KeyUnreadable', `The key ${file} can't be used: ${why}.`, nextStep, undefined, { file });
}

/** @param why a clause, as above */
export function keyUnsupported(file: string, why: string, nextStep: string): TunnelError {
  return failure('KeyUnsupported', `The key ${file} can't be used: ${why}.`, nextStep, undefined, { file });
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
    `The password for ${who} has expired, and the server requires a new one.`,
    'Sign in with ssh in a terminal, change the password, then start the tunnel again.',
    detail,
    { who },
  );
}

/** The tunnel was stopped while it was starting. No code says that exactly; this is the closest. */
export function startCancelled(): TunnelError {
  return failure(
    'AuthenticationCancelled',
    'The tunnel was stopped before it was connected.',
    'Start it again when you need it.',
  );
}
