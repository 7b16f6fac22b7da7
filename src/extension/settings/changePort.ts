// Changes the port of a forward in the settings: where the tunnel is defined, or in the user's override. Existing
// consent stays valid, because the user has just chosen the port themselves.
import { isDeepStrictEqual } from 'node:util';
import { l10n } from 'vscode';
import type { Uri } from 'vscode';
import { localize } from '../../tunnels/util/l10n';
import type { TunnelEntry } from '../../tunnels/config/definition';
import type { TcpListen } from '../../tunnels/config/forward';
import { isCommandLine, listenValue, moveListen } from '../../tunnels/config/moveListen';
import { valueAt, withValueAt } from '../../tunnels/util/jsonPath';
import type { JsonChange } from '../../tunnels/util/jsonPath';
import { parseOverrides } from '../../tunnels/config/parsing/parseOverrides';
import { parseTunnel } from '../../tunnels/config/parsing/parseTunnel';
import type { ParsedTunnel } from '../../tunnels/config/parsing/parseTunnel';
import { isRecord } from '../../tunnels/util/parsing';
import { pathVariables, withOverride } from './readSettings';
import { authorOf } from './configuredTunnel';
import type { ValidTunnel } from './configuredTunnel';
import type { Consents } from '../consent/consents';
import { readOverride, writeOverride } from './writeOverrides';
import { changeTunnel, settingsLocationOf, readTunnel } from './writeTunnels';
import type { DesiredState } from '../tunnels/desiredState';

export interface PortChange {
  readonly tunnel: ValidTunnel;
  /** The label of the forward. */
  readonly label: string;
  readonly listen: TcpListen;
  /** Only for this user, or where the tunnel is defined. */
  readonly where: 'override' | 'setting';
}

export interface PortChangeParts {
  readonly consents: Consents;
  readonly desiredState: DesiredState;
}

/** @returns the undo function @throws Error if the settings have changed meanwhile */
export async function changePort(parts: PortChangeParts, change: PortChange): Promise<() => Promise<void>> {
  return change.where === 'override' ? changeOverride(parts, change) : changeSetting(parts, change);
}

async function changeOverride(
  { consents, desiredState }: PortChangeParts,
  { tunnel, label, listen }: PortChange,
): Promise<() => Promise<void>> {
  const { name } = tunnel;
  const before = readOverride(name);
  const old = isRecord(before) ? before : {};
  const listens = isRecord(old['listen']) ? old['listen'] : {};
  const after = { ...old, listen: { ...listens, [label]: listenValue(listen) } };
  const project = tunnel.projectEntry ?? tunnel.entry;
  await consents.duringChange(async () => {
    await consents.carryOver(tunnel, overriddenEntry(project, after, tunnel.folderUri));
    await writeOverride(name, after);
  });
  return () =>
    consents.duringChange(async () => {
      await consents.carryOver(desiredState.get(tunnel.id), tunnel.entry);
      await writeOverride(name, before);
    });
}

/** @throws Error if the override is invalid */
function overriddenEntry(project: TunnelEntry, override: unknown, folder: Uri | undefined): TunnelEntry {
  const parsed = parseOverrides({ it: override }).byName.get('it');
  const applied = parsed && withOverride(project, parsed, folder);
  if (!applied || !('entry' in applied)) {
    const [problem] = applied?.problems ?? [];
    throw new Error(problem ? localize(problem.message, l10n) : l10n.t("The override can't be applied."));
  }
  return applied.entry;
}

async function changeSetting(
  { consents, desiredState }: PortChangeParts,
  { tunnel, label, listen }: PortChange,
): Promise<() => Promise<void>> {
  const { name, entry } = tunnel;
  const location = settingsLocationOf(tunnel);
  const written = await readTunnel(location, name);
  const index = entry.definition.forwards.findIndex((forward) => forward.label === label);
  const forward = entry.definition.forwards[index];
  const change = forward && moveListen(written, index, forward, listen);
  if (!change) {
    throw new Error(
      isCommandLine(written)
        ? l10n.t('"{name}" is an ssh command. Change the port in the command.', { name })
        : l10n.t('"{name}" no longer has a forward "{label}" in the settings.', { name, label }),
    );
  }
  const changed = entryAfter(tunnel, written, [change]);
  await consents.duringChange(async () => {
    await consents.carryOver(tunnel, changed);
    await changeTunnel(location, name, change);
  });
  return () =>
    consents.duringChange(async () => {
      await consents.carryOver(desiredState.get(tunnel.id), entry);
      await changeTunnel(location, name, { path: change.path, value: valueAt(written, change.path) });
    });
}

/**
 * @param written the tunnel as it stands in the settings
 * @returns the entry that the changes make of it
 * @throws Error if it isn't valid, or if the settings have changed since they were read
 */
export function entryAfter(
  { name, origin, folderUri, entry, projectEntry }: ValidTunnel,
  written: unknown,
  changes: readonly JsonChange[],
): TunnelEntry {
  const parse = (value: unknown): ParsedTunnel =>
    parseTunnel(name, value, authorOf(origin), pathVariables(folderUri));
  const before = parse(written);
  // Otherwise the consent to what was read before would cover what the file says now.
  if (!('entry' in before) || !isDeepStrictEqual(before.entry, projectEntry ?? entry)) {
    throw new Error(
      l10n.t('"{name}" has changed in the settings meanwhile. Save them if they aren\'t, and try again.', {
        name,
      }),
    );
  }
  const parsed = parse(changes.reduce(withValueAt, written));
  if ('problems' in parsed) {
    const [problem] = parsed.problems;
    throw new Error(
      problem ? localize(problem.message, l10n) : l10n.t('"{name}" is invalid in the settings.', { name }),
    );
  }
  return parsed.entry;
}
