// Handles ssh options that a tunnel has no key for: offers to write them as a Host block into the user's ssh_config.
import * as vscode from 'vscode';
import { localize } from '../../../tunnels/util/l10n';
import type { UsableLine } from '../../../tunnels/config/commandLine/pastedCommandLine';
import { aliasFault, formatHostBlock, lineAboutHost, lineOfHost } from '../../../tunnels/config/hostBlock';
import { confirm, fitsDialog, offerUndo, showMessage } from '../../ui/dialogs';
import { exactText } from '../../../views/words/exactText';
import { explainFailure } from '../../tunnels/interactiveStart';
import { addHostBlock, readSshConfig } from '../../settings/sshConfig/sshConfigFile';
import { askText } from './addSteps';
import type { Step } from './addSteps';

/** What to do with the options: 'none' if there are none; undefined if the user cancelled. */
export type Answer = 'none' | 'write' | 'leaveOut' | undefined;

export async function askAboutOptions({ leftOut, configOptions }: UsableLine): Promise<Answer> {
  if (leftOut.length === 0) {
    return 'none';
  }
  const write = vscode.l10n.t('Write Host Block');
  const leave = leftOut.length === 1 ? vscode.l10n.t('Leave It Out') : vscode.l10n.t('Leave Them Out');
  // A pasted command may be somebody else's, and its ProxyCommand would run here.
  const lines = configOptions.map(({ keyword, value }) => `  ${exactText(keyword)} ${exactText(value)}`);
  const detail = [
    ...leftOut.map(({ message }) => localize(message, vscode.l10n)),
    ...(lines.length === 0 ? [] : ['', vscode.l10n.t('Host block for your SSH config:'), ...lines]),
  ];
  const text = detail.map((line) => line.replaceAll('\n', ' ')).join('\n');
  const picked = await confirm(
    lines.length === 0 ? willBeIgnored(leftOut.length) : cannotBeSaved(leftOut.length),
    fitsDialog(text) ? text : vscode.l10n.t('There is too much to show here. Shorten the command first.'),
    ...(lines.length === 0 || !fitsDialog(text) ? [leave] : [write, leave]),
  );
  return picked === write ? 'write' : picked === leave ? 'leaveOut' : undefined;
}

function willBeIgnored(count: number): string {
  return count === 1
    ? vscode.l10n.t('1 option of this command will be ignored.')
    : vscode.l10n.t('{count} options of this command will be ignored.', { count });
}

function cannotBeSaved(count: number): string {
  return count === 1
    ? vscode.l10n.t("1 option of this command can't be saved in a tunnel.")
    : vscode.l10n.t("{count} options of this command can't be saved in a tunnel.", { count });
}

export interface PlannedBlock {
  readonly alias: string;
  /** Writes and shows the block, and offers Undo. */
  readonly write: () => Promise<void>;
}

/**
 * Asks for the alias of a new Host block.
 * @throws Error if a block for the host exists: it would not apply under another alias
 */
export async function planHostBlock(
  file: string,
  { destination, configOptions }: UsableLine,
  step: Step,
): Promise<PlannedBlock | undefined> {
  const config = await readSshConfig(file);
  const line = lineAboutHost(config, destination.host);
  if (line !== undefined) {
    await show(file, line);
    const keywords = configOptions.map(({ keyword }) => keyword).join(', ');
    throw new Error(
      vscode.l10n.t('"{host}" already has a Host block ({file}, line {line}). Add {keywords} there.', {
        host: destination.host,
        file,
        line,
        keywords,
      }),
    );
  }
  const alias = await askText({
    ...step,
    prompt: vscode.l10n.t('Alias for {host}, used for the Host block in {file}', {
      host: destination.host,
      file,
    }),
    value: freshAlias(destination.host, config),
    validate: (text) => {
      const fault = aliasFault(text);
      return lineOfHost(config, text) === undefined
        ? fault && localize(fault, vscode.l10n)
        : vscode.l10n.t('"{alias}" is already a Host there.', { alias: text });
    },
  });
  if (alias === undefined) {
    return undefined;
  }
  const block = formatHostBlock({ alias, destination, options: configOptions });
  if ('error' in block) {
    throw new Error(
      vscode.l10n.t("The Host block can't be written. {reason}", {
        reason: localize(block.error.message, vscode.l10n),
      }),
    );
  }
  return { alias, write: () => writeBlock(file, alias, block.value) };
}

async function writeBlock(file: string, alias: string, block: string): Promise<void> {
  const { line, undo } = await addHostBlock(file, block);
  await show(file, line);
  const added = vscode.l10n.t('Added the Host block "{alias}" to {file}.', { alias, file });
  void offerUndo(added, undo).catch((error: unknown) => {
    void showMessage('error', explainFailure(error));
  });
}

async function show(file: string, line: number): Promise<void> {
  const start = new vscode.Position(line - 1, 0);
  const selection = new vscode.Range(start, start);
  await vscode.window.showTextDocument(vscode.Uri.file(file), { selection });
}

function freshAlias(host: string, config: string): string {
  const base = host.replace(/[^\w.-]/g, '-').replace(/^[^A-Za-z0-9]+/, '') || 'tunnel';
  let alias = `${base}-tunnel`;
  for (let count = 2; lineOfHost(config, alias) !== undefined; count++) {
    alias = `${base}-tunnel-${count}`;
  }
  return alias;
}
