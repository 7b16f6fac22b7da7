// A fake of the editor's SecretStorage, as the windows of one user see it: one content, and an event for all of them.
import type { Storage } from '../../../src/extension/secrets/secretStore';

type Changed = Parameters<Storage['onDidChange']>[0];

export class FakeStorage implements Storage {
  readonly content = new Map<string, string>();
  broken = false;
  /** Called after a value is read and before it is returned, so that another window can change it. */
  onRead: (key: string) => Promise<void> | void = () => undefined;
  readonly #listeners = new Set<Changed>();

  async get(key: string): Promise<string | undefined> {
    this.#work();
    const value = this.content.get(key);
    await this.onRead(key);
    return value;
  }

  store(key: string, value: string): Promise<void> {
    return this.#change(key, () => this.content.set(key, value));
  }

  delete(key: string): Promise<void> {
    return this.#change(key, () => this.content.delete(key));
  }

  onDidChange(listener: Changed): { dispose(): void } {
    this.#listeners.add(listener);
    return { dispose: () => void this.#listeners.delete(listener) };
  }

  async #change(key: string, change: () => void): Promise<void> {
    await Promise.resolve();
    this.#work();
    change();
    this.#listeners.forEach((listener) => listener({ key }));
  }

  #work(): void {
    if (this.broken) {
      throw new Error(`the keyring is locked: ${[...this.content.values()].join()}`);
    }
  }
}
