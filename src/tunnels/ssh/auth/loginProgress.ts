// How far a login has come: what was offered and accepted, what the person was asked for, and what the server has said.
// The end of a connection that is not up yet is judged by it (explainLoginEnd.ts).
import { isDeepStrictEqual } from 'node:util';
import type { Attempt, LoginFacts, WrongAnswers } from '../../errors/ssh/loginFacts';
import type { LoginStep } from '../../model/protection';
import type { LoginWait } from '../../model/state';
import { readable } from '../../util/untrustedText';

/** Further ones are left out. */
const maxTexts = 20;
/** May be in any sentence of a server: fewer than four characters, or a short word, such as "password". */
const mayBeAnyText = /^(.{0,3}|[a-z]{4,8})$/is;
/** Nothing longer is looked through: a server may send hundreds of texts per second, for hours. */
const maxTextLength = 4000;
/** Of all of them together, in an error. */
const maxLength = 1000;

export interface LoginProgress {
  /** What was offered, in this order. */
  readonly tried: readonly Attempt[];
  readonly facts: LoginFacts;
  /** What the server has said since the first offer, outside of its prompts; "": nothing. On one line. */
  readonly said: string;
  /**
   * The same, since it began to wait for a person: for an answer, or for an approval on another device; undefined: it
   * does not wait for one now.
   */
  readonly saidWhileWaiting: string | undefined;
  /**
   * Whether a password, an answer or the signature of a security key was sent: the server, or the key, may have asked
   * the person for something, and would again.
   */
  readonly mayHaveAskedPerson: boolean;
  /** What the server has accepted, in this order. Complete once it has let us in; empty if it asked for nothing. */
  readonly succeededWith: readonly LoginStep[];
}

type KeyFacts = Pick<LoginFacts, 'problems' | 'unused'>;

export class LoginRecord implements LoginProgress {
  readonly tried: Attempt[] = [];
  mayHaveAskedPerson = false;
  /** The methods that the server still accepts. */
  accepts: readonly string[] = [];
  /** What the server accepted, although it requires more. */
  readonly accepted: Attempt[] = [];
  readonly succeededWith: LoginStep[] = [];
  readonly #keyFacts: () => KeyFacts;
  #wrong: WrongAnswers | undefined;
  #saidWithPrompt = '';
  readonly #texts: string[] = [];
  #hasOffered = false;
  readonly #sentSecrets = new Set<string>();
  /** How many texts there were when it began to wait for a person. */
  #textsBeforeWait: number | undefined;

  constructor(keyFacts: () => KeyFacts) {
    this.#keyFacts = keyFacts;
  }

  get said(): string {
    return readable(this.#texts.join(' '), maxLength);
  }

  get saidWhileWaiting(): string | undefined {
    const before = this.#textsBeforeWait;
    return before === undefined ? undefined : readable(this.#texts.slice(before).join(' '), maxLength);
  }

  get facts(): LoginFacts {
    const said = [this.said, this.#saidWithPrompt].filter(Boolean).join(' ');
    return {
      accepts: this.accepts,
      accepted: this.accepted,
      ...this.#keyFacts(),
      ...(this.#wrong && { wrong: this.#wrong }),
      ...(this.#hasOffered && said !== '' && { said }),
    };
  }

  /** A password, or an answer that was hidden while it was typed, is sent to the server. */
  sendsSecret(secret: string): void {
    if (!mayBeAnyText.test(secret)) {
      this.#sentSecrets.add(secret);
    }
  }

  /** A text of the server, which may repeat what it was sent: the text can get into the log and into errors. */
  withoutSecrets(text: string): string {
    const longestFirst = [...this.#sentSecrets].toSorted((one, other) => other.length - one.length);
    return longestFirst.reduce((left, secret) => left.replaceAll(secret, '…'), text);
  }

  /** The server says something outside of its prompts: a banner, a debug message, or a request without prompts. */
  hear(text: string): void {
    if (this.#texts.length >= maxTexts) {
      return;
    }
    const line = readable(text.slice(0, maxTextLength).replaceAll(/\s+/g, ' ').trim());
    if (line !== '' && !this.#texts.includes(line)) {
      this.#texts.push(line);
    }
  }

  /** A prompt opens or closes. */
  promptOpen(open: boolean): void {
    this.#waitsForPerson(open);
  }

  /** It has been waiting for a while. An agent asks a person; a server that has got only a key does not. */
  waitsFor(waitsFor: LoginWait | undefined): void {
    this.mayHaveAskedPerson ||= waitsFor === 'agent';
    this.#waitsForPerson(waitsFor !== undefined && this.mayHaveAskedPerson);
  }

  #waitsForPerson(waits: boolean): void {
    this.#textsBeforeWait = waits ? this.#texts.length : undefined;
  }

  /** The server has told its methods: what it said until now is its notice to all users. */
  beginOffers(): void {
    this.#hasOffered = true;
    this.#texts.length = 0;
  }

  offered(attempt: Attempt): void {
    if (!this.tried.some((earlier) => isDeepStrictEqual(earlier, attempt))) {
      this.tried.push(attempt);
    }
  }

  /**
   * The server did not accept what the person, or a saved password, has answered.
   * @param said what stood before its last prompt
   */
  answeredWrong(kind: WrongAnswers['kind'], said = ''): void {
    this.#saidWithPrompt = readable(said.replaceAll(/\s+/g, ' ').trim(), maxLength);
    this.#wrong = { kind, count: (this.#wrong?.count ?? 0) + 1 };
  }

  /** Every passphrase for a key was wrong. */
  locked(key: string): void {
    const at = this.tried.findIndex((attempt) => isDeepStrictEqual(attempt, { key }));
    const lockedKey = { key, wrongPassphrase: true } as const;
    this.tried.splice(at < 0 ? this.tried.length : at, at < 0 ? 0 : 1, lockedKey);
  }
}
