// Takes back what a command has just done.
import * as vscode from 'vscode';

export async function offerUndo(message: string, undo: () => Promise<void>): Promise<void> {
  const undoLabel = 'Undo';
  if ((await vscode.window.showInformationMessage(message, undoLabel)) === undoLabel) {
    await undo();
  }
}
