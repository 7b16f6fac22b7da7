// Add Tunnel from SSH Command… and Copy as SSH Command.
import * as vscode from 'vscode';
import { localize } from '../../tunnels/util/l10n';
import { checkLine, copiedLine } from '../../tunnels/config/commandLine/check';
import type { UsableLine } from '../../tunnels/config/commandLine/check';
import { destinationText } from '../../tunnels/config/parsing/parseDestination';
import { commandIds } from '../contributions';
import { showInStatusBar, showMessage } from '../ui/dialogs';
import { sshConfigPath } from '../settings/sshConfigFile';
import { commandOf, programCommandOf } from '../settings/sshCommandLine';
import { askText, saveTunnel } from './addSteps';
import type { AddParts } from './addSteps';
import { askAboutOptions, planHostBlock } from './hostBlock';
import { quoted } from './lifecycle';
import type { CommandTable } from './register';
import type { Targets } from './target';

export interface SshCommandParts extends AddParts {
  readonly targets: Targets;
}

export function sshCommandCommands(parts: SshCommandParts): CommandTable {
  return {
    [commandIds.addFromSshCommand]: (argument) => addFromSshCommand(parts, argument),
    [commandIds.copyAsSshCommand]: (argument) => copyAsSshCommand(parts, argument),
  };
}

/** Changes nothing if the user cancels at any step. @param argument the initial command line; default: the clipboard */
async function addFromSshCommand(parts: AddParts, argument: unknown): Promise<void> {
  const title = 'Add Tunnel from SSH Command';
  const initial = copiedLine(typeof argument === 'string' ? argument : await clipboardText());
  const line = await askText({
    title,
    number: 1,
    of: 3,
    prompt: 'SSH command, as you would type it in a terminal',
    placeHolder: 'ssh -L 5432:db.internal:5432 me@bastion.example.org',
    ...(initial !== undefined && { value: initial }),
    validate: (text) => {
      const checked = checkLine(text);
      return 'fault' in checked ? localize(checked.fault, vscode.l10n) : undefined;
    },
  });
  const checked = line === undefined ? undefined : checkLine(line);
  if (!checked || 'fault' in checked) {
    return;
  }
  const answer = await askAboutOptions(checked);
  if (answer === 'write') {
    await saveWithHostBlock(parts, title, checked);
  } else if (answer !== undefined) {
    const value = { ...checked.record, host: destinationText(checked.destination) };
    await saveTunnel(parts, { title, number: 2, of: 3 }, value);
  }
}

/** Empty in a browser: reading the clipboard there would ask the user for permission first. */
async function clipboardText(): Promise<string> {
  return vscode.env.uiKind === vscode.UIKind.Desktop ? vscode.env.clipboard.readText() : '';
}

async function saveWithHostBlock(parts: AddParts, title: string, line: UsableLine): Promise<void> {
  const file = sshConfigPath(parts.manager.desiredState.settings.connection.sshConfigFile);
  const planned = await planHostBlock(file, line, { title, number: 2, of: 4 });
  if (planned) {
    const value = { ...line.record, host: planned.alias };
    await saveTunnel(parts, { title, number: 3, of: 4 }, value, planned.write);
  }
}

async function copyAsSshCommand({ manager, targets }: SshCommandParts, argument: unknown): Promise<void> {
  const title = 'Copy as SSH Command';
  const target = await targets.tunnelOrForward(
    argument,
    title,
    ({ entry }) => entry !== undefined,
    'No tunnels to copy.',
  );
  if (!target) {
    return;
  }
  const { tunnel, forward, program } = target;
  const { settings } = manager.desiredState;
  const context = {
    configFile: settings.connection.sshConfigFile,
    platform: process.platform,
    hasOwnForwards: (alias: string) => manager.desiredState.find(`sshConfig:${alias}`) !== undefined,
  };
  const { line, missing } =
    program && !forward ? programCommandOf(tunnel, program.program, context) : commandOf(tunnel, context);
  await vscode.env.clipboard.writeText(line);
  showInStatusBar(`Copied ${line}`);
  if (missing.length > 0) {
    const message = `The copied command doesn't cover all of ${quoted(tunnel)}. ${missing.join(' ')}`;
    void showMessage('information', message);
  }
}
