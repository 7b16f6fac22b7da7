// The saved passwords and passphrases of a window. Offers to save what the user typed if it worked, and removes what no
// longer works. No secret gets into a log, a state or a message.
import type { Disposable } from 'vscode';
import { l10n } from 'vscode';
import type { SavedSecrets, SecretQuestion } from '../../tunnels/model/prompt';
import { secretId } from './secretStore';
import type { SecretName, SecretStore } from './secretStore';
import { untranslated } from '../../tunnels/util/l10n';

/** What the input box may say about saving the answer. */
export interface SaveHint {
  /** The user can save a correct answer. */
  readonly canSave: boolean;
  /** The saved one no longer worked and was removed. */
  readonly wasRemoved: boolean;
}

export interface SecretBrokerOptions {
  readonly store: SecretStore;
  /** Asks whether to save it; undefined: not now. */
  readonly offer: (question: SecretQuestion) => Promise<'save' | 'never' | undefined>;
  /** Shows the user that something they wanted did not work. */
  readonly warn: (message: string) => void;
  readonly log: (line: string) => void;
}

/** An answer that the server has neither accepted nor rejected yet. */
interface PendingAnswer {
  readonly answer: string;
  readonly isSaved: boolean;
  readonly timer: NodeJS.Timeout;
}

/** Milliseconds. A server may accept an answer only after an approval on another device; LoginGraceTime is 2 min. */
const forgetAfterMs = 600_000;
/** Not the error itself: it comes from the storage, which has seen the secret. */
const storageFailed = untranslated`VS Code's secret storage failed. VS Code's own log says why.`;

export class SecretBroker implements SavedSecrets, Disposable {
  readonly #options: SecretBrokerOptions;
  /** By question. */
  readonly #pending = new Map<string, PendingAnswer>();
  /** Ids, for this session. */
  readonly #offered = new Set<string>();
  readonly #never = new Set<string>();
  readonly #removed = new Set<string>();

  constructor(options: SecretBrokerOptions) {
    this.#options = options;
  }

  /**
   * Prompts the user. What the user types is remembered until the server has accepted or rejected it.
   * @param prompt shows the input box; saveHint undefined: the answer can't be saved
   */
  async ask(
    question: SecretQuestion,
    signal: AbortSignal,
    prompt: (saveHint?: SaveHint) => Promise<string | undefined>,
  ): Promise<string | undefined> {
    if (!canBeSaved(question)) {
      return prompt();
    }
    const id = secretId(question);
    const saveHint: SaveHint = {
      canSave: !this.#offered.has(id) && !this.#never.has(id),
      wasRemoved: this.#removed.has(id),
    };
    const answer = await prompt(saveHint);
    if (answer !== undefined && !signal.aborted) {
      this.#removed.delete(id);
      this.#remember(question, answer, false);
    }
    return answer;
  }

  async recall(question: SecretQuestion, signal: AbortSignal): Promise<string | undefined> {
    if (!canBeSaved(question)) {
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
      this.#options.log(`Could not look up a saved ${nameOfSecret(question)}. ${storageFailed}`);
      return undefined;
    }
  }

  judged(question: SecretQuestion, right: boolean): void {
    const pending = this.#take(question);
    if (pending?.isSaved === true && !right) {
      void this.#removeSaved(question, pending.answer);
    } else if (pending?.isSaved === false && right) {
      void this.#offerToSave(question, pending.answer);
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
    this.#pending.forEach(({ timer }) => clearTimeout(timer));
    this.#pending.clear();
  }

  #remember(question: SecretQuestion, answer: string, isSaved: boolean): void {
    this.#take(question);
    // The connection may be lost before the server has accepted or rejected the answer.
    const timer = setTimeout(() => this.#take(question), forgetAfterMs).unref();
    this.#pending.set(JSON.stringify(question), { answer, isSaved, timer });
  }

  #take(question: SecretQuestion): PendingAnswer | undefined {
    const key = JSON.stringify(question);
    const pending = this.#pending.get(key);
    clearTimeout(pending?.timer);
    this.#pending.delete(key);
    return pending;
  }

  async #removeSaved(question: SecretQuestion, answer: string): Promise<void> {
    const id = secretId(question);
    this.#removed.add(id);
    // The user saved the last one, so offer to save the next one too.
    this.#offered.delete(id);
    try {
      if (await this.#options.store.removeAnswer(id, answer)) {
        this.#options.log(`Removed the saved ${nameOfSecret(question)}: it no longer works.`);
      }
    } catch {
      this.#options.log(`Could not remove the saved ${nameOfSecret(question)}. ${storageFailed}`);
    }
  }

  async #offerToSave(question: SecretQuestion, answer: string): Promise<void> {
    const id = secretId(question);
    if (this.#offered.has(id)) {
      return;
    }
    this.#offered.add(id);
    const { store, offer, warn } = this.#options;
    try {
      const entry = await store.read(id);
      if (entry && ('never' in entry || entry.answer === answer)) {
        return;
      }
      const choice = await offer(question);
      if (choice === 'save') {
        await store.save(question, answer);
      } else if (choice === 'never') {
        await store.saveNever(question);
        this.#never.add(id);
      }
    } catch {
      warn(
        question.kind === 'password'
          ? l10n.t(
              "Could not save the password for {account}. VS Code's secret storage failed. VS Code's own log says why.",
              { account: question.who },
            )
          : l10n.t(
              "Could not save the passphrase for {keyFile}. VS Code's secret storage failed. VS Code's own log says why.",
              { keyFile: question.keyFile },
            ),
      );
    }
  }
}

/** "password for me@host:22", for the log. */
function nameOfSecret(question: SecretQuestion): string {
  return untranslated`${question.kind} for ${question.kind === 'password' ? question.who : question.keyFile}`;
}

/** Without a fingerprint, a saved secret could go to the wrong server. */
function canBeSaved(question: SecretQuestion): boolean {
  return (question.kind === 'password' ? question.hostKey : question.keyFingerprint) !== '';
}
