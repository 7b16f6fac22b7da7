// Serialises the parts of a soak that would disturb each other.

export class Mutex {
  #last: Promise<void> = Promise.resolve();

  /** Runs it when all earlier ones are done. */
  async runExclusive<T>(work: () => Promise<T>): Promise<T> {
    const before = this.#last;
    let done: () => void = () => undefined;
    this.#last = new Promise((resolve) => (done = resolve));
    await before;
    try {
      return await work();
    } finally {
      done();
    }
  }
}
