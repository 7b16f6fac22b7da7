// Something that happens once, for others to wait for.

export class Milestone {
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

  /** Resolves at the latest after so many milliseconds. */
  within(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      void this.reached.then(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
