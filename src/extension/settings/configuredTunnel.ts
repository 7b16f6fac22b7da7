// One entry of `sshTunnels.tunnels`, or a host of ssh_config, with where it stands: understood, or with all that is
// wrong with it.
import type { Uri } from 'vscode';
import { formatJsonPath } from '../../tunnels/config/definition';
import type { ConfigPlace, DefinitionProblem, TunnelEntry } from '../../tunnels/config/definition';
import type { TunnelError } from '../../tunnels/errors/errors';
import { invalidDefinition } from '../../tunnels/errors/consent';
import type { Origin, TunnelIdentity } from '../../tunnels/model/snapshot';

export interface ConfiguredTunnel extends TunnelIdentity {
  readonly entry: TunnelEntry | undefined;
  /** Paths begin at the setting: `sshTunnels.tunnels`; of a host of ssh_config they are a file and a line. */
  readonly problems: readonly DefinitionProblem[];
  /** For the origins workspace and folder: in whose `.vscode/settings.json` it stands, if in any. */
  readonly folderUri: Uri | undefined;
  /** As the project has it, where the user's override has changed it. */
  readonly projectEntry?: TunnelEntry;
  /** For the origin sshConfig: its Host line. */
  readonly configPlace?: ConfigPlace;
}

/** A tunnel whose entry is understood. */
export interface UsableTunnel extends ConfiguredTunnel {
  readonly entry: TunnelEntry;
}

export function isUsable(tunnel: ConfiguredTunnel): tunnel is UsableTunnel {
  return tunnel.entry !== undefined;
}

/** What is asked about: what the user has overridden is their own wish, but for where it leads. */
export function consentedEntry({
  entry,
  projectEntry,
}: Pick<UsableTunnel, 'entry' | 'projectEntry'>): TunnelEntry {
  return projectEntry ? { ...entry, autoStart: projectEntry.autoStart } : entry;
}

/** `sshTunnels.tunnels["staging"].localForward[0]`, as people write it; of ssh_config `/home/me/.ssh/config, line 3`. */
export function placeOf({ path }: DefinitionProblem, origin: Origin): string {
  const [setting, ...rest] = path;
  if (origin === 'sshConfig') {
    return `${String(setting)}, line ${String(rest[0])}`;
  }
  return `${String(setting)}${formatJsonPath(rest)}`;
}

export function definitionError({ name, origin, problems }: ConfiguredTunnel): TunnelError {
  const [first] = problems;
  const message = first ? `${placeOf(first, origin)}: ${first.message}` : `"${name}" can't be understood.`;
  const where = origin === 'sshConfig' ? 'your SSH config' : 'the settings';
  return invalidDefinition(message, `Mend it in ${where}; the other tunnels are not touched.`);
}
