// Runs a task of the editor to its end.
import * as vscode from 'vscode';

export async function exitCode(task: vscode.Task): Promise<number | undefined> {
  const ended = new Promise<number | undefined>((resolve) => {
    const subscription = vscode.tasks.onDidEndTaskProcess(({ exitCode: code }) => {
      subscription.dispose();
      resolve(code);
    });
  });
  await vscode.tasks.executeTask(task);
  return ended;
}
