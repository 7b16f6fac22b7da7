// Writes single entries of `sshTunnels.tunnels` and keeps the comments around them; opens an entry for editing.
import { findNodeAtLocation, getNodeValue, parseTree } from 'jsonc-parser';
import type { JSONPath } from 'jsonc-parser';
import * as vscode from 'vscode';
import { withValueAt } from '../../tunnels/util/jsonPath';
import type { JsonChange } from '../../tunnels/util/jsonPath';
import { isRecord } from '../../tunnels/util/parsing';
import type { ConfiguredTunnel } from './configuredTunnel';
import { settingKeys } from '../contributions';
import { rangeAt } from './diagnostics/jsonRange';
import { changeJson } from './jsonEdits';

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

/** Changes these values inside an entry, and nothing else. */
export async function changeTunnel(
  location: SettingsLocation,
  name: string,
  ...changes: readonly JsonChange[]
): Promise<void> {
  if (location.kind === 'user') {
    await writeUserTunnel(name, changes.reduce(withValueAt, await readTunnel(location, name)));
  } else {
    await editSettingsFile(
      location,
      changes.map(({ path, value }) => ({ path: [name, ...path], value })),
    );
  }
}

/** Changes the key of an entry: its place and its comments stay. */
export async function renameTunnel(location: SettingsLocation, from: string, to: string): Promise<void> {
  if (location.kind === 'user') {
    const entries = Object.entries(userTunnels());
    await updateUserTunnels(
      Object.fromEntries(entries.map(([key, value]) => [key === from ? to : key, value])),
    );
    return;
  }
  await rewrite(location, (text) => {
    const root = parseTree(text);
    const key = root && findNodeAtLocation(root, [...location.path, from])?.parent?.children?.[0];
    return key
      ? `${text.slice(0, key.offset)}${JSON.stringify(to)}${text.slice(key.offset + key.length)}`
      : text;
  });
}

/** Changes these values, and nothing else. @param changes with paths relative to the location */
export async function editSettingsFile(
  location: SettingsFile,
  changes: readonly JsonChange[],
): Promise<void> {
  await rewrite(location, (text) =>
    changes.reduce(
      (changed, { path, value }) => changeJson(changed, { path: [...location.path, ...path], value }),
      text,
    ),
  );
}

/** As one step that the editor can undo. */
async function rewrite({ uri }: SettingsFile, change: (text: string) => string): Promise<void> {
  const document = await openOrCreate(uri);
  await untilCurrent(document);
  const whole = new vscode.Range(
    new vscode.Position(0, 0),
    document.lineAt(document.lineCount - 1).range.end,
  );
  const edit = new vscode.WorkspaceEdit();
  edit.replace(uri, whole, change(document.getText()));
  if (!(await vscode.workspace.applyEdit(edit)) || !(await document.save())) {
    throw new Error(vscode.l10n.t('Could not write {file}.', { file: uri.fsPath }));
  }
}

async function writeUserTunnel(name: string, value: unknown): Promise<void> {
  const { [name]: _old, ...others } = userTunnels();
  // A key that is there keeps its place.
  await updateUserTunnels(value === undefined ? others : { ...userTunnels(), [name]: value });
}

function userTunnels(): Readonly<Record<string, unknown>> {
  const value: unknown = vscode.workspace.getConfiguration().inspect(settingKeys.tunnels)?.globalValue;
  return isRecord(value) ? value : {};
}

/** The user's settings can only be written through the API, which loses comments inside the setting. */
async function updateUserTunnels(value: Readonly<Record<string, unknown>>): Promise<void> {
  await vscode.workspace
    .getConfiguration()
    .update(settingKeys.tunnels, value, vscode.ConfigurationTarget.Global);
}

/** The entry as written, for Undo. */
export async function readTunnel(location: SettingsLocation, name: string): Promise<unknown> {
  if (location.kind === 'user') {
    return userTunnels()[name];
  }
  const document = await vscode.workspace.openTextDocument(location.uri);
  const root = parseTree(document.getText());
  const node = root && findNodeAtLocation(root, [...location.path, name]);
  return node ? (getNodeValue(node) as unknown) : undefined;
}

/**
 * @param change of this entry
 * @returns undoes it: the file becomes what it was, with its comments; or the entry alone, if the file has changed since
 */
export async function undoable(
  location: SettingsLocation,
  name: string,
  change: () => Promise<void>,
): Promise<() => Promise<void>> {
  const textNow = async (): Promise<string | undefined> =>
    location.kind === 'file' ? (await vscode.workspace.openTextDocument(location.uri)).getText() : undefined;
  const value = await readTunnel(location, name);
  const others = location.kind === 'user' ? userTunnels() : undefined;
  const before = await textNow();
  await change();
  const after = await textNow();
  return async () => {
    if (others) {
      const now = userTunnels();
      const kept = Object.entries(others).filter(([key]) => key === name || Object.hasOwn(now, key));
      await updateUserTunnels({ ...Object.fromEntries(kept), ...now, [name]: value });
    } else if (location.kind === 'file' && before !== undefined && (await textNow()) === after) {
      await rewrite(location, () => before);
    } else {
      await writeTunnel(location, name, value);
    }
  };
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

/** Milliseconds that the editor may take to notice a change of a file. */
const noticedMs = 5000;

/** Another program may just have written the file: an edit of what the editor still shows couldn't be saved. */
async function untilCurrent(document: vscode.TextDocument): Promise<void> {
  const text = (): string => document.getText().replaceAll('\r\n', '\n');
  const onDisk = async (): Promise<string> =>
    new TextDecoder().decode(await vscode.workspace.fs.readFile(document.uri)).replaceAll('\r\n', '\n');
  const end = Date.now() + noticedMs;
  while (!document.isDirty && Date.now() < end && (await onDisk()) !== text()) {
    await new Promise((resolve) => setTimeout(resolve, 100));
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
