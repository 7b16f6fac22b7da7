// Turns ports from our variables into numbers: a variable is always a string, but debug adapters need a number.
import { isRecord } from '../../../tunnels/util/text';

/** How deep a launch configuration is searched; `connect.port` of debugpy is at depth 2. */
const maxDepth = 4;

export class GivenPorts {
  readonly #ports = new Set<string>();

  add(port: string): void {
    this.#ports.add(port);
  }

  /** Returns the configuration with each `port` from one of our variables as a number. */
  asNumbers<T extends object>(configuration: T): T {
    return this.#converted(configuration, maxDepth) as T;
  }

  #converted(value: unknown, depth: number): unknown {
    if (!isRecord(value) || depth === 0) {
      return value;
    }
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, this.#convertedAt(key, inner, depth)]),
    );
  }

  #convertedAt(key: string, value: unknown, depth: number): unknown {
    if (key === 'port' && typeof value === 'string') {
      return this.#ports.has(value) ? Number(value) : value;
    }
    // Environment variables are always strings, even if one is named "port".
    return key === 'env' ? value : this.#converted(value, depth - 1);
  }
}
