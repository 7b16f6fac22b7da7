// One entry of `sshTunnels.tunnels` with where it stands: understood, or with all that is wrong with it.
import type { Uri } from 'vscode';
import { formatJsonPath } from '../tunnels/model/definition';
import type { DefinitionProblem, TunnelEntry } from '../tunnels/model/definition';
import type { TunnelError } from '../tunnels/model/errors';
import { invalidDefinition } from '../tunnels/model/failures';
import type { TunnelIdentity } from '../tunnels/model/snapshot';

export interface ConfiguredTunnel extends TunnelIdentity {
  readonly entry: TunnelEntry | undefined;
  /** Paths begin at the setting: `sshTunnels.tunnels`. */
  readonly problems: readonly DefinitionProblem[];
  /** For the origins workspace and folder: in whose `.vscode/settings.json` it stands, if in any. */
  readonly folderUri: Uri | undefined;
}

/** A tunnel whose entry is understood. */
export interface UsableTunnel extends ConfiguredTunnel {
  readonly entry: TunnelEntry;
}

export function isUsable(tunnel: ConfiguredTunnel): tunnel is UsableTunnel {
  return tunnel.entry !== undefined;
}

/** `sshTunnels.tunnels["staging"].localForward[0]`, as people write it. */
export function placeOf({ path }: DefinitionProblem): string {
  const [setting, ...rest] = path;
  return `${String(setting)}${formatJsonPath(rest)}`;
}

export function definitionError({ name, problems }: ConfiguredTunnel): TunnelError {
  const [first] = problems;
  const message = first ? `${placeOf(first)}: ${first.message}` : `"${name}" can't be understood.`;
  return invalidDefinition(message, 'Mend it in the settings; the other tunnels are not touched.');
}
