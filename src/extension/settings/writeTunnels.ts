// Writes single entries of `sshTunnels.tunnels` and keeps the comments around them; opens an entry for editing.
import { applyEdits, findNodeAtLocation, getNodeValue, modify, parseTree } from 'jsonc-parser';
import type { JSONPath } from 'jsonc-parser';
import * as vscode from 'vscode';
import { withValueAt } from '../../tunnels/config/moveListen';
import type { JsonChange } from '../../tunnels/config/moveListen';
import type { ConfiguredTunnel } from './configuredTunnel';
import { settingKeys } from '../contributions';
import { rangeAt } from './diagnostics/jsonRange';

/** A settings.json of a folder, or a .code-workspace file. */
export interface SettingsFile {
  readonly kind: 'file';
  readonly uri: vscode.Uri;
  readonly path: JSONPath;
}

/** Where a tunnel is defined. */
export type SettingsLocation = { readonly kind: 'user' } | SettingsFile;

export function settingsLocationOf({ origin, folderUri }: ConfiguredTunnel): SettingsLocation {
  if (origin === 'user') {
    return { kind: 'user' };
  }
  return folderUri ? folderSettings(folderUri) : workspaceSettings();
}

export function folderSettings(folder: vscode.Uri, key: string = settingKeys.tunnels): SettingsFile {
  const uri = vscode.Uri.joinPath(folder, '.vscode', 'settings.json');
  return { kind: 'file', uri, path: [key] };
}

/** @throws Error if no workspace is open */
export function workspaceSettings(key: string = settingKeys.tunnels): SettingsFile {
  const uri = vscode.workspace.workspaceFile;
  if (!uri) {
    throw new Error(vscode.l10n.t('No workspace is open.'));
  }
  return { kind: 'file', uri, path: ['settings', key] };
}

/** The shared settings of the project: the folder's, or the workspace's if there are several folders. @throws Error */
export function projectSettings(key: string): SettingsFile {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  return folder && vscode.workspace.workspaceFile === undefined
    ? folderSettings(folder.uri, key)
    : workspaceSettings(key);
}

/** @param value undefined: removes the entry */
export async function writeTunnel(location: SettingsLocation, name: string, value: unknown): Promise<void> {
  if (location.kind === 'user') {
    await writeUserTunnel(name, value);
    return;
  }
  await editSettingsFile(location, [{ path: [name], value }]);
}

/** Changes one value inside an entry, and nothing else. */
export async function changeTunnel(
  location: SettingsLocation,
  name: string,
  change: JsonChange,
): Promise<void> {
  if (location.kind === 'user') {
    await writeUserTunnel(name, withValueAt(await readTunnel(location, name), change));
  } else {
    await editSettingsFile(location, [{ path: [name, ...change.path], value: change.value }]);
  }
}

/** Changes these values, and nothing else. @param changes with paths relative to the location */
export async function editSettingsFile(
  location: SettingsFile,
  changes: readonly JsonChange[],
): Promise<void> {
  const document = await openOrCreate(location.uri);
  let text = document.getText();
  for (const { path, value } of changes) {
    const edits = modify(text, [...location.path, ...path], value, {
      formattingOptions: { insertSpaces: true, tabSize: 2 },
    });
    text = applyEdits(text, edits);
  }
  const whole = new vscode.Range(
    new vscode.Position(0, 0),
    document.lineAt(document.lineCount - 1).range.end,
  );
  const edit = new vscode.WorkspaceEdit();
  edit.replace(location.uri, whole, text);
  if (!(await vscode.workspace.applyEdit(edit)) || !(await document.save())) {
    throw new Error(vscode.l10n.t('Could not write {file}.', { file: location.uri.fsPath }));
  }
}

/** The user's settings can only be written through the API, which loses comments inside the setting. */
async function writeUserTunnel(name: string, value: unknown): Promise<void> {
  const configuration = vscode.workspace.getConfiguration();
  const all: unknown = configuration.inspect(settingKeys.tunnels)?.globalValue;
  const { [name]: _old, ...others } = (all ?? {}) as Record<string, unknown>;
  await configuration.update(
    settingKeys.tunnels,
    value === undefined ? others : { ...others, [name]: value },
    vscode.ConfigurationTarget.Global,
  );
}

/** The entry as written, for Undo. */
export async function readTunnel(location: SettingsLocation, name: string): Promise<unknown> {
  if (location.kind === 'user') {
    const all: unknown = vscode.workspace.getConfiguration().inspect(settingKeys.tunnels)?.globalValue;
    return (all as Record<string, unknown> | undefined)?.[name];
  }
  const document = await vscode.workspace.openTextDocument(location.uri);
  const root = parseTree(document.getText());
  const node = root && findNodeAtLocation(root, [...location.path, name]);
  return node ? (getNodeValue(node) as unknown) : undefined;
}

/** Opens the settings at an entry, or at a part of it. @param at an offset in the string there */
export async function revealTunnel(
  location: SettingsLocation,
  name: string,
  inside: readonly (string | number)[] = [],
  at?: number,
): Promise<void> {
  if (location.kind === 'user') {
    await vscode.commands.executeCommand('workbench.action.openSettingsJson', {
      revealSetting: { key: settingKeys.tunnels },
    });
    return;
  }
  const document = await vscode.workspace.openTextDocument(location.uri);
  const editor = await vscode.window.showTextDocument(document);
  const text = document.getText();
  const root = parseTree(text);
  if (root) {
    const { start, end } = rangeAt(text, root, [...location.path, name, ...inside], at);
    const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
    editor.selection = new vscode.Selection(range.start, range.start);
    editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }
}

async function openOrCreate(uri: vscode.Uri): Promise<vscode.TextDocument> {
  try {
    return await vscode.workspace.openTextDocument(uri);
  } catch {
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode('{}\n'));
    return vscode.workspace.openTextDocument(uri);
  }
}
