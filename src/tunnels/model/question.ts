// What a login may have to ask a person, and who can be asked.
import type { KeyFacts } from './failures';
import type { Need } from './state';

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
  /** Counts from 1; above 1 the last answer was wrong. */
  readonly attempt: number;
}
export interface PassphraseQuestion extends QuestionContext {
  readonly kind: 'passphrase';
  readonly keyFile: string;
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
export type Question = HostKeyQuestion | PasswordQuestion | PassphraseQuestion | CodeQuestion;

/** Asks a person. Resolves to what was typed (for a host key: "yes"), to undefined when it was cancelled. */
export type Ask = (question: Question, signal: AbortSignal) => Promise<string | undefined>;

export function needOf(question: Question): Need {
  return question.kind;
}
