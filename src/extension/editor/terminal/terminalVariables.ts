// Computes the variables of terminals: port, host and address of each forward with `env`. They come from the settings
// or the last run, so that they exist before the tunnel is up and after it stops.
import { l10n } from 'vscode';
import { dialHost, formatAddress } from '../../../tunnels/util/address';
import type { Address } from '../../../tunnels/util/address';
import { conflictingEnvs } from '../../../tunnels/config/variableNames';
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
  readonly address: Address;
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
    if (!sets(scope, env)) {
      scope.set(env, assignment);
    }
  };
  for (const candidate of sorted) {
    const { env, kind, label } = candidate.forward;
    const address = env === undefined || kind === 'remote' ? undefined : addressOf(candidate);
    if (env !== undefined && address !== undefined) {
      const source = l10n.t('{variable}: {forward} of {tunnel}', {
        variable: env,
        forward: label,
        tunnel: candidate.tunnel,
      });
      assign(candidate.folder, env, { address, source });
    }
  }
  // VS Code doesn't prefer a folder's variable over a global one; the one set later wins. So a global variable that a
  // folder overrides is set for each of the other folders instead.
  for (const [env, assignment] of scopes.get(undefined) ?? []) {
    if (folders.some((folder) => sets(scopes.get(folder), env))) {
      scopes.get(undefined)?.delete(env);
      folders.forEach((folder) => assign(folder, env, assignment));
    }
  }
  return new Map([...scopes].map(([folder, scope]) => [folder, variablesOf(scope)]));
}

/** Whether a scope already sets one of the three variables. All three must belong to the same forward. */
function sets(scope: ReadonlyMap<string, Assignment> | undefined, env: string): boolean {
  return scope !== undefined && conflictingEnvs(env).some((name) => scope.has(name));
}

function variablesOf(scope: ReadonlyMap<string, Assignment>): Variables {
  return {
    values: new Map([...scope].flatMap(([env, { address }]) => valuesOf(env, address))),
    sources: [...scope.values()].map(({ source }) => source),
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

/** Where the forward listens or will listen; undefined: not known before it has listened once. */
function addressOf({ forward, state, rememberedPort }: Candidate): Address | undefined {
  const { listen } = forward;
  if ('path' in listen) {
    return listen;
  }
  const bound = state?.status === 'listening' ? state.bound[0] : undefined;
  const port = bound && 'port' in bound ? bound.port : (rememberedPort ?? listen.port);
  return port === 0 ? undefined : { host: dialHost(listen.bind), port };
}
