// Changes the port of a forward in the settings: where the tunnel is defined, or in the user's override. Existing
// consent stays valid, because the user has just chosen the port themselves.
import { l10n } from 'vscode';
import type { Uri } from 'vscode';
import { localize } from '../../tunnels/util/l10n';
import type { TunnelEntry } from '../../tunnels/config/definition';
import type { TcpListen } from '../../tunnels/config/forward';
import { isCommandLine, listenValue, moveListen } from '../../tunnels/config/moveListen';
import { isRecord } from '../../tunnels/util/parsing';
import { changeEntry } from './changeEntry';
import type { ChangeParts } from './changeEntry';
import { withWrittenOverride } from './readSettings';
import type { ValidTunnel } from './configuredTunnel';
import { readOverride, writeOverride } from './writeOverrides';
import { settingsLocationOf, readTunnel } from './writeTunnels';

export interface PortChange {
  readonly tunnel: ValidTunnel;
  /** The label of the forward. */
  readonly label: string;
  readonly listen: TcpListen;
  /** Only for this user, or where the tunnel is defined. */
  readonly where: 'override' | 'setting';
}

/** @returns the undo function @throws Error if the settings have changed meanwhile */
export async function changePort(parts: ChangeParts, change: PortChange): Promise<() => Promise<void>> {
  return change.where === 'override' ? changeOverride(parts, change) : changeSetting(parts, change);
}

async function changeOverride(
  { consents, desiredState }: ChangeParts,
  { tunnel, label, listen }: PortChange,
): Promise<() => Promise<void>> {
  const { name } = tunnel;
  const before = readOverride(name);
  const old = isRecord(before) ? before : {};
  const listens = isRecord(old['listen']) ? old['listen'] : {};
  const after = { ...old, listen: { ...listens, [label]: listenValue(listen) } };
  const project = tunnel.projectEntry ?? tunnel.entry;
  await consents.duringChange(async () => {
    await consents.carryOver(tunnel, { ...tunnel, entry: overriddenEntry(project, after, tunnel.folderUri) });
    await writeOverride(name, after);
  });
  return () =>
    consents.duringChange(async () => {
      await consents.carryOver(desiredState.get(tunnel.id), tunnel);
      await writeOverride(name, before);
    });
}

/** @throws Error if the override is invalid */
function overriddenEntry(project: TunnelEntry, override: unknown, folder: Uri | undefined): TunnelEntry {
  const applied = withWrittenOverride(project, override, folder);
  if (!('entry' in applied)) {
    const [problem] = applied.problems;
    throw new Error(problem ? localize(problem.message, l10n) : l10n.t("The override can't be applied."));
  }
  return applied.entry;
}

async function changeSetting(
  parts: ChangeParts,
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
  return (await changeEntry(parts, tunnel, written, { changes: [change] })).undo;
}
