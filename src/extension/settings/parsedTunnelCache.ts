// Remembers how each tunnel of the settings was parsed, so that a change of one doesn't cost the time of all, and an
// unchanged one keeps its object.
import { parseTunnel } from '../../tunnels/config/parsing/parseTunnel';
import type { ParsedTunnel } from '../../tunnels/config/parsing/parseTunnel';

interface CachedTunnel {
  /** JSON of its value. */
  readonly text: string;
  readonly parsed: ParsedTunnel;
}
type CachedTunnels = Map<string, CachedTunnel>;

/** One reading of all settings. */
export class CachedReading {
  readonly tunnels: CachedTunnels = new Map();
  readonly #earlier: ReadonlyMap<string, CachedTunnel>;

  constructor(earlier: ReadonlyMap<string, CachedTunnel>) {
    this.#earlier = earlier;
  }

  /** A parser for the tunnels of one origin. */
  of(origin: string): typeof parseTunnel {
    return (name, value, variables) => {
      const text = textOf(value);
      if (text === undefined) {
        return parseTunnel(name, value, variables);
      }
      const id = JSON.stringify([origin, name]);
      const earlier = this.#earlier.get(id);
      const cached = earlier?.text === text ? earlier : { text, parsed: parseTunnel(name, value, variables) };
      this.tunnels.set(id, cached);
      return cached.parsed;
    };
  }
}

export class ParsedTunnelCache {
  #tunnels: ReadonlyMap<string, CachedTunnel> = new Map();

  begin(): CachedReading {
    return new CachedReading(this.#tunnels);
  }

  /** The reading is complete. What it didn't find is forgotten. */
  end({ tunnels }: CachedReading): void {
    this.#tunnels = tunnels;
  }
}

/**
 * @returns undefined for what must be parsed each time: a value with a socket path, whose meaning depends on the folder
 *   and the file system
 */
function textOf(value: unknown): string | undefined {
  try {
    const text = JSON.stringify(value) as string | undefined;
    return text === undefined || /[/\\~$]/.test(text) ? undefined : text;
  } catch {
    // Nested too deeply.
    return undefined;
  }
}
