// Handles ssh options that a tunnel has no key for: offers to write them as a Host block into the user's ssh_config.
import * as vscode from 'vscode';
import { localize } from '../../../tunnels/util/l10n';
import type { UsableLine } from '../../../tunnels/config/commandLine/pastedCommandLine';
import { aliasFault, lineAboutHost, lineOfHost } from '../../../tunnels/config/hostBlock';
import type { ConfigOption, HostBlock } from '../../../tunnels/config/hostBlock';
import { leasedEnvironment } from '../../../tunnels/daemon/protocol/leasedEnvironment';
import type { SshGOptions } from '../../../tunnels/ssh/config/sshG';
import { tryHostBlock } from '../../../tunnels/ssh/config/tryHostBlock';
import { confirm, fitsDialog, offerUndo, showInput, showMessage } from '../../ui/dialogs';
import { exactText } from '../../../views/words/exactText';
import { explainFailure } from '../../tunnels/interactiveStart';
import {
  addHostBlock,
  readSshConfig,
  sshConfigPath,
  whyNotWritable,
} from '../../settings/sshConfig/sshConfigFile';
import { withFullPath } from '../../settings/sshConfig/typedPaths';

/** What to do with the options: 'none' if there are none; undefined if the user cancelled. */
export type Answer = 'none' | 'write' | 'leaveOut' | undefined;

export interface BlockOffer {
  /** undefined: no Host block can be written. */
  readonly block: { readonly file: string; readonly options: readonly ConfigOption[] } | undefined;
  /** Why none can be written, or which options would not be in it. */
  readonly problems: readonly string[];
}

/** Finds out whether a Host block can be written, and with which options, before it is offered. */
export async function prepareOffer(line: UsableLine, setting: string | undefined): Promise<BlockOffer> {
  if (line.configOptions.length === 0) {
    return { block: undefined, problems: [] };
  }
  try {
    const file = sshConfigPath(setting);
    const fault = await whyNotWritable(file);
    if (fault !== undefined) {
      return { block: undefined, problems: [fault] };
    }
    const config = await readSshConfig(file);
    const existing = existingBlock(file, config, line);
    if (existing !== undefined) {
      return { block: undefined, problems: [existing] };
    }
    const located = await Promise.all(line.configOptions.map((option) => withFullPath(option)));
    const { destination } = line;
    const options = located.flatMap((each) => ('option' in each ? [each.option] : []));
    const missing = located.flatMap((each) => ('problem' in each ? [each.problem] : []));
    const alias = freshAlias(destination.host, config);
    const tried = await tryHostBlock({ path: file, text: config }, { alias, destination, options }, ssh());
    if ('fault' in tried) {
      return { block: undefined, problems: [...missing, localize(tried.fault, vscode.l10n)] };
    }
    const refused = tried.refused.map(({ problem }) => localize(problem, vscode.l10n));
    const block = tried.options.length === 0 ? undefined : { file, options: tried.options };
    return { block, problems: [...missing, ...refused] };
  } catch (error) {
    return { block: undefined, problems: [explainFailure(error)] };
  }
}

function ssh(): SshGOptions {
  return { env: leasedEnvironment(process.env), isQuestion: true };
}

/** A block for the host would not apply under another alias. */
function existingBlock(
  file: string,
  config: string,
  { destination, configOptions }: UsableLine,
): string | undefined {
  const line = lineAboutHost(Buffer.from(config, 'latin1').toString(), destination.host);
  return line === undefined
    ? undefined
    : vscode.l10n.t('"{host}" already has a Host block ({file}, line {line}). Add {keywords} there.', {
        host: destination.host,
        file,
        line,
        keywords: configOptions.map(({ keyword }) => keyword).join(', '),
      });
}

export async function askAboutOptions({ leftOut }: UsableLine, offer: BlockOffer): Promise<Answer> {
  if (leftOut.length === 0) {
    return 'none';
  }
  const write = vscode.l10n.t('Write Host Block');
  const leave = leftOut.length === 1 ? vscode.l10n.t('Leave It Out') : vscode.l10n.t('Leave Them Out');
  // A pasted command may be somebody else's, and its ProxyCommand would run here.
  const lines = (offer.block?.options ?? []).map(
    ({ keyword, value }) => `  ${exactText(keyword)} ${exactText(value)}`,
  );
  const detail = [
    ...leftOut.map(({ message }) => localize(message, vscode.l10n)),
    ...(offer.problems.length === 0 ? [] : ['', ...offer.problems]),
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
    ? vscode.l10n.t('1 part of this command will be ignored.')
    : vscode.l10n.t('{count} parts of this command will be ignored.', { count });
}

function cannotBeSaved(count: number): string {
  return count === 1
    ? vscode.l10n.t("1 part of this command can't be saved in a tunnel.")
    : vscode.l10n.t("{count} parts of this command can't be saved in a tunnel.", { count });
}

export interface PlannedBlock {
  readonly alias: string;
  /** Writes and shows the block, and offers Undo. */
  readonly write: () => Promise<void>;
}

/** Asks for the alias of a new Host block. */
export async function planHostBlock(
  { file, options }: NonNullable<BlockOffer['block']>,
  { destination }: UsableLine,
  title: string,
): Promise<PlannedBlock | undefined> {
  const config = await readSshConfig(file);
  const answer = await showInput({
    title,
    prompt: vscode.l10n.t('Alias for {host}, used for the Host block in {file}', {
      host: destination.host,
      file,
    }),
    value: freshAlias(destination.host, config),
    validate: (typed) => {
      const text = typed.trim();
      const fault = text === '' ? undefined : aliasFault(text);
      return lineOfHost(config, text) === undefined
        ? fault && localize(fault, vscode.l10n)
        : vscode.l10n.t('"{alias}" is already a Host there.', { alias: text });
    },
  });
  const alias = answer?.trim() ?? '';
  return alias === '' ? undefined : { alias, write: () => writeBlock(file, { alias, destination, options }) };
}

/** Tried once more: the alias is another one, and the file may have changed. */
async function writeBlock(file: string, wanted: HostBlock): Promise<void> {
  const text = await readSshConfig(file);
  const tried = await tryHostBlock({ path: file, text }, wanted, ssh());
  const problem = 'fault' in tried ? tried.fault : tried.refused[0]?.problem;
  if ('fault' in tried || problem) {
    throw new Error(
      vscode.l10n.t("The Host block can't be written. {reason}", {
        reason: problem === undefined ? '' : localize(problem, vscode.l10n),
      }),
    );
  }
  const { line, undo } = await addHostBlock(file, tried.block, text);
  await show(file, line);
  const added = vscode.l10n.t('Added the Host block "{alias}" to {file}.', { alias: wanted.alias, file });
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
