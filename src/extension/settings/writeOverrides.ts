// Reads and writes `sshTunnels.overrides` in the user's settings, one tunnel at a time.
import * as vscode from 'vscode';
import { isRecord } from '../../tunnels/util/parsing';
import { settingKeys } from '../contributions';
import { confirm } from '../ui/dialogs';

/** undefined: it is set, and not an object. */
function readAll(): Readonly<Record<string, unknown>> | undefined {
  const value: unknown =
    vscode.workspace.getConfiguration().inspect(settingKeys.overrides)?.globalValue ?? {};
  return isRecord(value) ? value : undefined;
}

/** The override as written; undefined: none. */
export function readOverride(name: string): unknown {
  const all = readAll() ?? {};
  return Object.hasOwn(all, name) ? all[name] : undefined;
}

/**
 * @param value undefined: removes it
 * @throws Error if the setting is not an object: what the user wrote there would be lost
 */
export async function writeOverride(name: string, value: unknown): Promise<void> {
  const all = readAll();
  if (all === undefined) {
    throw new Error(
      vscode.l10n.t('sshTunnels.overrides in your user settings must be an object. Fix it first.'),
    );
  }
  const { [name]: _old, ...others } = all;
  const changed = value === undefined ? others : { ...others, [name]: value };
  await vscode.workspace
    .getConfiguration()
    .update(
      settingKeys.overrides,
      Object.keys(changed).length === 0 ? undefined : changed,
      vscode.ConfigurationTarget.Global,
    );
}

/** Opens the user's settings at the override. Adds an empty one if there is none. */
export async function editOverride(name: string): Promise<void> {
  if (readOverride(name) === undefined) {
    await writeOverride(name, {});
  }
  await revealUserSetting(settingKeys.overrides);
}

export async function revealUserSetting(key: string): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.openSettingsJson', { revealSetting: { key } });
}

/** Asks whether to start a tunnel that the user has disabled. @returns whether to start it */
export async function confirmStartDisabled(name: string): Promise<boolean> {
  const once = vscode.l10n.t('Start Once');
  const enable = vscode.l10n.t('Enable Again');
  const answer = await confirm(
    vscode.l10n.t('You disabled the tunnel "{name}". Start it anyway?', { name }),
    vscode.l10n.t('It is disabled in sshTunnels.overrides in your user settings.'),
    once,
    enable,
  );
  if (answer === enable) {
    const override = readOverride(name);
    const { disabled: _disabled, ...others } = isRecord(override) ? override : {};
    await writeOverride(name, Object.keys(others).length === 0 ? undefined : others);
  }
  return answer !== undefined;
}
