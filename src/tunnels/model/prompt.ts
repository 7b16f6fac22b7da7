// What a login may have to ask a person, and who can be asked.
import type { KeyFacts } from '../errors/hostKey';

/** Where a question comes from: one hop of one tunnel. */
interface QuestionContext {
  /** `user@host:port` of the hop, for people. */
  readonly who: string;
}
export interface HostKeyQuestion extends QuestionContext {
  readonly kind: 'hostKey';
  readonly host: string;
  /** The address that was dialled. */
  readonly address: string;
  readonly key: KeyFacts;
}
export interface PasswordQuestion extends QuestionContext {
  readonly kind: 'password';
  /** SHA256 fingerprint of the host key that the hop has shown: a password is kept for this host alone. */
  readonly hostKey: string;
  /** Counts from 1; above 1 the last answer was wrong. */
  readonly attempt: number;
}
export interface PassphraseQuestion extends QuestionContext {
  readonly kind: 'passphrase';
  readonly keyFile: string;
  /** SHA256 fingerprint of the public key, or of the whole file where that does not tell it. */
  readonly keyFingerprint: string;
  readonly attempt: number;
}
/** One prompt of keyboard-interactive (RFC 4256), a one-time code for example. The text is the server's. */
export interface CodeQuestion extends QuestionContext {
  readonly kind: 'code';
  readonly prompt: string;
  readonly instruction: string;
  /** Whether what is typed may be shown. */
  readonly echo: boolean;
}
/** What a window may keep the answer of. */
export type SecretQuestion = PasswordQuestion | PassphraseQuestion;
/** What a login may ask. */
export type LoginQuestion = HostKeyQuestion | SecretQuestion | CodeQuestion;
/** A forward with `ifPortBusy: ask` finds its port taken. Answered by the port to take this time. */
export interface PortQuestion {
  readonly kind: 'port';
  /** The label of the forward. */
  readonly forward: string;
  readonly port: number;
  /** Who has it: the error's sentence. */
  readonly message: string;
  /** One that is free; undefined where none is near. */
  readonly free: number | undefined;
}
export type Question = LoginQuestion | PortQuestion;

/** Asks a person. Resolves to what was typed (for a host key: "yes"), to undefined when it was cancelled. */
export type Ask = (question: Question, signal: AbortSignal) => Promise<string | undefined>;

/** The secrets that windows keep for their users. */
export interface SecretKeeper {
  /** A kept answer; undefined where there is none. Never opens a box. */
  recall(question: SecretQuestion, signal: AbortSignal): Promise<string | undefined>;
  /** Tells how the answer went, recalled or typed: a wrong one is dropped, a right one offered to be kept. */
  judged(question: SecretQuestion, right: boolean): void;
}

/** Several as one: the first that has a secret gives it, all hear how it went. @param current asked at each question */
export function keepersAsOne(current: () => Iterable<SecretKeeper>): SecretKeeper {
  return {
    async recall(question, signal) {
      for (const keeper of current()) {
        const kept = await keeper.recall(question, signal);
        if (kept !== undefined) {
          return kept;
        }
      }
      return undefined;
    },
    judged(question, right) {
      for (const keeper of current()) {
        keeper.judged(question, right);
      }
    },
  };
}
