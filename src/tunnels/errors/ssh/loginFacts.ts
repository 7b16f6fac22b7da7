// What is known about a login that failed: what was tried, what the server accepts, what could not be used.
import type { Localizer } from '../../util/l10n';
import type { KeyProblem } from './keys/keyProblem';

/** What was offered to the server. */
export type Attempt =
  | { readonly method: 'password' | 'keyboard-interactive' }
  | {
      /** The name of its file, or the agent's comment. */
      readonly key: string;
      readonly inAgent?: true;
      /** Every passphrase for it was wrong. */
      readonly wrongPassphrase?: true;
    };

export interface Offered {
  /** In the order in which they were tried. */
  readonly tried: readonly Attempt[];
}

/** What is known about a login that has failed. */
export interface LoginFacts {
  /** The methods that the server accepts. */
  readonly accepts: readonly string[];
  /** What the server accepted, although it requires more. */
  readonly accepted: readonly Attempt[];
  /** Why keys, or the agent, can't be used. */
  readonly problems: readonly KeyProblem[];
  /** What could have logged in, and is not used here. */
  readonly unused?: UnusedMethods;
  readonly wrong?: WrongAnswers;
  /** What the server has said during the login, outside of its prompts. */
  readonly said?: string;
}

/** What was answered to the server's prompts, and not accepted. The last kind, and how often in all. */
export interface WrongAnswers {
  readonly kind: 'password' | 'code';
  readonly count: number;
}

/** Ways to log in that ssh_config names, and that are not used here. */
export interface UnusedMethods {
  /** PKCS11Provider: a library with keys. */
  readonly pkcs11Provider?: string;
  /** HostbasedAuthentication is set, and the server accepts it. */
  readonly hostbased?: boolean;
}

/** The name of an attempt in a list: `id_ed25519 (agent)`. */
export function describeAttempt(attempt: Attempt, l10n: Localizer): string {
  if ('method' in attempt) {
    return attempt.method;
  }
  const { key, inAgent, wrongPassphrase } = attempt;
  if (wrongPassphrase) {
    return l10n.t('{key} (wrong passphrase)', { key });
  }
  return inAgent ? l10n.t('{key} (agent)', { key }) : key;
}

/** `id_ed25519 (agent), password` */
export function listAttempts(tried: readonly Attempt[], l10n: Localizer): string {
  return tried.map((attempt) => describeAttempt(attempt, l10n)).join(', ');
}

/** Whether no key could be unlocked: each passphrase was wrong. */
export function hasOnlyLockedKeys(tried: readonly Attempt[] = []): boolean {
  return tried.length > 0 && tried.every((attempt) => 'key' in attempt && attempt.wrongPassphrase);
}
