// Reads and writes `sshTunnels.overrides` in the user's settings, one tunnel at a time.
import * as vscode from 'vscode';
import { isRecord } from '../../tunnels/util/parsing';
import { settingKeys } from '../contributions';
import { confirm } from '../ui/dialogs';

function readAll(): Readonly<Record<string, unknown>> {
  const value: unknown = vscode.workspace.getConfiguration().inspect(settingKeys.overrides)?.globalValue;
  return isRecord(value) ? value : {};
}

/** The override as written; undefined: none. */
export function readOverride(name: string): unknown {
  const all = readAll();
  return Object.hasOwn(all, name) ? all[name] : undefined;
}

/** @param value undefined: removes it */
export async function writeOverride(name: string, value: unknown): Promise<void> {
  const { [name]: _old, ...others } = readAll();
  const all = value === undefined ? others : { ...others, [name]: value };
  await vscode.workspace
    .getConfiguration()
    .update(
      settingKeys.overrides,
      Object.keys(all).length === 0 ? undefined : all,
      vscode.ConfigurationTarget.Global,
    );
}

/** Opens the user's settings at the override. Adds an empty one if there is none. */
export async function editOverride(name: string): Promise<void> {
  if (readOverride(name) === undefined) {
    await writeOverride(name, {});
  }
  await revealOverrides();
}

export async function revealOverrides(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.openSettingsJson', {
    revealSetting: { key: settingKeys.overrides },
  });
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
