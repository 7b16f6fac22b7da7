// The tunnels that this daemon has released to a daemon of a newer major, and does not start again.
import { listenAddressesOf } from '../protocol/listenAddresses';
import type { ForwardState } from '../../model/state';
import type { LeasedTunnel, ListenAddresses } from '../protocol/protocol';

export class Drain {
  readonly #ports = new Set<number>();
  readonly #paths = new Set<string>();
  readonly #remotes = new Set<string>();
  readonly #identities = new Set<string>();

  get hasBegun(): boolean {
    return this.#ports.size + this.#paths.size + this.#remotes.size > 0;
  }

  /** A newer build may leave out fields, or add some. */
  add({ ports, paths = [], remotes = [] }: ListenAddresses): void {
    ports.forEach((port) => this.#ports.add(port));
    paths.forEach((path) => this.#paths.add(path));
    remotes.forEach((remote) => this.#remotes.add(remoteKey(remote)));
  }

  /** A tunnel that listens on a released address is released for good, whatever its definition says. */
  claim(identity: string, forwards: Readonly<Record<string, ForwardState>>): void {
    const bound = Object.entries(forwards).flatMap(([key, state]) =>
      state.status === 'listening' && !key.startsWith('remote ') ? state.bound : [],
    );
    if (bound.some((at) => ('port' in at ? this.#ports.has(at.port) : this.#paths.has(at.path)))) {
      this.#identities.add(identity);
    }
  }

  covers(identity: string, tunnel: LeasedTunnel): boolean {
    const { ports, paths = [], remotes = [] } = listenAddressesOf(tunnel, false);
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
