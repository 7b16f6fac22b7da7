// The last ten minutes of traffic of each tunnel of this window, so that Details has its chart at once.
import { forwardKey } from '../../tunnels/config/forward';
import type { TunnelSnapshot } from '../../tunnels/model/snapshot';
import type { Moving, Traffic, TrafficSample } from '../../views/details/traffic';

/** Milliseconds. */
const sampleEveryMs = 2000;
const maxSamples = 300;

interface Recorded {
  readonly samples: TrafficSample[];
  /** Bytes in all, by forwardKey(). */
  counted: ReadonlyMap<string, Counts>;
  moving: Moving;
}

interface Counts {
  readonly received: number;
  readonly sent: number;
}

export class TrafficHistory implements Disposable {
  readonly #tunnels: () => readonly TunnelSnapshot[];
  readonly #recorded = new Map<string, Recorded>();
  readonly #timer: NodeJS.Timeout;
  #last: number;

  constructor(tunnels: () => readonly TunnelSnapshot[], now: () => number = Date.now) {
    this.#tunnels = tunnels;
    this.#last = now();
    this.#timer = setInterval(() => this.sample(now()), sampleEveryMs).unref();
  }

  of(tunnelId: string): Traffic {
    const { samples = [], moving = new Map<string, number>() } = this.#recorded.get(tunnelId) ?? {};
    return { samples, moving };
  }

  /** @param now milliseconds of the epoch, later than the last time */
  sample(now: number): void {
    const seconds = Math.max((now - this.#last) / 1000, 0.001);
    this.#last = now;
    const known = new Set<string>();
    for (const tunnel of this.#tunnels()) {
      known.add(tunnel.id);
      this.#sampleOne(tunnel, now, seconds);
    }
    for (const id of this.#recorded.keys()) {
      if (!known.has(id)) {
        this.#recorded.delete(id);
      }
    }
  }

  #sampleOne(tunnel: TunnelSnapshot, now: number, seconds: number): void {
    const isUp = tunnel.state.status === 'up';
    const before = this.#recorded.get(tunnel.id);
    if (!isUp && !before) {
      return;
    }
    const recorded: Recorded = before ?? { samples: [], counted: new Map(), moving: new Map() };
    this.#recorded.set(tunnel.id, recorded);
    const counted = new Map<string, Counts>();
    const moving = new Map<string, number>();
    let [received, sent, connections] = [0, 0, 0];
    for (const { forward, state } of tunnel.forwards) {
      if (state.status === 'listening') {
        const key = forwardKey(forward);
        const now = { received: state.bytesIn, sent: state.bytesOut };
        counted.set(key, now);
        // Without an earlier count, these bytes may be hours old. A restarted daemon counts from 0.
        const last = recorded.counted.get(key) ?? now;
        const [more, less] = [Math.max(0, now.received - last.received), Math.max(0, now.sent - last.sent)];
        received += more;
        sent += less;
        connections += state.connections;
        if (more + less > 0) {
          moving.set(key, (more + less) / seconds);
        }
      }
    }
    recorded.counted = counted;
    recorded.moving = moving;
    recorded.samples.push({
      at: now,
      ...(isUp && { rates: { received: received / seconds, sent: sent / seconds, connections } }),
    });
    recorded.samples.splice(0, recorded.samples.length - maxSamples);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  dispose(): void {
    this[Symbol.dispose]();
  }
}
