// The addresses where this daemon's tunnels listen, here and on servers, and the forwards that wait for one of them. A
// forward whose port is taken can name the tunnel that has it, and take the port as soon as it is free.
import { isConflict } from '../util/address';
import type { Address } from '../util/address';
import type { TunnelHolder } from '../errors/forwards/addressInUse';

/** An address of this machine, or of a server. */
export type RegisteredAddress = Address & { readonly server?: string };

/** Names a tunnel, as it is called at the moment. Each tunnel has one. */
export type PortOwner = () => TunnelHolder;

/** Disposing of it frees the addresses, and notifies those that wait for them. */
export interface Registration extends Disposable {
  /** The listener was never usable: frees the addresses without notifying. */
  forget(): void;
}

interface Entry {
  readonly addresses: readonly RegisteredAddress[];
  readonly owner: PortOwner;
}

interface Waiter {
  readonly addresses: readonly RegisteredAddress[];
  readonly onFree: () => void;
}

export interface ListenerRegistryOptions {
  /** Whether some tunnel needs exactly this port, though it may not be up. */
  readonly isReserved: (port: number) => boolean;
  /** Addresses were freed, after those that waited for them were notified. */
  readonly onFree: () => void;
}

export class ListenerRegistry {
  readonly #entries = new Set<Entry>();
  readonly #waiters = new Set<Waiter>();
  readonly #options: ListenerRegistryOptions;

  constructor(options: ListenerRegistryOptions) {
    this.#options = options;
  }

  /** Registers addresses as in use, until disposed of. */
  register(addresses: readonly RegisteredAddress[], owner: PortOwner): Registration {
    const entry = { addresses, owner };
    this.#entries.add(entry);
    return {
      [Symbol.dispose]: () => {
        if (this.#entries.delete(entry)) {
          this.#notify(addresses);
        }
      },
      forget: () => {
        this.#entries.delete(entry);
      },
    };
  }

  /** The tunnel that has one of these addresses; undefined: none of ours. */
  ownerOf(addresses: readonly RegisteredAddress[]): PortOwner | undefined {
    return [...this.#entries].find((entry) => overlap(entry.addresses, addresses))?.owner;
  }

  holderOf(addresses: readonly RegisteredAddress[]): TunnelHolder | undefined {
    return this.ownerOf(addresses)?.();
  }

  isReserved(port: number): boolean {
    return this.#options.isReserved(port);
  }

  /** Calls back once, when a tunnel frees one of these addresses. */
  onceFree(addresses: readonly RegisteredAddress[], onFree: () => void): Disposable {
    const waiter = { addresses, onFree };
    this.#waiters.add(waiter);
    return { [Symbol.dispose]: () => this.#waiters.delete(waiter) };
  }

  #notify(addresses: readonly RegisteredAddress[]): void {
    const waiting = [...this.#waiters].filter((waiter) => overlap(addresses, waiter.addresses));
    for (const waiter of waiting) {
      this.#waiters.delete(waiter);
      waiter.onFree();
    }
    this.#options.onFree();
  }
}

/** Whether listeners at these addresses block one of the wanted addresses. */
function overlap(bound: readonly RegisteredAddress[], wanted: readonly RegisteredAddress[]): boolean {
  return bound.some((a) => wanted.some((b) => conflict(a, b)));
}

function conflict(bound: RegisteredAddress, wanted: RegisteredAddress): boolean {
  if (bound.server !== wanted.server) {
    return false;
  }
  if ('path' in bound || 'path' in wanted) {
    return 'path' in bound && 'path' in wanted && bound.path === wanted.path;
  }
  return bound.port === wanted.port && isConflict(bound.host, wanted.host);
}
