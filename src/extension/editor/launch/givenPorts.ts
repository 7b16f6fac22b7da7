// The ports that variables have given away: text, as all that a variable can be, where debug adapters want a number.
import { isRecord } from '../../../tunnels/util/text';

/** How deep a launch configuration is searched: `connect.port` of debugpy is at 2. */
const deepest = 4;

export class GivenPorts {
  readonly #ports = new Set<string>();

  add(port: string): void {
    this.#ports.add(port);
  }

  /** The same configuration, with each `port` that a variable of ours has filled in as a number. */
  asNumbers<T extends object>(configuration: T): T {
    return this.#converted(configuration, deepest) as T;
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
    // The environment of a program is text, whatever its variables are called.
    return key === 'env' ? value : this.#converted(value, depth - 1);
  }
}
