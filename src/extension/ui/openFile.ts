// Opens the user's OpenSSH files in the editor.
import * as vscode from 'vscode';
import type { ConfigLocation } from '../../tunnels/config/definition';
import { expandHome } from '../../tunnels/ssh/config/effectiveHost';

export async function openAtLine({ file, line }: ConfigLocation): Promise<void> {
  const start = new vscode.Position(line - 1, 0);
  const selection = new vscode.Range(start, start);
  await vscode.window.showTextDocument(vscode.Uri.file(expandHome(file)), { selection });
}

/** Opens a new file if there is none. @param file from the setting; undefined: OpenSSH's default path */
export async function openSshConfig(file: string | undefined): Promise<void> {
  const uri = vscode.Uri.file(expandHome(file ?? '~/.ssh/config'));
  const exists = await vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
  await vscode.window.showTextDocument(exists ? uri : uri.with({ scheme: 'untitled' }));
}
