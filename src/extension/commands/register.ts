// Registers commands so that each failure is logged and shown with its next step, and runs their work with progress on
// the Tunnels view.
import * as vscode from 'vscode';
import { TunnelFailure, errorWords } from '../../tunnels/errors/errors';
import type { TunnelError } from '../../tunnels/errors/errors';
import { isCorrectable } from '../../tunnels/errors/ssh/auth';
import { english } from '../../tunnels/util/l10n';
import type { TunnelSnapshot } from '../../tunnels/model/snapshot';
import { isRecord } from '../../tunnels/util/parsing';
import { canUseAnotherPort } from '../../views/tree/contextValues';
import { isCommandNode } from '../../views/tree/nodes';
import type { CommandNode } from '../../views/tree/nodes';
import { plainText } from '../../views/words/format';
import { isClosedQuestion } from '../consent/consentPrompt';
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
    if (!isClosedQuestion(error)) {
      throw new TunnelCommandError(subject, error, explain(error));
    }
  }
}

/** Shows progress on the Tunnels view while the work runs. */
export function runWithProgress<T>(work: () => Promise<T>): Thenable<T> {
  return vscode.window.withProgress({ location: { viewId: viewIds.tunnels } }, work);
}

export interface CommandSurroundings {
  readonly extensionLog: ExtensionLog;
  /** The rows that a key of the Tunnels view is about. */
  readonly rows: () => Promise<readonly CommandNode[]>;
  readonly tunnel: (id: string) => TunnelSnapshot | undefined;
}

/** They run for each of the selected rows, at the same time. */
const forEachRow: readonly string[] = [
  commandIds.start,
  commandIds.stop,
  commandIds.restart,
  commandIds.retryNow,
];
/** They take all selected rows together. */
const forAllRows: readonly string[] = [commandIds.copyLocalAddress, commandIds.remove];

export function registerCommands(
  tables: readonly CommandTable[],
  surroundings: CommandSurroundings,
): vscode.Disposable {
  const commands = tables.flatMap((table) => Object.entries(table));
  return vscode.Disposable.from(
    ...commands.map(([id, run]) =>
      vscode.commands.registerCommand(id, async (argument: unknown, selected: unknown) => {
        const targets = await targetsOf(id, argument, selected, surroundings);
        await Promise.all(
          targets.map(async (target) => {
            try {
              await run(target);
            } catch (error) {
              report(id, error, surroundings);
            }
          }),
        );
      }),
    ),
  );
}

/** @returns the argument of each run of the command */
async function targetsOf(
  id: string,
  argument: unknown,
  selected: unknown,
  { rows }: CommandSurroundings,
): Promise<readonly unknown[]> {
  const fromKey = isRecord(argument) && argument['rows'] === 'selected';
  // VS Code passes the row under the pointer, and all selected ones if it is one of them.
  const several = fromKey ? await rows() : Array.isArray(selected) ? selected.filter(isCommandNode) : [];
  const [first] = several;
  if (several.length < 2) {
    return fromKey ? (first ? [first] : []) : [argument];
  }
  if (forAllRows.includes(id)) {
    return [several];
  }
  return forEachRow.includes(id) ? several : [fromKey ? first : argument];
}

function report(id: string, error: unknown, { extensionLog, tunnel }: CommandSurroundings): void {
  const [subject, cause] =
    error instanceof TunnelCommandError ? [error.subject, error.cause] : [undefined, error];
  const line = `${id}: ${explainFailure(cause, english)}`;
  if (subject === undefined) {
    extensionLog.log.error(line);
  } else {
    extensionLog.tunnel(tunnelIdOf(subject), 'error', line);
  }
  void showFailure(error, subject, subject === undefined ? undefined : tunnel(tunnelIdOf(subject)));
}

function tunnelIdOf(subject: string | CommandNode): string {
  return typeof subject === 'string' ? subject : subject.tunnelId;
}

/** Three lines of a notification. UTF-16 units. */
const maxTextLength = 140;

/**
 * What a notification says: with the name of the tunnel, and with the next step if there is room for it. Explain has the
 * rest.
 */
export function failureText(
  text: string,
  failure: TunnelError | undefined,
  tunnel: string | undefined,
): string {
  const withName = (words: string): string =>
    tunnel === undefined || words.includes(`"${tunnel}"`)
      ? words
      : vscode.l10n.t('"{tunnel}": {error}', { tunnel: plainText(tunnel), error: words });
  const whole = withName(text);
  if (failure === undefined || whole.length <= maxTextLength) {
    return whole;
  }
  const { message } = errorWords(failure, vscode.l10n);
  const brief = text === explainFailure(new TunnelFailure(failure)) ? withName(message) : whole;
  if (brief.length <= maxTextLength) {
    return brief;
  }
  const start = brief.slice(0, maxTextLength - 1);
  const sentences = start.slice(0, start.lastIndexOf('. ') + 1);
  return sentences.length > maxTextLength / 2 ? sentences : `${start.trimEnd()}…`;
}

async function showFailure(
  error: unknown,
  subject: string | CommandNode | undefined,
  tunnel: TunnelSnapshot | undefined,
): Promise<void> {
  const explain = vscode.l10n.t('Explain');
  const showLog = vscode.l10n.t('Show Log');
  const tryAgain = vscode.l10n.t('Try Again');
  const anotherPort = vscode.l10n.t('Use Another Port…');
  const failure =
    error instanceof Error && error.cause instanceof TunnelFailure ? error.cause.error : undefined;
  const forward =
    typeof subject === 'object' && subject.kind === 'forward'
      ? tunnel?.forwards.find(({ forward: { label } }) => label === subject.label)
      : undefined;
  const canMove = tunnel && forward && canUseAnotherPort(forward, tunnel);
  const answer = await showMessage(
    'error',
    failureText(explainFailure(error), failure, tunnel?.name),
    ...(canMove ? [anotherPort] : []),
    ...(subject !== undefined && failure && isCorrectable(failure) ? [tryAgain] : []),
    ...(subject !== undefined && failure ? [explain] : []),
    ...(canMove ? [] : [showLog]),
  );
  switch (answer) {
    case tryAgain:
      await vscode.commands.executeCommand(commandIds.start, subject);
      break;
    case anotherPort:
      await vscode.commands.executeCommand(commandIds.useAnotherPort, subject);
      break;
    case showLog:
      await vscode.commands.executeCommand(commandIds.showLog, subject);
      break;
    case explain:
      await vscode.commands.executeCommand(commandIds.explain, subject);
      break;
    case undefined:
  }
}
