// Registers commands so that each failure is logged and shown with its next step.
import * as vscode from 'vscode';
import { TunnelFailure } from '../../tunnels/errors/errors';
import type { TunnelNode } from '../../views/tree/nodes';
import { commandIds } from '../contributions';
import type { CommandId } from '../contributions';
import type { ExtensionLog } from '../ui/log';
import { showMessage } from '../ui/dialogs';
import { explainFailure } from '../tunnels/interactiveStart';

export type CommandTable = Partial<Record<CommandId, (argument: unknown) => unknown>>;

/** A command failed because of a tunnel; the message offers Explain for it. */
export class TunnelCommandError extends Error {
  /** The tunnel's id, or a row of it in the tree. */
  readonly subject: string | TunnelNode;

  constructor(subject: string | TunnelNode, cause: unknown, message = explainFailure(cause)) {
    super(message, { cause });
    this.name = 'TunnelCommandError';
    this.subject = subject;
  }
}

export function registerCommands(
  tables: readonly CommandTable[],
  extensionLog: ExtensionLog,
): vscode.Disposable {
  const commands = tables.flatMap((table) => Object.entries(table));
  return vscode.Disposable.from(
    ...commands.map(([id, run]) =>
      vscode.commands.registerCommand(id, async (argument: unknown) => {
        try {
          await run(argument);
        } catch (error) {
          const subject = error instanceof TunnelCommandError ? error.subject : undefined;
          const line = `${id}: ${explainFailure(error)}`;
          if (subject === undefined) {
            extensionLog.log.error(line);
          } else {
            extensionLog.tunnel(typeof subject === 'string' ? subject : subject.tunnelId, 'error', line);
          }
          void showFailure(error, subject);
        }
      }),
    ),
  );
}

async function showFailure(error: unknown, subject: string | TunnelNode | undefined): Promise<void> {
  const [explain, showLog] = ['Explain', 'Show Log'] as const;
  const isExplainable = error instanceof Error && error.cause instanceof TunnelFailure;
  const answer = await showMessage(
    'error',
    explainFailure(error),
    ...(subject !== undefined && isExplainable ? [explain] : []),
    showLog,
  );
  if (answer === showLog) {
    await vscode.commands.executeCommand(commandIds.showLog, subject);
  } else if (answer === explain) {
    await vscode.commands.executeCommand(commandIds.explain, subject);
  }
}
