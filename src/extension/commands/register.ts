// Registers commands so that each failure is logged and shown with its next step, and runs their work with progress on
// the Tunnels view.
import * as vscode from 'vscode';
import { TunnelFailure } from '../../tunnels/errors/errors';
import { isCorrectable } from '../../tunnels/errors/ssh/auth';
import { english } from '../../tunnels/util/l10n';
import type { CommandNode } from '../../views/tree/nodes';
import { lacksConsent } from '../consent/consentPrompt';
import { commandIds, viewIds } from '../contributions';
import type { CommandId } from '../contributions';
import type { ExtensionLog } from '../ui/log';
import { showMessage } from '../ui/dialogs';
import { explainFailure } from '../tunnels/interactiveStart';

export type CommandTable = Partial<Record<CommandId, (argument: unknown) => unknown>>;

/** A command failed because of a tunnel; the message offers Explain for it. */
export class TunnelCommandError extends Error {
  /** The tunnel's id, or a row of it in the tree. */
  readonly subject: string | CommandNode;

  constructor(subject: string | CommandNode, cause: unknown, message = explainFailure(cause)) {
    super(message, { cause });
    this.name = 'TunnelCommandError';
    this.subject = subject;
  }
}

/**
 * Links a failure to a tunnel. Doesn't report a cancellation.
 * @param subject a tunnel's id, or a row
 * @param explain makes the message
 */
export async function attributeFailure(
  subject: string | CommandNode,
  work: Promise<unknown>,
  explain = explainFailure,
): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!lacksConsent(error) && !isCancelled(error)) {
      throw new TunnelCommandError(subject, error, explain(error));
    }
  }
}

/** Whoever closes a question knows that; the row still says what is needed. */
function isCancelled(error: unknown): boolean {
  return error instanceof TunnelFailure && error.code === 'AuthenticationCancelled';
}

/** Shows progress on the Tunnels view while the work runs. */
export function runWithProgress<T>(work: () => Promise<T>): Thenable<T> {
  return vscode.window.withProgress({ location: { viewId: viewIds.tunnels } }, work);
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
          const [subject, cause] =
            error instanceof TunnelCommandError ? [error.subject, error.cause] : [undefined, error];
          const line = `${id}: ${explainFailure(cause, english)}`;
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

async function showFailure(error: unknown, subject: string | CommandNode | undefined): Promise<void> {
  const explain = vscode.l10n.t('Explain');
  const showLog = vscode.l10n.t('Show Log');
  const tryAgain = vscode.l10n.t('Try Again');
  const failure =
    error instanceof Error && error.cause instanceof TunnelFailure ? error.cause.error : undefined;
  const answer = await showMessage(
    'error',
    explainFailure(error),
    ...(subject !== undefined && failure && isCorrectable(failure) ? [tryAgain] : []),
    ...(subject !== undefined && failure ? [explain] : []),
    showLog,
  );
  if (answer === tryAgain) {
    await vscode.commands.executeCommand(commandIds.start, subject);
  } else if (answer === showLog) {
    await vscode.commands.executeCommand(commandIds.showLog, subject);
  } else if (answer === explain) {
    await vscode.commands.executeCommand(commandIds.explain, subject);
  }
}
