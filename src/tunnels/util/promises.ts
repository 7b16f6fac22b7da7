// Promises: an event that happens once and can be awaited, and waits that can be aborted.

/** An event that happens once. */
export class OneShot {
  readonly reached: Promise<void>;
  #reach: () => void = () => undefined;
  #isReached = false;

  constructor() {
    this.reached = new Promise((resolve) => {
      this.#reach = resolve;
    });
  }

  get isReached(): boolean {
    return this.#isReached;
  }

  reach(): void {
    this.#isReached = true;
    this.#reach();
  }

  /** Resolves when reached, at the latest after `timeoutMs`. */
  within(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      void this.reached.then(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

/** Settles as the promise does. @throws the signal's reason as soon as the signal is aborted */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    if (signal.aborted) {
      onAbort();
    }
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/** What a promise was rejected with, which may be anything. */
export function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
