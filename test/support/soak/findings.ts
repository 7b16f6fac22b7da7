// Records what must never happen, and counts events.

export class Findings {
  /** What must never happen, and has happened. */
  readonly violations: string[] = [];
  readonly #counts = new Map<string, number>();
  readonly #start = performance.now();
  readonly #note: (line: string) => void;

  /** @param note receives every event, for investigating a violation */
  constructor(note: (line: string) => void) {
    this.#note = note;
  }

  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#counts].sort(([a], [b]) => a.localeCompare(b)));
  }

  count(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  sum(pattern: RegExp): number {
    return [...this.#counts].reduce((sum, [what, count]) => sum + (pattern.test(what) ? count : 0), 0);
  }

  note(text: string): void {
    this.#note(this.#timed(text));
  }

  violation(text: string): void {
    const line = this.#timed(text);
    this.violations.push(line);
    this.#note(`VIOLATION ${line}`);
  }

  /** With the clock time, which the daemon's log uses. */
  #timed(text: string): string {
    const seconds = ((performance.now() - this.#start) / 1000).toFixed(1);
    return `${new Date().toISOString().slice(11, 23)} (${seconds} s) ${text}`;
  }
}
