// Where a forward gets its SSH session from: the one there is now, or the next one, for a client that comes while the
// tunnel is reconnecting.
import type { SshSession } from '../ssh/session';

export class SessionSource {
  #session: SshSession | undefined;
  #waiting = new Set<(session: SshSession) => void>();

  get current(): SshSession | undefined {
    return this.#session;
  }

  set(session: SshSession | undefined): void {
    this.#session = session;
    if (session) {
      const waiting = this.#waiting;
      this.#waiting = new Set();
      for (const proceed of waiting) {
        proceed(session);
      }
    }
  }

  /** @returns undefined when none has come within the time (milliseconds), or when it was given up */
  wait(milliseconds: number, signal: AbortSignal): Promise<SshSession | undefined> {
    if (this.#session || signal.aborted) {
      return Promise.resolve(this.#session);
    }
    return new Promise((resolve) => {
      const settle = (session?: SshSession): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', giveUp);
        this.#waiting.delete(settle);
        resolve(session);
      };
      const giveUp = (): void => settle();
      const timer = setTimeout(giveUp, milliseconds);
      signal.addEventListener('abort', giveUp, { once: true });
      this.#waiting.add(settle);
    });
  }
}
