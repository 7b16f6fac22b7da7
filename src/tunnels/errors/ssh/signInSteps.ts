// What to do after a failed sign-in, by what was tried and what the server accepts.
import { isDeepStrictEqual } from 'node:util';
import type { Localizer } from '../../util/l10n';
import { isKeyError, keyProblemWords } from './keys/keyProblem';
import type { KeyProblem } from './keys/keyProblem';
import { hasOnlyLockedKeys } from './loginFacts';
import type { LoginFacts, Offered } from './loginFacts';

export type TriedFacts = LoginFacts & Offered;

/** All that was tried was right, and nothing is left for what else the server requires (AuthenticationMethods). */
export function requiresMore({ tried, accepted, wrong, accepts }: TriedFacts): boolean {
  return (
    wrong === undefined &&
    accepts.length > 0 &&
    tried.every((attempt) => accepted.some((right) => isDeepStrictEqual(right, attempt)))
  );
}

/** Nothing was asked here: the server refused, or the sign-in was not approved elsewhere. */
export function wasNotAsked({ tried, wrong }: TriedFacts): boolean {
  return (
    wrong === undefined &&
    tried.every((attempt) => 'method' in attempt && attempt.method === 'keyboard-interactive')
  );
}

/** The problem of a key that was not offered, if that may be why no other key was accepted. */
export function decisiveProblem({ tried, problems }: TriedFacts): KeyProblem | undefined {
  return tried.every((attempt) => 'key' in attempt)
    ? // ssh_config may name keys that need not exist.
      problems.find(
        (problem) => isKeyError(problem) && !('reason' in problem && problem.reason === 'missing'),
      )
    : undefined;
}

export function afterTrying(facts: TriedFacts & { readonly who: string }, l10n: Localizer): string {
  const { tried, who, wrong, said } = facts;
  if (wrong && said !== undefined) {
    return l10n.t(
      'Start the tunnel again with the correct answers, or ask the administrator about what the server says.',
    );
  }
  if (wrong) {
    return wrong.kind === 'password'
      ? l10n.t('Check the user name, then start the tunnel again and enter the correct password.')
      : l10n.t('Start the tunnel again, and answer anew; a code is valid once, and for a short time.');
  }
  const unusable = decisiveProblem(facts);
  if (unusable) {
    return keyProblemWords(unusable, who, l10n).nextStep;
  }
  if (hasOnlyLockedKeys(tried)) {
    return l10n.t('Start the tunnel again and enter the correct passphrase.');
  }
  if (requiresMore(facts)) {
    return facts.accepts.join() === 'publickey'
      ? l10n.t('Set IdentityFile to the other key, too, in your SSH config, or add it to your SSH agent.')
      : withoutMethod(facts.accepts, l10n);
  }
  if (wasNotAsked(facts)) {
    return l10n.t(
      'Start the tunnel again and approve the sign-in where you are asked to, or ask the administrator for the reason.',
    );
  }
  return tried.every((attempt) => 'method' in attempt)
    ? l10n.t('Check the user name, then start the tunnel again and enter the correct password.')
    : l10n.t(
        'Check the user name, that the server has your key (ssh-copy-id), and that it allows this user to sign in with this key.',
      );
}

/** Where the right key may be in the library of PKCS11Provider. */
export function loadIntoAgent({ accepts, unused }: LoginFacts, l10n: Localizer): string | undefined {
  const library = accepts.includes('publickey') ? unused?.pkcs11Provider : undefined;
  return (
    library &&
    l10n.t(
      'Load the keys of {library} into your SSH agent with "ssh-add -s {library}", because PKCS11Provider is not used here.',
      { library },
    )
  );
}

/** `gssapi-with-mic` (RFC 4462 §3) or `gssapi-keyex` (§4). */
export function isKerberos(method: string): boolean {
  return method.startsWith('gssapi');
}

export function withoutMethod(accepts: readonly string[], l10n: Localizer): string {
  if (accepts.length > 0 && accepts.every(isKerberos)) {
    return l10n.t(
      'Ask the administrator to allow sign-in with a key, or use "ssh -L" in a terminal: SSH Tunnels has no Kerberos (GSSAPI).',
    );
  }
  if (accepts.includes('publickey')) {
    return l10n.t(
      'Create a key with "ssh-keygen -t ed25519" and copy it to the server with ssh-copy-id, or set IdentityFile to your key in your SSH config.',
    );
  }
  return accepts.includes('password') || accepts.includes('keyboard-interactive')
    ? l10n.t(
        'Allow passwords in your SSH config (PasswordAuthentication, KbdInteractiveAuthentication), or ask the administrator to add your key.',
      )
    : l10n.t('Ask the administrator to allow sign-in with a key or a password.');
}
