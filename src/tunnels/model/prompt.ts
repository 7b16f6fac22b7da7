// The questions that signing in can ask the user, and the interfaces that answer them.
import type { TunnelError } from '../errors/errors';
import type { KeyFacts } from '../errors/ssh/keyFacts';
import type { UnknownKeyContext } from '../errors/ssh/unknownHostKey';

/** The source of a question: one hop of one tunnel. */
interface QuestionContext {
  /** `user@host:port` of the hop. To display it, see accountOf(). */
  readonly who: string;
}

/** The two parts of `who`. The last `@` ends the user, as in ssh: a host has none. */
export function accountOf({ who }: QuestionContext): { readonly host: string; readonly user: string } {
  const end = who.lastIndexOf('@');
  return { host: who.slice(end + 1), user: who.slice(0, Math.max(0, end)) };
}
export interface HostKeyQuestion extends QuestionContext, UnknownKeyContext {
  readonly kind: 'hostKey';
  readonly host: string;
  /** The address that we connected to. */
  readonly address: string;
  readonly key: KeyFacts;
}
/** The last answer was wrong: the number of this attempt, and how many there are in all. */
export interface Again {
  readonly attempt: number;
  readonly of: number;
}
export interface PasswordQuestion extends QuestionContext {
  readonly kind: 'password';
  /** SHA256 fingerprint of the hop's host key: a password is saved for this host key only. */
  readonly hostKey: string;
  /** Counts from 1. */
  readonly attempt: number;
  readonly again?: Again;
}
export interface PassphraseQuestion extends QuestionContext {
  readonly kind: 'passphrase';
  readonly keyFile: string;
  /** SHA256 fingerprint of the public key, or of the file if the public key is unknown. */
  readonly keyFingerprint: string;
  readonly attempt: number;
  readonly again?: Again;
}
/** One prompt of keyboard-interactive (RFC 4256), such as a one-time code. The server writes its text. */
export interface CodeQuestion extends QuestionContext {
  readonly kind: 'code';
  readonly prompt: string;
  readonly instruction: string;
  /** Whether the typed text is shown. */
  readonly echo: boolean;
  readonly again?: Again;
}
/** Questions whose answer a window can save. */
export type SecretQuestion = PasswordQuestion | PassphraseQuestion;
/** Questions while signing in. */
export type LoginQuestion = HostKeyQuestion | SecretQuestion | CodeQuestion;
/** The port of a forward with `ifPortBusy: ask` is in use. The answer is the port to use this time. */
export interface PortQuestion {
  readonly kind: 'port';
  /** The label of the forward. */
  readonly forward: string;
  readonly port: number;
  /** Why the port can't be opened, with the port holder. */
  readonly error: TunnelError;
  /** A free port nearby; undefined: none. */
  readonly free: number | undefined;
}
export type Question = LoginQuestion | PortQuestion;

/** Asks the user. Resolves to the typed text ("yes" for a host key), or to undefined if the user cancels. */
export type Ask = (question: Question, signal: AbortSignal) => Promise<string | undefined>;

/** The passwords and passphrases that a window has saved. */
export interface SavedSecrets {
  /** The saved answer; undefined: none. Never shows a question. */
  recall(question: SecretQuestion, signal: AbortSignal): Promise<string | undefined>;
  /** Reports whether an answer, saved or typed, was right: a wrong one is deleted, a right one can be saved. */
  judged(question: SecretQuestion, right: boolean): void;
}

/**
 * Several stores as one: the first that has a secret answers, and all get the result.
 * @param current called for each question
 */
export function combineSavedSecrets(current: () => Iterable<SavedSecrets>): SavedSecrets {
  return {
    async recall(question, signal) {
      for (const store of current()) {
        const saved = await store.recall(question, signal);
        if (saved !== undefined) {
          return saved;
        }
      }
      return undefined;
    },
    judged(question, right) {
      for (const store of current()) {
        store.judged(question, right);
      }
    },
  };
}
