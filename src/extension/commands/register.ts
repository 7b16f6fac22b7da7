// Registers commands so that each says why it can't run, with the next step, instead of failing without a word.
import * as vscode from 'vscode';
import { plainText } from '../../views/format';
import type { CommandId } from '../contributions';
import { explainFailure } from '../starter';

export type CommandTable = Partial<Record<CommandId, (argument: unknown) => unknown>>;

export function registerCommands(
  tables: readonly CommandTable[],
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  const commands = tables.flatMap((table) => Object.entries(table));
  return vscode.Disposable.from(
    ...commands.map(([id, run]) =>
      vscode.commands.registerCommand(id, async (argument: unknown) => {
        try {
          await run(argument);
        } catch (error) {
          log.error(`${id}: ${explainFailure(error)}`);
          void tell(error, log);
        }
      }),
    ),
  );
}

async function tell(error: unknown, log: vscode.LogOutputChannel): Promise<void> {
  const showLog = 'Show Log';
  const answer = await vscode.window.showErrorMessage(plainText(explainFailure(error)), showLog);
  if (answer === showLog) {
    log.show();
  }
}
