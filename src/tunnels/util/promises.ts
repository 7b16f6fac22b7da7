// An event that happens once and can be awaited.

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
