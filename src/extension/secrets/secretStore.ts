// Passwords and passphrases in VS Code's SecretStorage: one entry for each secret, and an index of names and dates,
// because the storage can't list its keys. Nothing is cached: other windows write to the same storage.
import type * as vscode from 'vscode';
import type { SecretQuestion } from '../../tunnels/model/prompt';

/** The parts of a secret that may be shown. */
export interface SecretName {
  readonly id: string;
  readonly kind: SecretQuestion['kind'];
  /** `user@host:port`, or the key's file. */
  readonly name: string;
  /** Of the host key, or of the key that the passphrase decrypts. */
  readonly fingerprint: string;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** The user chose never to save it, so we don't offer to. */
  readonly never: boolean;
}

/** What is stored under an id. */
type Entry = { readonly answer: string } | { readonly never: true };

/** The part of VS Code's SecretStorage that we use. */
export interface Storage extends Pick<vscode.SecretStorage, 'get' | 'store' | 'delete'> {
  onDidChange(listener: (event: { readonly key: string }) => void): { dispose(): void };
}

const indexKey = 'index';

/** A password belongs to an account and a host key; a passphrase belongs to its key alone. */
export function secretId(question: SecretQuestion): string {
  const parts = question.kind === 'password' ? [question.who, question.hostKey] : [question.keyFingerprint];
  return JSON.stringify([question.kind, ...parts]);
}

export class SecretStore {
  readonly #storage: Storage;
  readonly #now: () => number;
  /** What this window has added to the index. When two windows write at once, one of the writes may be lost. */
  readonly #own = new Map<string, SecretName>();
  readonly #subscription: { dispose(): void };
  #last: Promise<unknown> = Promise.resolve();

  constructor(storage: Storage, now: () => number = Date.now) {
    this.#storage = storage;
    this.#now = now;
    this.#subscription = storage.onDidChange(({ key }) => {
      if (key === indexKey) {
        this.#inTurn(() => this.#repairIndex()).catch(() => undefined);
      }
    });
  }

  read(id: string): Promise<Entry | undefined> {
    return this.#inTurn(() => this.#entry(id));
  }

  /** All stored secrets, the newest last. */
  list(): Promise<readonly SecretName[]> {
    return this.#inTurn(async () => {
      const names = [...(await this.#index()).values()];
      const entries = await Promise.all(names.map(({ id }) => this.#entry(id)));
      return names.filter((_, position) => entries[position] !== undefined);
    });
  }

  save(question: SecretQuestion, answer: string): Promise<void> {
    return this.#write(this.#nameOf(question, false), { answer });
  }

  saveNever(question: SecretQuestion): Promise<void> {
    return this.#write(this.#nameOf(question, true), { never: true });
  }

  remove(ids: readonly string[]): Promise<void> {
    return this.#inTurn(() => this.#remove(ids));
  }

  /** Removes the answer, unless another window has replaced it. @returns whether it was there */
  removeAnswer(id: string, answer: string): Promise<boolean> {
    return this.#inTurn(async () => {
      const entry = await this.#entry(id);
      const isThere = entry !== undefined && 'answer' in entry && entry.answer === answer;
      if (isThere) {
        await this.#remove([id]);
      }
      return isThere;
    });
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  #write(name: SecretName, entry: Entry): Promise<void> {
    return this.#inTurn(async () => {
      // A stored secret that is not in the index could never be removed, so the index is written first.
      await this.#setNames([name]);
      await this.#storage.store(name.id, JSON.stringify(entry));
      this.#own.set(name.id, name);
    });
  }

  async #remove(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      this.#own.delete(id);
      await this.#storage.delete(id);
    }
    const index = await this.#index();
    ids.forEach((id) => index.delete(id));
    await this.#storeIndex(index);
  }

  /** Restores names that another window's write has lost. Names that another window removed stay removed. */
  async #repairIndex(): Promise<void> {
    const index = await this.#index();
    const lost: SecretName[] = [];
    for (const name of this.#own.values()) {
      if (!index.has(name.id)) {
        if ((await this.#entry(name.id)) === undefined) {
          this.#own.delete(name.id);
        } else {
          lost.push(name);
        }
      }
    }
    if (lost.length > 0) {
      await this.#setNames(lost);
    }
  }

  async #setNames(names: readonly SecretName[]): Promise<void> {
    const index = await this.#index();
    names.forEach((name) => index.set(name.id, name));
    await this.#storeIndex(index);
  }

  async #entry(id: string): Promise<Entry | undefined> {
    const value = parse(await this.#storage.get(id));
    return isEntry(value) ? value : undefined;
  }

  async #index(): Promise<Map<string, SecretName>> {
    const names = parse(await this.#storage.get(indexKey));
    return new Map(Array.isArray(names) ? names.filter(isName).map((name) => [name.id, name]) : []);
  }

  async #storeIndex(index: ReadonlyMap<string, SecretName>): Promise<void> {
    await this.#storage.store(indexKey, JSON.stringify([...index.values()]));
  }

  #nameOf(question: SecretQuestion, never: boolean): SecretName {
    return {
      id: secretId(question),
      kind: question.kind,
      ...(question.kind === 'password'
        ? { name: question.who, fingerprint: question.hostKey }
        : { name: question.keyFile, fingerprint: question.keyFingerprint }),
      since: this.#now(),
      never,
    };
  }

  /** Runs one operation at a time, so that a read sees the removal just before it. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }
}

function parse(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isEntry(value: unknown): value is Entry {
  return (
    typeof value === 'object' &&
    value !== null &&
    (('answer' in value && typeof value.answer === 'string') || ('never' in value && value.never === true))
  );
}

function isName(value: unknown): value is SecretName {
  const name = value as Partial<SecretName> | null;
  return (
    typeof name === 'object' &&
    typeof name?.id === 'string' &&
    typeof name.name === 'string' &&
    typeof name.fingerprint === 'string' &&
    typeof name.since === 'number' &&
    typeof name.never === 'boolean' &&
    (name.kind === 'password' || name.kind === 'passphrase')
  );
}
