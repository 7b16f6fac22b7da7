// Opens files of the user's own OpenSSH at a line.
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ConfigPlace } from '../../tunnels/config/definition';

export async function openAtLine({ file, line }: ConfigPlace): Promise<void> {
  const start = new vscode.Position(line - 1, 0);
  const selection = new vscode.Range(start, start);
  await vscode.window.showTextDocument(vscode.Uri.file(atHome(file)), { selection });
}

/** @param file as the setting names it; undefined: OpenSSH's own place, to be begun where there is none yet */
export async function openSshConfig(file: string | undefined): Promise<void> {
  const uri = vscode.Uri.file(atHome(file ?? '~/.ssh/config'));
  const isThere = await vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
  await vscode.window.showTextDocument(isThere ? uri : uri.with({ scheme: 'untitled' }));
}

function atHome(path: string): string {
  return path.startsWith('~/') ? join(homedir(), path.slice(2)) : path;
}
