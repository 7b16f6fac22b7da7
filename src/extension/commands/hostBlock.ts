// Options of ssh that a tunnel can't be told: a Host block of the user's own ssh_config can, under an alias of its own.
import * as vscode from 'vscode';
import type { UsableLine } from '../../tunnels/config/commandLine/check';
import { aliasFault, formatHostBlock, lineAboutHost, lineOfHost } from '../../tunnels/config/hostBlock';
import { askYesNo, tell } from '../ui/dialogs';
import { explainFailure } from '../tunnels/interactiveStart';
import { addHostBlock, readSshConfig } from '../settings/sshConfigFile';
import { askText } from './addSteps';
import type { Step } from './addSteps';
import { offerUndo } from './undo';

/** What to do about the options: 'none' where there are none. */
export type Answer = 'none' | 'write' | 'leaveOut' | undefined;

export async function askAboutOptions({ leftOut, configOptions }: UsableLine): Promise<Answer> {
  if (leftOut.length === 0) {
    return 'none';
  }
  const write = 'Write Host Block';
  const leave = 'Leave Them Out';
  const lines = configOptions.map(({ keyword, value }) => `  ${keyword} ${value}`);
  const detail = [
    ...leftOut.map(({ message }) => message),
    ...(lines.length === 0 ? [] : ['', 'A Host block of your own SSH config would say:', ...lines]),
  ];
  const count = leftOut.length === 1 ? 'An option' : `${leftOut.length} options`;
  const picked = await askYesNo(
    `${count} of this command line can't be part of a tunnel.`,
    detail.map((line) => line.replaceAll('\n', ' ')).join('\n'),
    ...(lines.length === 0 ? [leave] : [write, leave]),
  );
  return picked === write ? 'write' : picked === leave ? 'leaveOut' : undefined;
}

export interface PlannedBlock {
  readonly alias: string;
  /** Writes it, shows it, and offers to take it back. */
  readonly write: () => Promise<void>;
}

/**
 * Asks for the alias.
 * @throws Error where a block is about the host already: under another alias it would no longer hold
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
      `"${destination.host}" has a Host block already (${file}, line ${line}): write ${keywords} there.`,
    );
  }
  const alias = await askText({
    ...step,
    prompt: `An alias for ${destination.host}, for the Host block in ${file}`,
    value: freshAlias(destination.host, config),
    validate: (text) =>
      lineOfHost(config, text) === undefined ? aliasFault(text) : `"${text}" is a Host there already.`,
  });
  if (alias === undefined) {
    return undefined;
  }
  const block = formatHostBlock({ alias, destination, options: configOptions });
  if ('error' in block) {
    throw new Error(`The Host block can't be written: ${block.error.message}.`);
  }
  return { alias, write: () => writeBlock(file, alias, block.value) };
}

async function writeBlock(file: string, alias: string, block: string): Promise<void> {
  const { line, undo } = await addHostBlock(file, block);
  await show(file, line);
  void offerUndo(`The Host block "${alias}" is in ${file} now.`, undo).catch((error: unknown) => {
    void tell('error', explainFailure(error));
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
