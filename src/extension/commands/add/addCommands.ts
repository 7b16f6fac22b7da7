// Add Tunnel… and Add Tunnel from SSH Command…
import * as vscode from 'vscode';
import { localize } from '../../../tunnels/util/l10n';
import { checkLine, copiedLine } from '../../../tunnels/config/commandLine/pastedCommandLine';
import type { UsableLine } from '../../../tunnels/config/commandLine/pastedCommandLine';
import { commandIds } from '../../contributions';
import { showInput } from '../../ui/dialogs';
import type { CommandTable } from '../register';
import { addTunnel, saveLine, tunnelOfLine } from './addFlow';
import type { AddParts } from './saveTunnel';

export function addCommands(parts: AddParts): CommandTable {
  return {
    [commandIds.add]: () => addTunnel(parts),
    [commandIds.addFromSshCommand]: (argument) => addFromSshCommand(parts, argument),
  };
}

/** Changes nothing if the user cancels at any step. @param argument the initial command line; default: the clipboard */
async function addFromSshCommand(parts: AddParts, argument: unknown): Promise<void> {
  const title = vscode.l10n.t('Add Tunnel from SSH Command');
  const initial = copiedLine(typeof argument === 'string' ? argument : await clipboardText());
  const answer = await showInput({
    title,
    prompt: vscode.l10n.t('SSH command, as you would type it in a terminal'),
    placeHolder: 'ssh -L 5432:db.internal:5432 me@bastion.example.org',
    ...(initial !== undefined && { value: initial }),
    validate: (text) => {
      const checked = text.trim() === '' ? undefined : checkLine(text.trim());
      return checked && ('fault' in checked ? localize(checked.fault, vscode.l10n) : hintAbout(checked));
    },
  });
  const line = answer?.trim() ?? '';
  const checked = line === '' ? undefined : checkLine(line);
  if (checked && !('fault' in checked)) {
    const tunnel = await tunnelOfLine(parts, checked, title);
    if (tunnel) {
      await saveLine(parts, title, tunnel);
    }
  }
}

/** Of what a tunnel does without. What it can't do is asked about. */
function hintAbout({ needless }: UsableLine): { readonly hint: string } | undefined {
  return needless.length === 0
    ? undefined
    : { hint: needless.map((message) => localize(message, vscode.l10n)).join(' ') };
}

/** Empty in a browser: reading the clipboard there would ask the user for permission first. */
async function clipboardText(): Promise<string> {
  return vscode.env.uiKind === vscode.UIKind.Desktop ? vscode.env.clipboard.readText() : '';
}
