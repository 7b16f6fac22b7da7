// Reports the state of their tunnels to the windows: all changes of one tick together, counters from time to time.
import { reportOf } from './leases';
import type { WindowLease, ManagedTunnel, Window } from './leases';
import type { TunnelReport } from '../protocol/protocol';

export interface ReporterOptions {
  readonly windows: () => Iterable<Window>;
  readonly tunnels: () => Iterable<ManagedTunnel>;
  /** A report to send instead of the real one; undefined: none. */
  readonly override: (windowLease: WindowLease) => TunnelReport | undefined;
}

export class Reporter {
  readonly #options: ReporterOptions;
  #flushing = false;

  constructor(options: ReporterOptions) {
    this.#options = options;
  }

  /** To be reported in the next tick. */
  changed(managed: ManagedTunnel): void {
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
    for (const { channel, leases } of this.#options.windows()) {
      const reports = [...leases.values()]
        .filter(({ managed }) => changed.has(managed))
        .map((windowLease) => this.#options.override(windowLease) ?? reportOf(windowLease));
      if (channel && reports.length > 0) {
        channel.report(reports);
      }
    }
  }

  /** Reports the tunnels whose counters have changed. */
  traffic(): void {
    for (const managed of this.#options.tunnels()) {
      const { forwards, compression, programs } = managed.tunnel;
      const counters = JSON.stringify([forwards, compression, programs]);
      if (counters !== managed.reportedCounters) {
        managed.reportedCounters = counters;
        this.changed(managed);
      }
    }
  }
}
