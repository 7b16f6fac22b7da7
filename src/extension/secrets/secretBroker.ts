// Passwords and passphrases between the daemon, the person and the SecretStorage: hands out what is kept, offers
// to keep what has worked, drops what has stopped working. No secret gets into a log, a state or a message.
import type { Disposable } from 'vscode';
import type { Question, SecretKeeper, SecretQuestion } from '../../tunnels/model/prompt';
import { secretId } from './secretStore';
import type { SecretName, SecretStore } from './secretStore';

/** What the box that asks may say about keeping. */
export interface Outlook {
  /** A right answer will be offered to be kept. */
  readonly offered: boolean;
  /** The one that was kept has stopped working, and is gone. */
  readonly dropped: boolean;
}

export interface SecretsOptions {
  readonly store: SecretStore;
  readonly ask: (question: Question, signal: AbortSignal, outlook?: Outlook) => Promise<string | undefined>;
  /** Asks whether to keep it; undefined: not now. */
  readonly offer: (question: SecretQuestion) => Promise<'keep' | 'never' | undefined>;
  /** Something that the person wanted did not work. */
  readonly tell: (message: string) => void;
  readonly log: (line: string) => void;
}

/** An answer that has been given, and not been judged. */
interface Given {
  readonly answer: string;
  readonly kept: boolean;
  readonly timer: NodeJS.Timeout;
}

/** Longer than a server may take to judge: milliseconds. */
const forgetAfter = 60_000;
/** Not the error itself: it comes from who was handed the secret. */
const storageFailed = "VS Code's secret storage failed. Its own log says why.";

export class Secrets implements SecretKeeper, Disposable {
  readonly #options: SecretsOptions;
  /** By question. */
  readonly #given = new Map<string, Given>();
  /** Ids, for this session. */
  readonly #offered = new Set<string>();
  readonly #never = new Set<string>();
  readonly #dropped = new Set<string>();

  constructor(options: SecretsOptions) {
    this.#options = options;
  }

  /** Any question of the host; what is typed is remembered until it is judged. */
  async ask(question: Question, signal: AbortSignal): Promise<string | undefined> {
    if (!canBeKept(question)) {
      return this.#options.ask(question, signal);
    }
    const id = secretId(question);
    const outlook: Outlook = {
      offered: !this.#offered.has(id) && !this.#never.has(id),
      dropped: this.#dropped.has(id),
    };
    const answer = await this.#options.ask(question, signal, outlook);
    if (answer !== undefined && !signal.aborted) {
      this.#dropped.delete(id);
      this.#remember(question, answer, false);
    }
    return answer;
  }

  async recall(question: SecretQuestion, signal: AbortSignal): Promise<string | undefined> {
    if (!canBeKept(question)) {
      return undefined;
    }
    const id = secretId(question);
    try {
      const entry = await this.#options.store.read(id);
      const never = entry !== undefined && 'never' in entry;
      this.#never[never ? 'add' : 'delete'](id);
      if (!entry || never || signal.aborted) {
        return undefined;
      }
      this.#remember(question, entry.answer, true);
      return entry.answer;
    } catch {
      this.#options.log(`${nameOfSecret(question)}, if kept, could not be read: ${storageFailed}`);
      return undefined;
    }
  }

  judged(question: SecretQuestion, right: boolean): void {
    const given = this.#take(question);
    if (given?.kept === true && !right) {
      void this.#drop(question, given.answer);
    } else if (given?.kept === false && right) {
      void this.#offerToKeep(question, given.answer);
    }
  }

  list(): Promise<readonly SecretName[]> {
    return this.#options.store.list();
  }

  async forget(ids: readonly string[]): Promise<void> {
    await this.#options.store.remove(ids);
    for (const id of ids) {
      this.#offered.delete(id);
      this.#never.delete(id);
    }
  }

  dispose(): void {
    this.#given.forEach(({ timer }) => clearTimeout(timer));
    this.#given.clear();
  }

  #remember(question: SecretQuestion, answer: string, kept: boolean): void {
    this.#take(question);
    // The connection may be lost before the server has judged.
    const timer = setTimeout(() => this.#take(question), forgetAfter).unref();
    this.#given.set(JSON.stringify(question), { answer, kept, timer });
  }

  #take(question: SecretQuestion): Given | undefined {
    const key = JSON.stringify(question);
    const given = this.#given.get(key);
    clearTimeout(given?.timer);
    this.#given.delete(key);
    return given;
  }

  async #drop(question: SecretQuestion, answer: string): Promise<void> {
    const id = secretId(question);
    this.#dropped.add(id);
    // Who kept the last one will want to keep the next.
    this.#offered.delete(id);
    try {
      if (await this.#options.store.removeAnswer(id, answer)) {
        this.#options.log(`${nameOfSecret(question)} has stopped working: it is not kept any longer.`);
      }
    } catch {
      this.#options.log(`${nameOfSecret(question)} could not be removed: ${storageFailed}`);
    }
  }

  async #offerToKeep(question: SecretQuestion, answer: string): Promise<void> {
    const id = secretId(question);
    if (this.#offered.has(id)) {
      return;
    }
    this.#offered.add(id);
    const { store, offer, tell } = this.#options;
    try {
      const entry = await store.read(id);
      if (entry && ('never' in entry || entry.answer === answer)) {
        return;
      }
      const choice = await offer(question);
      if (choice === 'keep') {
        await store.keep(question, answer);
      } else if (choice === 'never') {
        await store.keepNever(question);
        this.#never.add(id);
      }
    } catch {
      tell(`${nameOfSecret(question)} could not be kept: ${storageFailed}`);
    }
  }
}

/** "The password of me@host:22". */
function nameOfSecret(question: SecretQuestion): string {
  return `The ${question.kind} of ${question.kind === 'password' ? question.who : question.keyFile}`;
}

/** Without a fingerprint it could be given to anybody. */
function canBeKept(question: Question): question is SecretQuestion {
  switch (question.kind) {
    case 'password':
      return question.hostKey !== '';
    case 'passphrase':
      return question.keyFingerprint !== '';
    case 'hostKey':
    case 'code':
    case 'port':
      return false;
  }
}
