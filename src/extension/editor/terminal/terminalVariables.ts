// Computes the variables of terminals: port, host and address of each forward with `env`. They come from the settings
// or the last run, so that they exist before the tunnel is up and after it stops.
import { l10n } from 'vscode';
import { dialHost, isLoopback } from '../../../tunnels/util/address';
import type { TcpAddress } from '../../../tunnels/util/address';
import { variableValues } from '../../../tunnels/config/variableNames';
import type { Forward } from '../../../tunnels/config/forward';
import type { Origin } from '../../../tunnels/model/snapshot';
import type { ForwardState } from '../../../tunnels/model/state';

/** A forward with what is known about its port. */
export interface Candidate {
  readonly tunnel: string;
  readonly origin: Origin;
  /** The folder that defines it; undefined: its variables are for all folders. */
  readonly folder: string | undefined;
  readonly forward: Forward;
  readonly state: ForwardState | undefined;
  /** The port chosen last time for "any free port" or the next free one. */
  readonly rememberedPort: number | undefined;
}

export interface Variables {
  readonly values: ReadonlyMap<string, string>;
  /** Shown to the user: which forward sets which variable. */
  readonly sources: readonly string[];
}

/** A folder's URI; undefined: all folders. */
type Scope = string | undefined;

interface Assignment {
  readonly address: TcpAddress;
  readonly protocol: string | undefined;
  readonly source: string;
}

/**
 * The variables by scope. If two forwards set the same name, the nearest origin wins: folder, workspace, user.
 * @param folders the window's folders
 */
export function terminalVariables(
  candidates: readonly Candidate[],
  folders: readonly string[],
): ReadonlyMap<Scope, Variables> {
  const nearestFirst: readonly Origin[] = ['folder', 'workspace', 'user', 'sshConfig'];
  const sorted = candidates.toSorted(
    (a, b) => nearestFirst.indexOf(a.origin) - nearestFirst.indexOf(b.origin),
  );
  const scopes = new Map<Scope, Map<string, Assignment>>();
  const assign = (folder: Scope, env: string, assignment: Assignment): void => {
    const scope = scopes.get(folder) ?? new Map<string, Assignment>();
    scopes.set(folder, scope);
    if (!scope.has(env)) {
      scope.set(env, assignment);
    }
  };
  for (const candidate of sorted) {
    const { env, kind, label, protocol } = candidate.forward;
    const address = env === undefined || kind === 'remote' ? undefined : addressOf(candidate);
    if (env !== undefined && address !== undefined) {
      const source = l10n.t('{variable}: {forward} of {tunnel}', {
        variable: env,
        forward: label,
        tunnel: candidate.tunnel,
      });
      assign(candidate.folder, env, { address, protocol, source });
    }
  }
  // VS Code doesn't prefer a folder's variable over a global one; the one set later wins. So a global variable that a
  // folder overrides is set for each of the other folders instead.
  for (const [env, assignment] of scopes.get(undefined) ?? []) {
    if (folders.some((folder) => scopes.get(folder)?.has(env))) {
      scopes.get(undefined)?.delete(env);
      folders.forEach((folder) => assign(folder, env, assignment));
    }
  }
  return new Map([...scopes].map(([folder, scope]) => [folder, variablesOf(scope)]));
}

function variablesOf(scope: ReadonlyMap<string, Assignment>): Variables {
  const assignments = [...scope];
  return {
    values: new Map(
      assignments.flatMap(([env, { address, protocol }]) => variableValues(env, address, protocol)),
    ),
    sources: assignments.map(([, { source }]) => source),
  };
}

/**
 * Where the forward listens or will listen; undefined: not known before it has listened once, or on a socket. A bind
 * address that isn't loopback counts only while it is bound: it could be the address of another machine.
 */
function addressOf({ forward, state, rememberedPort }: Candidate): TcpAddress | undefined {
  const { listen } = forward;
  const bound = state?.status === 'listening' ? state.bound[0] : undefined;
  if (bound && 'port' in bound) {
    return { host: dialHost(bound.host), port: bound.port };
  }
  const port = 'path' in listen ? 0 : (rememberedPort ?? listen.port);
  const host = 'path' in listen ? '' : dialHost(listen.bind);
  return port === 0 || !isLoopback(host) ? undefined : { host, port };
}
