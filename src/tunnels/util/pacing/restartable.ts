// Work that is done anew whenever what it works on changes.

/** Milliseconds. After this, the work is finished first, even if it is outdated: changes may never end. */
const longestPostponementMs = 2000;

/** One run at a time. A request ends the run under way, which is outdated, and starts another. */
export class Restartable {
  readonly #work: (signal: AbortSignal) => Promise<void>;
  readonly #onError: (error: unknown) => void;
  #last = Promise.resolve();
  #current = new AbortController();
  #newest: AbortController | undefined;
  /** When the oldest request that isn't done was made. */
  #openSince: number | undefined;

  /** @param work throws the signal's reason when aborted; `onError` isn't told of that */
  constructor(work: (signal: AbortSignal) => Promise<void>, onError: (error: unknown) => void) {
    this.#work = work;
    this.#onError = onError;
  }

  request(): void {
    const now = performance.now();
    this.#openSince ??= now;
    if (now - this.#openSince < longestPostponementMs) {
      this.#current.abort();
    }
    const mine = new AbortController();
    this.#last = this.#last.then(() => this.#run(mine));
    this.#newest = mine;
  }

  async #run(mine: AbortController): Promise<void> {
    // Of several requests that waited, the newest does for all.
    if (mine !== this.#newest) {
      return;
    }
    this.#current = mine;
    try {
      await this.#work(mine.signal);
    } catch (error) {
      if (!mine.signal.aborted) {
        this.#onError(error);
      }
    }
    if (!mine.signal.aborted) {
      this.#openSince = mine === this.#newest ? undefined : performance.now();
    }
  }

  /** Resolves when everything requested so far, or newer work, is done. */
  async settled(): Promise<void> {
    let last: Promise<void>;
    do {
      last = this.#last;
      await last;
    } while (last !== this.#last);
  }

  /** Ends the run under way and starts no other. */
  dispose(): void {
    this.#newest = undefined;
    this.#current.abort();
  }
}
