// Opens the user's OpenSSH files in the editor.
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ConfigLocation } from '../../tunnels/config/definition';

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

function expandHome(path: string): string {
  return path.startsWith('~/') ? join(homedir(), path.slice(2)) : path;
}
