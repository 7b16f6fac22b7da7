// Detects that the machine has slept, or that its network has changed, so that connections are checked and retried at
// once. It polls once a second: no system reports both events, and Node reports neither.
import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';

export type NetworkEvent = 'wake' | 'network';

const pollIntervalMs = 1000;
/** A timer that fires this much too late means that the machine slept. */
const sleepThresholdMs = 3000;

export interface NetworkMonitorOptions {
  readonly onEvent: (event: NetworkEvent) => void;
  /** Milliseconds of the wall clock: on Linux, other clocks stop while the machine sleeps (clock_gettime(2)). */
  readonly now?: () => number;
  /** A text that differs when the network differs; empty: no network. */
  readonly network?: () => string;
}

export class NetworkMonitor implements Disposable {
  readonly #options: Required<NetworkMonitorOptions>;
  readonly #timer: NodeJS.Timeout;
  #checkedAt: number;
  #network: string;

  constructor({ onEvent, now = Date.now, network = describeNetwork }: NetworkMonitorOptions) {
    this.#options = { onEvent, now, network };
    this.#checkedAt = now();
    this.#network = network();
    this.#timer = setInterval(() => this.check(), pollIntervalMs).unref();
  }

  check(): void {
    const { now, network, onEvent } = this.#options;
    const before = this.#checkedAt;
    this.#checkedAt = now();
    const last = this.#network;
    this.#network = network();
    if (this.#network === '' && last !== '') {
      // Offline: nothing could answer, and connections may survive it. Report when a network is back.
      return;
    }
    if (this.#checkedAt - before > pollIntervalMs + sleepThresholdMs) {
      onEvent('wake');
    } else if (this.#network !== last) {
      onEvent('network');
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

/** All addresses and routes as one text. */
function describeNetwork(): string {
  const addresses = Object.entries(interfaces()).flatMap(([name, all = []]) =>
    all
      .filter(({ internal, address }) => !internal && !isLinkLocal(address))
      .map(({ address, netmask }) => `${name} ${address} ${netmask}`),
  );
  if (addresses.length === 0) {
    return '';
  }
  return [...addresses.sort(), ...routes('/proc/net/route'), ...routes('/proc/net/ipv6_route')].join('\n');
}

/** Not routable. Some interfaces have such an address without any network (RFC 3927, RFC 4291 §2.5.6). */
function isLinkLocal(address: string): boolean {
  return /^(169\.254\.|fe[89ab][0-9a-f]:)/i.test(address);
}

/** Empty if the system returns an error. */
function interfaces(): ReturnType<typeof networkInterfaces> {
  try {
    return networkInterfaces();
  } catch {
    return {};
  }
}

/** Linux only. Leaves out the counters, which change although the route does not (proc(5)). */
function routes(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields.at(-1) !== 'lo')
      .map((fields) =>
        (file.endsWith('ipv6_route') ? [0, 1, 4, 9] : [0, 1, 2, 7]).map((column) => fields[column]).join(' '),
      );
  } catch {
    return [];
  }
}
