// Where the tunnels of this host listen, here and on servers, and who waits for one of these places: so that the second who wants a port can
// say who has it, and take it in the moment in which it is let go.
import type { Address } from '../util/address';
import type { TunnelHolder } from '../errors/portHolder';

/** Of this machine, or of a server. */
export type BookedPlace = Address & { readonly server?: string };

/** Disposed of, it tells whoever waits. */
export interface Hold extends Disposable {
  /** It was never really had: nobody is told. */
  forget(): void;
}

interface Held {
  readonly places: readonly BookedPlace[];
  readonly who: () => TunnelHolder;
}

interface Waiter {
  readonly places: readonly BookedPlace[];
  readonly onFree: () => void;
}

export interface PortBookOptions {
  /** Whether some tunnel has to have this very port, though it may not be up. */
  readonly isSpokenFor: (port: number) => boolean;
  /** A tunnel has let go of something, and who waited for it has been told. */
  readonly onFree: () => void;
}

export class PortBook {
  readonly #held = new Set<Held>();
  readonly #waiters = new Set<Waiter>();
  readonly #options: PortBookOptions;

  constructor(options: PortBookOptions) {
    this.#options = options;
  }

  /** Until it is disposed of, they are somebody's. @param who asked when somebody else wants them */
  hold(places: readonly BookedPlace[], who: () => TunnelHolder): Hold {
    const held = { places, who };
    this.#held.add(held);
    return {
      [Symbol.dispose]: () => {
        if (this.#held.delete(held)) {
          this.#letGo(places);
        }
      },
      forget: () => {
        this.#held.delete(held);
      },
    };
  }

  holderOf(places: readonly BookedPlace[]): TunnelHolder | undefined {
    return [...this.#held].find((held) => overlap(held.places, places))?.who();
  }

  isSpokenFor(port: number): boolean {
    return this.#options.isSpokenFor(port);
  }

  /** Calls back once, when a tunnel has let go of one of these. */
  onceFree(places: readonly BookedPlace[], onFree: () => void): Disposable {
    const waiter = { places, onFree };
    this.#waiters.add(waiter);
    return { [Symbol.dispose]: () => this.#waiters.delete(waiter) };
  }

  #letGo(places: readonly BookedPlace[]): void {
    const waiting = [...this.#waiters].filter((waiter) => overlap(waiter.places, places));
    for (const waiter of waiting) {
      this.#waiters.delete(waiter);
      waiter.onFree();
    }
    this.#options.onFree();
  }
}

/** Whether a listener at one is in the way of a listener at the other. */
export function overlap(some: readonly BookedPlace[], others: readonly BookedPlace[]): boolean {
  return some.some((a) => others.some((b) => isSamePlace(a, b)));
}

function isSamePlace(a: BookedPlace, b: BookedPlace): boolean {
  if (a.server !== b.server) {
    return false;
  }
  if ('path' in a || 'path' in b) {
    return 'path' in a && 'path' in b && a.path === b.path;
  }
  return a.port === b.port && (a.host === b.host || isWildcard(a.host) || isWildcard(b.host));
}

function isWildcard(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}
