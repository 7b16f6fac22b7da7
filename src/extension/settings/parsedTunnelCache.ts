// Remembers how each tunnel of the settings was parsed, so that a change of one doesn't cost the time of all, and an
// unchanged one keeps its object.
import type { ParsedTunnel } from '../../tunnels/config/parsing/parseTunnel';

interface CachedTunnel {
  /** JSON of its value. */
  readonly text: string;
  readonly parsed: ParsedTunnel;
}
type Parse = (name: string, value: unknown) => ParsedTunnel;
type CachedTunnels = Map<string, CachedTunnel>;

/** One reading of all settings. */
export class CachedReading {
  readonly tunnels: CachedTunnels = new Map();
  readonly #earlier: ReadonlyMap<string, CachedTunnel>;

  constructor(earlier: ReadonlyMap<string, CachedTunnel>) {
    this.#earlier = earlier;
  }

  /** A parser for the tunnels of one origin, which parses only those that have changed. */
  parser(origin: string, parse: Parse): Parse {
    return (name, value) => {
      const text = textOf(value);
      if (text === undefined) {
        return parse(name, value);
      }
      const id = JSON.stringify([origin, name]);
      const earlier = this.#earlier.get(id);
      const cached = earlier?.text === text ? earlier : { text, parsed: parse(name, value) };
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
 * @returns undefined for what is parsed each time: a value with a socket path, whose meaning depends on the folder
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
