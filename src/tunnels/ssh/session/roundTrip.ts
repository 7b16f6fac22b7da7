// How long a server takes to answer: as the requests show that are sent anyway, and measured for Details.

/** Milliseconds: the shortest time between two measurements. */
const measureEveryMs = 5000;

/** All times are milliseconds. */
export class RoundTrip {
  #shortest = Infinity;
  #last: { readonly ms: number; readonly at: number } | undefined;
  #isMeasuring = false;

  /** Infinity: the server has not answered yet. */
  get shortest(): number {
    return this.#shortest;
  }

  /** undefined: the server has not answered yet. */
  get last(): number | undefined {
    return this.#last?.ms ?? (Number.isFinite(this.#shortest) ? this.#shortest : undefined);
  }

  /** An answer has come. @param start when it was requested, by performance.now() */
  record(start: number): void {
    this.#shortest = Math.min(this.#shortest, performance.now() - start);
  }

  /** Asks the server, unless an answer is recent or still to come. */
  measure(ping: (onAnswer: () => void) => void): void {
    const start = performance.now();
    if (this.#isMeasuring || (this.#last && start - this.#last.at < measureEveryMs)) {
      return;
    }
    this.#isMeasuring = true;
    ping(() => {
      this.#isMeasuring = false;
      const at = performance.now();
      this.#last = { ms: at - start, at };
      this.record(start);
    });
  }
}
