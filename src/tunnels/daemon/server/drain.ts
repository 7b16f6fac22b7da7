// What this host has let go to one of a newer major: the tunnels that had these places, which it does not start again.
import { placesOf } from '../protocol/listenAddresses';
import type { ForwardState } from '../../model/state';
import type { LeasedTunnel, Places } from '../protocol/protocol';

export class Handover {
  readonly #ports = new Set<number>();
  readonly #paths = new Set<string>();
  readonly #remotes = new Set<string>();
  readonly #identities = new Set<string>();

  get hasBegun(): boolean {
    return this.#ports.size + this.#paths.size + this.#remotes.size > 0;
  }

  /** Fields that a newer build leaves out, or adds, are no reason to refuse. */
  add({ ports, paths = [], remotes = [] }: Places): void {
    ports.forEach((port) => this.#ports.add(port));
    paths.forEach((path) => this.#paths.add(path));
    remotes.forEach((remote) => this.#remotes.add(remoteKey(remote)));
  }

  /** A tunnel that listens on such a place goes for good, whatever its definition says of the place. */
  claim(identity: string, forwards: Readonly<Record<string, ForwardState>>): void {
    const bound = Object.entries(forwards).flatMap(([key, state]) =>
      state.status === 'listening' && !key.startsWith('remote ') ? state.bound : [],
    );
    if (
      bound.some((place) => ('port' in place ? this.#ports.has(place.port) : this.#paths.has(place.path)))
    ) {
      this.#identities.add(identity);
    }
  }

  covers(identity: string, tunnel: LeasedTunnel): boolean {
    const { ports, paths = [], remotes = [] } = placesOf(tunnel, false);
    return (
      this.#identities.has(identity) ||
      ports.some((port) => this.#ports.has(port)) ||
      paths.some((path) => this.#paths.has(path)) ||
      remotes.some((remote) => this.#remotes.has(remoteKey(remote)))
    );
  }
}

function remoteKey({ host, port }: { readonly host: string; readonly port: number }): string {
  return `${port} ${host}`;
}
