// Tells the windows how their tunnels are: what changes in one tick goes out together, counters from time to time.
import { reportOf } from './leases';
import type { Holding, Managed, Window } from './leases';
import type { TunnelReport } from '../protocol/protocol';

export interface ReporterOptions {
  readonly windows: () => Iterable<Window>;
  readonly tunnels: () => Iterable<Managed>;
  /** What is to be said instead of how it is; undefined: nothing else. */
  readonly instead: (holding: Holding) => TunnelReport | undefined;
}

export class Reporter {
  readonly #options: ReporterOptions;
  #flushing = false;

  constructor(options: ReporterOptions) {
    this.#options = options;
  }

  /** To be told in a moment. */
  changed(managed: Managed): void {
    managed.changed = true;
    if (!this.#flushing) {
      this.#flushing = true;
      setImmediate(() => {
        this.#flushing = false;
        this.flush();
      });
    }
  }

  flush(): void {
    const changed = new Set([...this.#options.tunnels()].filter((managed) => managed.changed));
    for (const managed of changed) {
      managed.changed = false;
    }
    for (const { port, holdings } of this.#options.windows()) {
      const reports = [...holdings.values()]
        .filter(({ managed }) => changed.has(managed))
        .map((holding) => this.#options.instead(holding) ?? reportOf(holding));
      if (port && reports.length > 0) {
        port.report(reports);
      }
    }
  }

  /** The counters that have moved. */
  traffic(): void {
    for (const managed of this.#options.tunnels()) {
      const { forwards, compression, programs } = managed.tunnel;
      const counters = JSON.stringify([forwards, compression, programs]);
      if (counters !== managed.told) {
        managed.told = counters;
        this.changed(managed);
      }
    }
  }
}
