// The key of programs that are not trusted: the display forgets it when nobody has used it for a while, so it is renewed
// before that.
import type { AuthKey } from './x11Setup';

interface Connection {
  once(event: 'close', listener: () => void): unknown;
}

export class UntrustedKey {
  readonly #timeout: number;
  readonly #generate: () => Promise<AuthKey>;
  readonly #now: () => number;
  #key: Promise<AuthKey> | undefined;
  #connections = 0;
  /** Milliseconds: when it was made, or last used. */
  #idleSince = 0;

  /**
   * @param timeout seconds; 0: it is good for ever
   * @param generate makes one
   */
  constructor(timeout: number, generate: () => Promise<AuthKey>, now = (): number => performance.now()) {
    this.#timeout = timeout;
    this.#generate = generate;
    this.#now = now;
  }

  /** One that is good. @throws what makes it throws */
  get(): Promise<AuthKey> {
    const idle = (this.#now() - this.#idleSince) / 1000;
    const isGood = this.#timeout === 0 || this.#connections > 0 || idle < this.#timeout;
    if (!this.#key || !isGood) {
      this.#idleSince = this.#now();
      const key = this.#generate();
      this.#key = key;
      key.catch(() => {
        // The next one who asks tries again.
        if (this.#key === key) {
          this.#key = undefined;
        }
      });
    }
    return this.#key;
  }

  /** While one of its connections is open, the display keeps it. */
  usedBy(connection: Connection): void {
    this.#connections++;
    connection.once('close', () => {
      this.#connections--;
      this.#idleSince = this.#now();
    });
  }
}
