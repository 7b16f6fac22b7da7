// Which variables the terminals get: for each forward with `env` its port, its host and its address, as configured or
// remembered, so that they are there before the tunnel is up and stay when it is not.
import { formatAddress } from '../../../tunnels/util/address';
import type { Address, TcpAddress } from '../../../tunnels/util/address';
import { rivalEnvs } from '../../../tunnels/config/envName';
import type { Forward } from '../../../tunnels/config/forward';
import type { Origin } from '../../../tunnels/model/snapshot';
import type { ForwardState } from '../../../tunnels/model/state';

/** A forward, and what is known of its port. */
export interface Candidate {
  readonly tunnel: string;
  readonly origin: Origin;
  /** Whose folder defines it; undefined: all folders of the window get its variables. */
  readonly folder: string | undefined;
  readonly forward: Forward;
  readonly state: ForwardState | undefined;
  /** What "any free port", or the next one, meant last time. */
  readonly rememberedPort: number | undefined;
}

export interface Variables {
  readonly values: ReadonlyMap<string, string>;
  /** For people: which variable leads where. */
  readonly sources: readonly string[];
}

type Place = string | undefined;

interface Given {
  readonly address: Address;
  readonly source: string;
}

/**
 * By folder; undefined: for all. Of two that want the same name, the nearest wins: the folder, the workspace, the user.
 * @param folders of the window
 */
export function terminalVariables(
  candidates: readonly Candidate[],
  folders: readonly string[],
): ReadonlyMap<Place, Variables> {
  const nearestFirst: readonly Origin[] = ['folder', 'workspace', 'user', 'sshConfig'];
  const sorted = candidates.toSorted(
    (a, b) => nearestFirst.indexOf(a.origin) - nearestFirst.indexOf(b.origin),
  );
  const places = new Map<Place, Map<string, Given>>();
  const give = (folder: Place, env: string, given: Given): void => {
    const place = places.get(folder) ?? new Map<string, Given>();
    places.set(folder, place);
    if (!sets(place, env)) {
      place.set(env, given);
    }
  };
  for (const candidate of sorted) {
    const { env, kind, label } = candidate.forward;
    const address = env === undefined || kind === 'remote' ? undefined : addressOf(candidate);
    if (env !== undefined && address !== undefined) {
      give(candidate.folder, env, { address, source: `${env}: ${label} of ${candidate.tunnel}` });
    }
  }
  // The editor knows no nearest: of a folder's variable and one for all it takes whichever was set later. So what is for
  // all, but for a folder with its own, is set for each of the others.
  for (const [env, given] of places.get(undefined) ?? []) {
    if (folders.some((folder) => sets(places.get(folder), env))) {
      places.get(undefined)?.delete(env);
      folders.forEach((folder) => give(folder, env, given));
    }
  }
  return new Map([...places].map(([folder, place]) => [folder, variablesOf(place)]));
}

/** Whether it sets one of the variables already; then all three are the nearer's, and not of two forwards. */
function sets(place: ReadonlyMap<string, Given> | undefined, env: string): boolean {
  return place !== undefined && rivalEnvs(env).some((rival) => place.has(rival));
}

function variablesOf(place: ReadonlyMap<string, Given>): Variables {
  return {
    values: new Map([...place].flatMap(([env, { address }]) => valuesOf(env, address))),
    sources: [...place.values()].map(({ source }) => source),
  };
}

function valuesOf(env: string, address: Address): readonly (readonly [name: string, value: string])[] {
  return 'path' in address
    ? [
        [env, address.path],
        [`${env}_ADDRESS`, address.path],
      ]
    : [
        [env, String(address.port)],
        [`${env}_HOST`, address.host],
        [`${env}_ADDRESS`, formatAddress(address)],
      ];
}

/** Where it listens, or will; undefined: that is not known before it has done so once. */
function addressOf({ forward, state, rememberedPort }: Candidate): Address | undefined {
  const { listen } = forward;
  if ('path' in listen) {
    return listen;
  }
  const bound = state?.status === 'listening' ? state.bound[0] : undefined;
  const port = bound && 'port' in bound ? bound.port : (rememberedPort ?? listen.port);
  return port === 0 ? undefined : { host: dialled(listen.bind), port };
}

/** The address that a client of this machine dials. */
function dialled(bind: string | undefined): TcpAddress['host'] {
  switch (bind) {
    case undefined:
    case 'localhost':
    case '':
    case '*':
    case '0.0.0.0':
      return '127.0.0.1';
    case '::':
      return '::1';
    default:
      return bind;
  }
}
