// Reports the state of their tunnels to the windows: all changes of one tick together, counters from time to time.
import { reportOf } from './leases';
import type { WindowLease, SharedTunnel, Window } from './leases';
import type { TunnelReport } from '../protocol/protocol';

export interface ReporterOptions {
  readonly windows: Iterable<Window>;
  readonly tunnels: Iterable<SharedTunnel>;
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
  changed(shared: SharedTunnel): void {
    shared.changed = true;
    if (!this.#flushing) {
      this.#flushing = true;
      setImmediate(() => {
        this.#flushing = false;
        this.flush();
      });
    }
  }

  flush(): void {
    const changed = new Set([...this.#options.tunnels].filter((shared) => shared.changed));
    for (const shared of changed) {
      shared.changed = false;
    }
    for (const { channel, leases } of this.#options.windows) {
      const reports = [...leases.values()]
        .filter(({ shared }) => changed.has(shared))
        .map((windowLease) => this.#options.override(windowLease) ?? reportOf(windowLease));
      if (channel && reports.length > 0) {
        channel.report(reports);
      }
    }
  }

  /** Reports the tunnels whose counters have changed. */
  traffic(): void {
    for (const shared of this.#options.tunnels) {
      const { forwards, compression, programs } = shared.tunnel;
      const counters = JSON.stringify([forwards, compression, programs]);
      if (counters !== shared.reportedCounters) {
        shared.reportedCounters = counters;
        this.changed(shared);
      }
    }
  }
}
