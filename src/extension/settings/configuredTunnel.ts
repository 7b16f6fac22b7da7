// A tunnel from `sshTunnels.tunnels` or ssh_config, with its location and its definition or problems.
import type { Uri } from 'vscode';
import { formatJsonPath } from '../../tunnels/util/jsonPath';
import type { ConfigLocation, DefinitionProblem, TunnelEntry } from '../../tunnels/config/definition';
import type { Author } from '../../tunnels/config/parsing/hosts';
import type { TunnelError } from '../../tunnels/errors/errors';
import { invalidDefinition } from '../../tunnels/errors/definition';
import type { Origin, TunnelIdentity } from '../../tunnels/model/snapshot';
import { deferred as l10n } from '../../tunnels/util/l10n';
import { quote, unquoted } from '../../tunnels/util/shown';

export interface ConfiguredTunnel extends TunnelIdentity {
  readonly entry: TunnelEntry | undefined;
  /** The key in the settings, if a part of it is hidden in the name. */
  readonly writtenName?: string;
  /** Paths start with the setting (`sshTunnels.tunnels`). For a host of ssh_config they are a file and a line. */
  readonly problems: readonly DefinitionProblem[];
  /** For the origin sshConfig: the forwards that its entry doesn't have, because they can't be read. */
  readonly leftOut?: readonly DefinitionProblem[];
  /** For the origins workspace and folder: the folder whose `.vscode/settings.json` defines it, if any. */
  readonly folderUri: Uri | undefined;
  /** The project's entry, if the user's override has changed it. */
  readonly projectEntry?: TunnelEntry;
  /** For the origin sshConfig: its Host line. */
  readonly configLocation?: ConfigLocation;
}

/** Whether a tunnel of this origin is a project's. */
export function isFromWorkspace(origin: Origin): boolean {
  return origin === 'workspace' || origin === 'folder';
}

export function authorOf(origin: Origin): Author {
  return isFromWorkspace(origin) ? 'project' : 'user';
}

/** A tunnel with a valid entry. */
export interface ValidTunnel extends ConfiguredTunnel {
  readonly entry: TunnelEntry;
}

export function isValidTunnel(tunnel: ConfiguredTunnel): tunnel is ValidTunnel {
  return tunnel.entry !== undefined;
}

/**
 * The entry that consent is about: with the user's overrides, except for autoStart, which the user chose themselves.
 */
export function consentedEntry({
  entry,
  projectEntry,
}: Pick<ValidTunnel, 'entry' | 'projectEntry'>): TunnelEntry {
  return projectEntry ? { ...entry, autoStart: projectEntry.autoStart } : entry;
}

/** For example `sshTunnels.tunnels["staging"].localForward[0]`; for ssh_config `/home/me/.ssh/config:3`. */
export function formatProblemLocation({ path }: DefinitionProblem, origin: Origin): string {
  const [setting, ...rest] = path;
  if (origin === 'sshConfig') {
    return `${String(setting)}:${String(rest[0])}`;
  }
  return `${String(setting)}${formatJsonPath(rest, true)}`;
}

export function definitionError({ name, origin, problems }: ConfiguredTunnel): TunnelError {
  const [first] = problems;
  return invalidDefinition(
    first
      ? l10n.t('{location}: {problem}', {
          location: unquoted(formatProblemLocation(first, origin)),
          problem: first.message,
        })
      : l10n.t('{name} is invalid.', { name: quote(name) }),
    origin === 'sshConfig'
      ? l10n.t('Fix it in your SSH config. Other tunnels are not affected.')
      : l10n.t('Fix it in the settings. Other tunnels are not affected.'),
  );
}
