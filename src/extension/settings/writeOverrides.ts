// Changes `sshTunnels.overrides` in the user's settings, one tunnel's override at a time.
import * as vscode from 'vscode';
import { isRecord } from '../../tunnels/util/text';
import { settingKeys } from '../contributions';
import { askYesNo } from '../ui/dialogs';

function readAll(): Readonly<Record<string, unknown>> {
  const value: unknown = vscode.workspace.getConfiguration().inspect(settingKeys.overrides)?.globalValue;
  return isRecord(value) ? value : {};
}

/** As it is written; undefined: there is none. */
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

/** Opens the user's settings there, with an empty override to begin with. */
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

/** Somebody wants to start what its user has disabled. @returns whether to go on */
export async function startsAllTheSame(name: string): Promise<boolean> {
  const [once, enable] = ['Start Once', 'Enable Again'];
  const answer = await askYesNo(
    `You have disabled the tunnel "${name}". Start it all the same?`,
    'Your user settings say so, in sshTunnels.overrides.',
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
