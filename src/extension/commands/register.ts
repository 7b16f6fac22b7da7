// Registers commands so that each says why it can't run, with the next step, instead of failing without a word.
import * as vscode from 'vscode';
import { TunnelFailure } from '../../tunnels/errors/errors';
import type { TunnelNode } from '../../views/tree/nodes';
import { commandIds } from '../contributions';
import type { CommandId } from '../contributions';
import type { PlainLog } from '../ui/outputChannel';
import { tell } from '../ui/dialogs';
import { explainFailure } from '../tunnels/interactiveStart';

export type CommandTable = Partial<Record<CommandId, (argument: unknown) => unknown>>;

/** Why a command failed, and the tunnel that can say more. */
export class AboutTunnel extends Error {
  /** Its id, or a row of it. */
  readonly subject: string | TunnelNode;

  constructor(subject: string | TunnelNode, cause: unknown, message = explainFailure(cause)) {
    super(message, { cause });
    this.name = 'AboutTunnel';
    this.subject = subject;
  }
}

export function registerCommands(tables: readonly CommandTable[], log: PlainLog): vscode.Disposable {
  const commands = tables.flatMap((table) => Object.entries(table));
  return vscode.Disposable.from(
    ...commands.map(([id, run]) =>
      vscode.commands.registerCommand(id, async (argument: unknown) => {
        try {
          await run(argument);
        } catch (error) {
          log.error(`${id}: ${explainFailure(error)}`);
          void tellFailure(error, log);
        }
      }),
    ),
  );
}

async function tellFailure(error: unknown, log: PlainLog): Promise<void> {
  const [explain, showLog] = ['Explain', 'Show Log'] as const;
  const subject =
    error instanceof AboutTunnel && error.cause instanceof TunnelFailure ? error.subject : undefined;
  const answer = await tell(
    'error',
    explainFailure(error),
    ...(subject === undefined ? [] : [explain]),
    showLog,
  );
  if (answer === showLog) {
    log.show();
  } else if (answer === explain) {
    await vscode.commands.executeCommand(commandIds.explain, subject);
  }
}
