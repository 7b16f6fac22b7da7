// When to redraw: at once for a change of state, once a second for counters, and a tick while something counts down.

/** Starts a timer; the function it returns ends it. */
export type Schedule = (action: () => void, milliseconds: number) => () => void;

export const scheduleTimeout: Schedule = (action, milliseconds) => {
  const timer = setTimeout(action, milliseconds);
  return () => clearTimeout(timer);
};

export const redrawInterval = 1000;

/** Gathers what has changed and hands it over at most once a second. */
export class Pacer {
  readonly #redraw: (ids: ReadonlySet<string>) => void;
  readonly #schedule: Schedule;
  #pending = new Set<string>();
  #cancel: (() => void) | undefined;

  constructor(redraw: (ids: ReadonlySet<string>) => void, schedule: Schedule) {
    this.#redraw = redraw;
    this.#schedule = schedule;
  }

  add(id: string): void {
    this.#pending.add(id);
    this.#cancel ??= this.#schedule(() => this.#flush(), redrawInterval);
  }

  /** Drops what waits: it has just been drawn, or nobody looks. */
  clear(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#pending.clear();
  }

  #flush(): void {
    const ids = this.#pending;
    this.#pending = new Set();
    this.#cancel = undefined;
    this.#redraw(ids);
  }
}
