// Notices that the machine has slept, or that its network has changed: then connections are probed at once, and whoever
// waits for the network tries again. By looking, once a second: no system tells both, and none tells Node.
import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';

export type Upheaval = 'wake' | 'network';

/** Milliseconds between two looks. */
const interval = 1000;
/** A timer that is late by so much was not late: everything stood still. */
const drift = 3000;

export interface UpheavalWatchOptions {
  readonly onUpheaval: (what: Upheaval) => void;
  /** Milliseconds of the wall clock: others stand still while the machine sleeps (clock_gettime(2)). */
  readonly now?: () => number;
  /** Equal for equal networks; empty where there is none at all. */
  readonly network?: () => string;
}

export class UpheavalWatch implements Disposable {
  readonly #options: Required<UpheavalWatchOptions>;
  readonly #timer: NodeJS.Timeout;
  #looked: number;
  #network: string;

  constructor({ onUpheaval, now = Date.now, network = describeNetwork }: UpheavalWatchOptions) {
    this.#options = { onUpheaval, now, network };
    this.#looked = now();
    this.#network = network();
    this.#timer = setInterval(() => this.look(), interval).unref();
  }

  look(): void {
    const { now, network, onUpheaval } = this.#options;
    const before = this.#looked;
    this.#looked = now();
    const known = this.#network;
    this.#network = network();
    if (this.#network === '' && known !== '') {
      // Nobody could answer, and a connection may live through it: the time to look is when a network is back.
      return;
    }
    if (this.#looked - before > interval + drift) {
      onUpheaval('wake');
    } else if (this.#network !== known) {
      onUpheaval('network');
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

/** Addresses and routes, in one text. */
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

/** One that leads nowhere, and that some interfaces have without any network (RFC 3927, RFC 4291 §2.5.6). */
function isLinkLocal(address: string): boolean {
  return /^(169\.254\.|fe[89ab][0-9a-f]:)/i.test(address);
}

/** Where the system won't say, nothing changes. */
function interfaces(): ReturnType<typeof networkInterfaces> {
  try {
    return networkInterfaces();
  } catch {
    return {};
  }
}

/** Linux only; the counters in it change without the route (proc(5)). */
function routes(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields.at(-1) !== 'lo')
      .map((fields) =>
        (file.endsWith('ipv6_route') ? [0, 1, 4, 9] : [0, 1, 2, 7]).map((at) => fields[at]).join(' '),
      );
  } catch {
    return [];
  }
}
