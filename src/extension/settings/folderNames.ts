// What the folders of a window are called in ids and arguments.
import * as vscode from 'vscode';

/** Two folders of one name are told apart by their place. */
export function folderName({ name, index, uri }: vscode.WorkspaceFolder): string {
  const all = vscode.workspace.workspaceFolders ?? [];
  return all.some((other) => other.name === name && other.index !== index) ? uri.fsPath : name;
}

/** That of the file that is looked at. */
export function activeFolder(): string | undefined {
  const uri = vscode.window.activeTextEditor?.document.uri;
  const folder = uri && vscode.workspace.getWorkspaceFolder(uri);
  return folder && folderName(folder);
}
