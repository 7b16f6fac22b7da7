// Renews the cookie of untrusted programs in time: the display drops it after some time without use.
import type { AuthCookie } from './x11Setup';

interface Connection {
  once(event: 'close', listener: () => void): unknown;
}

export class CookieRenewal {
  readonly #timeout: number;
  readonly #generate: () => Promise<AuthCookie>;
  readonly #now: () => number;
  #cookie: Promise<AuthCookie> | undefined;
  #connections = 0;
  /** Milliseconds: when it was generated, or last used. */
  #idleSince = 0;

  /**
   * @param timeout seconds; 0: it never expires
   * @param generate generates a new one
   */
  constructor(timeout: number, generate: () => Promise<AuthCookie>, now = (): number => performance.now()) {
    this.#timeout = timeout;
    this.#generate = generate;
    this.#now = now;
  }

  /** A valid cookie. @throws what `generate` throws */
  get(): Promise<AuthCookie> {
    const idle = (this.#now() - this.#idleSince) / 1000;
    const isValid = this.#timeout === 0 || this.#connections > 0 || idle < this.#timeout;
    if (!this.#cookie || !isValid) {
      this.#idleSince = this.#now();
      const cookie = this.#generate();
      this.#cookie = cookie;
      cookie.catch(() => {
        // The next call tries again.
        if (this.#cookie === cookie) {
          this.#cookie = undefined;
        }
      });
    }
    return this.#cookie;
  }

  /** The display does not drop it while one of its connections is open. */
  usedBy(connection: Connection): void {
    this.#connections++;
    connection.once('close', () => {
      this.#connections--;
      this.#idleSince = this.#now();
    });
  }
}
