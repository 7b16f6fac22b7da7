// The names of workspace folders in tunnel ids and command arguments.
import { createHash } from 'node:crypto';
import * as vscode from 'vscode';

/** It is part of the id of each tunnel of the folder; a `.code-workspace` file can hold any text as a name or path. */
const longestName = 200;

/** The folder's name, or its path if another folder has the same name; shortened if no folder could be called that. */
export function folderName({ name, index, uri }: vscode.WorkspaceFolder): string {
  const all = vscode.workspace.workspaceFolders ?? [];
  const own = all.some((other) => other.name === name && other.index !== index) ? uri.fsPath : name;
  return own.length <= longestName
    ? own
    : `${own.slice(0, longestName)}… ${createHash('sha256').update(own).digest('hex').slice(0, 8)}`;
}

/** The folder of the file in the active editor. */
export function activeFolder(): string | undefined {
  const uri = vscode.window.activeTextEditor?.document.uri;
  const folder = uri && vscode.workspace.getWorkspaceFolder(uri);
  return folder && folderName(folder);
}
