// Which variables the terminals get: for each forward with `env` its port, its host and its address, as configured or
// remembered, so that they are there before the tunnel is up and stay when it is not.
import { formatAddress } from '../../tunnels/model/address';
import type { Address, TcpAddress } from '../../tunnels/model/address';
import type { Forward } from '../../tunnels/model/forward';
import type { Origin } from '../../tunnels/model/snapshot';
import type { ForwardState } from '../../tunnels/model/state';

/** A forward, and what is known of its port. */
export interface Candidate {
  readonly tunnel: string;
  readonly origin: Origin;
  /** Whose folder defines it; undefined: all folders of the window get its variables. */
  readonly folder: string | undefined;
  readonly forward: Forward;
  readonly state: ForwardState | undefined;
  /** What "any free port" meant last time. */
  readonly rememberedPort: number | undefined;
}

export interface Variables {
  readonly values: ReadonlyMap<string, string>;
  /** For people: which variable leads where. */
  readonly sources: readonly string[];
}

/** By folder; undefined: for all. Of two that want the same name in one place, the nearest wins: the folder, then the workspace's. */
export function terminalVariables(
  candidates: readonly Candidate[],
): ReadonlyMap<string | undefined, Variables> {
  const nearestFirst: readonly Origin[] = ['folder', 'workspace', 'user', 'sshConfig'];
  const sorted = candidates.toSorted(
    (a, b) => nearestFirst.indexOf(a.origin) - nearestFirst.indexOf(b.origin),
  );
  const scopes = new Map<string | undefined, { values: Map<string, string>; sources: string[] }>();
  for (const candidate of sorted) {
    const { env, kind } = candidate.forward;
    const address = env === undefined || kind === 'remote' ? undefined : addressOf(candidate);
    if (env === undefined || address === undefined) {
      continue;
    }
    const scope = scopes.get(candidate.folder) ?? { values: new Map<string, string>(), sources: [] };
    scopes.set(candidate.folder, scope);
    if (!scope.values.has(env)) {
      for (const [name, value] of valuesOf(env, address)) {
        scope.values.set(name, value);
      }
      scope.sources.push(`${env}: ${candidate.forward.label} of ${candidate.tunnel}`);
    }
  }
  return scopes;
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
  const port = bound && 'port' in bound ? bound.port : listen.port || rememberedPort;
  return port === undefined ? undefined : { host: dialled(listen.bind), port };
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
