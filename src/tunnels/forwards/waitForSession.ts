// Provides a forward's clients with the SSH session: the current one, or the next one for a client that connects while
// the tunnel is reconnecting or not yet connected.
import { Deadline } from '../util/timeOuts';
import type { SshSession } from '../ssh/session/session';

interface Waiter {
  readonly settle: (session?: SshSession) => void;
  readonly deadline: Deadline;
}

export class SessionSource {
  /** A client waits for a session. */
  readonly #onWaiter: () => void;
  readonly #waiting = new Set<Waiter>();
  #session: SshSession | undefined;
  #asking = false;

  constructor(onWaiter: () => void = () => undefined) {
    this.#onWaiter = onWaiter;
  }

  get current(): SshSession | undefined {
    return this.#session;
  }

  set(session: SshSession | undefined): void {
    this.#session = session;
    if (session) {
      this.#settleAll(session);
    }
  }

  /** No session will come: ends all waits. */
  giveUp(): void {
    this.#settleAll(undefined);
  }

  /** Pauses the deadlines of waiting clients while a question to the user is open. */
  pauseDeadlines(asking: boolean): void {
    this.#asking = asking;
    for (const { deadline } of this.#waiting) {
      if (asking) {
        deadline.pause();
      } else {
        deadline.resume();
      }
    }
  }

  /** @returns undefined on time-out, or when no session will come */
  wait(timeoutMs: number, signal: AbortSignal): Promise<SshSession | undefined> {
    if (this.#session || signal.aborted) {
      return Promise.resolve(this.#session);
    }
    return new Promise((resolve) => {
      const giveUp = (): void => waiter.settle();
      const waiter: Waiter = {
        settle: (session) => {
          waiter.deadline[Symbol.dispose]();
          signal.removeEventListener('abort', giveUp);
          this.#waiting.delete(waiter);
          resolve(session);
        },
        deadline: new Deadline(timeoutMs, giveUp),
      };
      if (this.#asking) {
        waiter.deadline.pause();
      }
      signal.addEventListener('abort', giveUp, { once: true });
      this.#waiting.add(waiter);
      this.#onWaiter();
    });
  }

  #settleAll(session: SshSession | undefined): void {
    for (const { settle } of [...this.#waiting]) {
      settle(session);
    }
  }
}
