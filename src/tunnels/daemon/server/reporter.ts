// Reports the state of their tunnels to the windows: all changes of one tick together, counters from time to time, and
// so are the changes of a tunnel that changes again and again.
import { reportOf } from './leases';
import type { WindowLease, SharedTunnel, Window } from './leases';
import type { TunnelReport } from '../protocol/protocol';
import { TokenBucket } from '../../util/pacing/tokenBucket';

export interface ReporterOptions {
  readonly windows: Iterable<Window>;
  readonly tunnels: Iterable<SharedTunnel>;
  /** A report to send instead of the real one; undefined: none. */
  readonly override: (windowLease: WindowLease) => TunnelReport | undefined;
}

/**
 * Reports of one tunnel at once. Each client whose target refuses it is a change, and a server or a program may send
 * thousands: a report has all forwards of the tunnel, and keeps the editor busy.
 */
const reportsAtOnce = { most: 50, perSecond: 4 };

export class Reporter {
  readonly #options: ReporterOptions;
  readonly #tokens = new WeakMap<SharedTunnel, TokenBucket>();
  #flushing = false;

  constructor(options: ReporterOptions) {
    this.#options = options;
  }

  /** To be reported in the next tick, or with the counters if that was often recently. */
  changed(shared: SharedTunnel): void {
    const tokens = this.#tokens.get(shared) ?? new TokenBucket(reportsAtOnce);
    this.#tokens.set(shared, tokens);
    // A change of the same tick is part of the same report.
    if (!(shared.changed && this.#flushing) && tokens.take()) {
      this.#scheduleFlush();
    }
    shared.changed = true;
  }

  #scheduleFlush(): void {
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
      shared.reportedCounters = countersOf(shared);
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

  /** Reports the tunnels whose counters have changed, and what was not reported at once. */
  traffic(): void {
    for (const shared of this.#options.tunnels) {
      shared.changed ||= countersOf(shared) !== shared.reportedCounters;
      if (shared.changed) {
        this.#scheduleFlush();
      }
    }
  }
}

function countersOf({ tunnel: { forwards, compression, protection, programs } }: SharedTunnel): string {
  return JSON.stringify([forwards, compression, protection, programs]);
}
