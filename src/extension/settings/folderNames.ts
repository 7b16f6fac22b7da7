// The names of workspace folders in tunnel ids and command arguments.
import * as vscode from 'vscode';

/** The folder's name, or its path if another folder has the same name. */
export function folderName({ name, index, uri }: vscode.WorkspaceFolder): string {
  const all = vscode.workspace.workspaceFolders ?? [];
  return all.some((other) => other.name === name && other.index !== index) ? uri.fsPath : name;
}

/** The folder of the file in the active editor. */
export function activeFolder(): string | undefined {
  const uri = vscode.window.activeTextEditor?.document.uri;
  const folder = uri && vscode.workspace.getWorkspaceFolder(uri);
  return folder && folderName(folder);
}
