// Limits redraws for counters and countdowns to one a second.

/** Starts a timer; the returned function cancels it. */
export type Schedule = (action: () => void, delayMs: number) => () => void;

export const scheduleTimeout: Schedule = (action, delayMs) => {
  const timer = setTimeout(action, delayMs);
  return () => clearTimeout(timer);
};

export const redrawIntervalMs = 1000;

/** Collects the ids of changed tunnels and redraws them at most once a second. */
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
    this.#cancel ??= this.#schedule(() => this.#flush(), redrawIntervalMs);
  }

  /** Forgets the pending ids: they were just redrawn, or the view is hidden. */
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
