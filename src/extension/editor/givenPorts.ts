// The ports that variables have given away: text, as all that a variable can be, where debug adapters want a number.
import { isRecord } from '../../tunnels/model/text';

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
      Object.entries(value).map(([key, inner]) => [
        key,
        key === 'port' && typeof inner === 'string' && this.#ports.has(inner)
          ? Number(inner)
          : this.#converted(inner, depth - 1),
      ]),
    );
  }
}
