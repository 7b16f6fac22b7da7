// Add Tunnel… and Add Tunnel from SSH Command…
import * as vscode from 'vscode';
import { localize } from '../../../tunnels/util/l10n';
import { checkLine, copiedLine } from '../../../tunnels/config/commandLine/pastedCommandLine';
import type { UsableLine } from '../../../tunnels/config/commandLine/pastedCommandLine';
import { parseForwardSpec } from '../../../tunnels/config/parsing/forwardSpec';
import { serializeDestination, parseDestination } from '../../../tunnels/config/parsing/parseDestination';
import type { Parsed } from '../../../tunnels/util/parsing';
import { commandIds } from '../../contributions';
import type { CommandTable } from '../register';
import { askText, saveTunnel } from './addSteps';
import type { AddParts } from './addSteps';
import { askAboutOptions, planHostBlock, prepareOffer } from './hostBlock';

export function addCommands(parts: AddParts): CommandTable {
  return {
    [commandIds.add]: () => addTunnel(parts),
    [commandIds.addFromSshCommand]: (argument) => addFromSshCommand(parts, argument),
  };
}

const exampleForward = '5432:db.internal:5432';

/** Changes nothing if the user cancels at any step. */
async function addTunnel(parts: AddParts): Promise<void> {
  const steps = { title: vscode.l10n.t('Add SSH Tunnel'), of: 4 };
  const host = await askText({
    ...steps,
    number: 1,
    prompt: vscode.l10n.t('SSH server: an alias from your SSH config, user@host:port, or an ssh:// address'),
    placeHolder: 'me@bastion.example.org',
    validate: (text) => problemOf(parseDestination(text, 'user')),
  });
  const forward =
    host &&
    (await askText({
      ...steps,
      number: 2,
      prompt: vscode.l10n.t('Local port and target (for example {example})', { example: exampleForward }),
      placeHolder: exampleForward,
      validate: (text) => problemOf(parseForwardSpec('local', text)),
    }));
  if (forward) {
    await saveTunnel(parts, { ...steps, number: 3 }, { host, localForward: [forward] });
  }
}

function problemOf(parsed: Parsed<unknown>): string | undefined {
  return 'error' in parsed ? localize(parsed.error.message, vscode.l10n) : undefined;
}

/** Changes nothing if the user cancels at any step. @param argument the initial command line; default: the clipboard */
async function addFromSshCommand(parts: AddParts, argument: unknown): Promise<void> {
  const title = vscode.l10n.t('Add Tunnel from SSH Command');
  const initial = copiedLine(typeof argument === 'string' ? argument : await clipboardText());
  const line = await askText({
    title,
    number: 1,
    of: 3,
    prompt: vscode.l10n.t('SSH command, as you would type it in a terminal'),
    placeHolder: 'ssh -L 5432:db.internal:5432 me@bastion.example.org',
    ...(initial !== undefined && { value: initial }),
    validate: (text) => {
      const checked = checkLine(text);
      return 'fault' in checked ? localize(checked.fault, vscode.l10n) : hintAbout(checked);
    },
  });
  const checked = line === undefined ? undefined : checkLine(line);
  if (!checked || 'fault' in checked) {
    return;
  }
  const { sshConfigFile } = parts.manager.desiredState.settings.connection;
  const offer = await prepareOffer(checked, sshConfigFile);
  const answer = await askAboutOptions(checked, offer);
  if (answer === 'write' && offer.block) {
    const planned = await planHostBlock(offer.block, checked, { title, number: 2, of: 4 });
    if (planned) {
      const value = { ...checked.record, host: planned.alias };
      await saveTunnel(parts, { title, number: 3, of: 4 }, value, planned.write);
    }
  } else if (answer !== undefined) {
    const value = { ...checked.record, host: serializeDestination(checked.destination) };
    await saveTunnel(parts, { title, number: 2, of: 3 }, value);
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
