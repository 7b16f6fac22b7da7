// What the editor's SecretStorage keeps for us: an entry for each secret, and an index of names and dates, for the
// storage can't list its keys. Nothing is held in memory: other windows write to the same storage.
import type * as vscode from 'vscode';
import type { SecretQuestion } from '../../tunnels/model/prompt';

/** What may be shown of a secret. */
export interface SecretName {
  readonly id: string;
  readonly kind: SecretQuestion['kind'];
  /** `user@host:port`, or the key's file. */
  readonly name: string;
  /** Of the host's key, or of the key that the passphrase opens. */
  readonly fingerprint: string;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** Not kept, but told never to be: no offer is made for it. */
  readonly never: boolean;
}

/** What is stored under an id. */
type Entry = { readonly answer: string } | { readonly never: true };

/** What we need of the editor's. */
export interface Storage extends Pick<vscode.SecretStorage, 'get' | 'store' | 'delete'> {
  onDidChange(listener: (event: { readonly key: string }) => void): { dispose(): void };
}

const indexKey = 'index';

/** A password belongs to an account and a host key, a passphrase to its key, whoever logs in with that. */
export function secretId(question: SecretQuestion): string {
  const parts = question.kind === 'password' ? [question.who, question.hostKey] : [question.keyFingerprint];
  return JSON.stringify([question.kind, ...parts]);
}

export class SecretStore {
  readonly #storage: Storage;
  readonly #now: () => number;
  /** What this window has put into the index: two windows that write at once may lose one of the two. */
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

  /** All that is there, the newest last. */
  list(): Promise<readonly SecretName[]> {
    return this.#inTurn(async () => {
      const names = [...(await this.#index()).values()];
      const entries = await Promise.all(names.map(({ id }) => this.#entry(id)));
      return names.filter((_, position) => entries[position] !== undefined);
    });
  }

  keep(question: SecretQuestion, answer: string): Promise<void> {
    return this.#write(this.#nameOf(question, false), { answer });
  }

  keepNever(question: SecretQuestion): Promise<void> {
    return this.#write(this.#nameOf(question, true), { never: true });
  }

  remove(ids: readonly string[]): Promise<void> {
    return this.#inTurn(() => this.#remove(ids));
  }

  /** Unless another window has put something else in its place. @returns whether it was there */
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
      // What is stored must be listed, or it could not be removed: the name comes first.
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

  /** Puts back what another window's write has lost; what another window has removed is gone for us too. */
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

  /** One after the other, so that a recall sees what was dropped just before. */
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
