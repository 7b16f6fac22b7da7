// The last lines of each tunnel's log, for when the user asks to see them. Bounded for each tunnel and for all of them.
import type { LogLevel } from '../../tunnels/util/log';

export interface RecentLine {
  readonly level: LogLevel;
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface RecentLinesLimits {
  readonly linesPerTunnel: number;
  /** In characters of text, of one tunnel and of all. */
  readonly perTunnel: number;
  readonly total: number;
}

const defaultLimits = { linesPerTunnel: 1000, perTunnel: 128 * 1024, total: 1024 * 1024 };

interface Ring {
  readonly lines: RecentLine[];
  length: number;
}

export class RecentLines {
  readonly #limits: RecentLinesLimits;
  readonly #rings = new Map<string, Ring>();
  #total = 0;

  constructor(limits: RecentLinesLimits = defaultLimits) {
    this.#limits = limits;
  }

  /** The oldest first. */
  of(tunnel: string): readonly RecentLine[] {
    return this.#rings.get(tunnel)?.lines ?? [];
  }

  add(tunnel: string, line: RecentLine): void {
    const ring = this.#rings.get(tunnel) ?? { lines: [], length: 0 };
    this.#rings.set(tunnel, ring);
    ring.lines.push(line);
    ring.length += line.text.length;
    this.#total += line.text.length;
    const { linesPerTunnel, perTunnel, total } = this.#limits;
    while (ring.lines.length > linesPerTunnel || ring.length > perTunnel) {
      this.#drop(tunnel, ring);
    }
    while (this.#total > total) {
      // The longest log loses its oldest lines, so that the others keep theirs.
      const [longest] = [...this.#rings].sort(([, a], [, b]) => b.length - a.length);
      if (!longest) {
        return;
      }
      this.#drop(...longest);
    }
  }

  #drop(tunnel: string, ring: Ring): void {
    const { length } = ring.lines.shift()?.text ?? '';
    ring.length -= length;
    this.#total -= length;
    if (ring.lines.length === 0) {
      this.#rings.delete(tunnel);
    }
  }
}
