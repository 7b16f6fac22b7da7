// Where a forward gets its SSH session from: the one there is now, or the next one, for a client that comes while the
// tunnel is reconnecting, or before it has dialled at all.
import { Deadline } from '../util/deadline';
import type { SshSession } from '../ssh/session/session';

interface Waiter {
  readonly settle: (session?: SshSession) => void;
  readonly deadline: Deadline;
}

export class SessionSource {
  /** Somebody waits. */
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

  /** No session will come: nobody waits any longer. */
  giveUp(): void {
    this.#settleAll(undefined);
  }

  /** While a person is asked something, nobody's time runs out. */
  hold(asking: boolean): void {
    this.#asking = asking;
    for (const { deadline } of this.#waiting) {
      if (asking) {
        deadline.pause();
      } else {
        deadline.resume();
      }
    }
  }

  /** @returns undefined when none has come within the time (milliseconds), or when it was given up */
  wait(milliseconds: number, signal: AbortSignal): Promise<SshSession | undefined> {
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
        deadline: new Deadline(milliseconds, giveUp),
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
