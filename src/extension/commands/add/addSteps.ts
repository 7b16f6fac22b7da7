// The steps shared by all commands that add a tunnel: ask for text, for a location and a name, and write the setting.
import * as vscode from 'vscode';
import { localize } from '../../../tunnels/util/l10n';
import { parseDestination } from '../../../tunnels/config/parsing/parseDestination';
import { parseTunnel } from '../../../tunnels/config/parsing/parseTunnel';
import type { TunnelManager } from '../../tunnels/tunnelManager';
import { folderSettings, revealTunnel, writeTunnel } from '../../settings/writeTunnels';
import type { SettingsLocation } from '../../settings/writeTunnels';
import { pickOne, showInput } from '../../ui/dialogs';
import type { Verdict } from '../../ui/dialogs';
import type { InteractiveStart } from '../../tunnels/interactiveStart';

export interface AddParts {
  readonly manager: TunnelManager;
  readonly interactiveStart: InteractiveStart;
}

/** One step of a multi-step input: `Add SSH Tunnel (1 of 4)`. */
export interface Step {
  readonly title: string;
  readonly number: number;
  readonly of: number;
}

export interface TextStep extends Step {
  readonly prompt: string;
  readonly placeHolder?: string;
  readonly value?: string;
  readonly validate: (text: string) => Verdict | undefined;
}

export async function askText({ validate, ...step }: TextStep): Promise<string | undefined> {
  const { prompt, placeHolder, value } = step;
  const answer = await showInput({
    title: titleOf(step),
    prompt,
    ...(placeHolder === undefined ? {} : { placeHolder }),
    ...(value === undefined ? {} : { value }),
    validate: (text) => (text.trim() === '' ? undefined : validate(text.trim())),
  });
  const text = answer?.trim();
  return text === '' ? undefined : text;
}

export interface NewTunnel extends Readonly<Record<string, unknown>> {
  readonly host: string;
}

/**
 * Asks where to save the tunnel and for its name, then writes and starts it. Changes nothing if the user cancels, or if
 * the tunnel is not valid there.
 * @param step the first of the two questions
 * @param beforeWriting writes whatever the tunnel needs, after both answers
 */
export async function saveTunnel(
  { manager, interactiveStart }: AddParts,
  step: Step,
  value: NewTunnel,
  beforeWriting?: () => Promise<void>,
): Promise<void> {
  const location = await askLocation(step);
  if (!location) {
    return;
  }
  rejectInvalid(value, location);
  const taken = new Set(manager.tunnels.map((tunnel) => tunnel.name));
  const name = await askText({
    ...step,
    number: step.number + 1,
    prompt: vscode.l10n.t('Tunnel name'),
    value: freshName(value.host, taken),
    validate: (text) =>
      taken.has(text) ? vscode.l10n.t('"{tunnel}" already exists.', { tunnel: text }) : nameProblem(text),
  });
  if (name === undefined) {
    return;
  }
  await beforeWriting?.();
  await writeTunnel(location.settings, name, value);
  await untilRead(manager, `${location.prefix}:${name}`);
  await interactiveStart.start(`${location.prefix}:${name}`).catch(async (error: unknown) => {
    await revealTunnel(location.settings, name);
    throw error;
  });
}

/** In a project's settings, some users are not valid. @throws Error with the problem */
function rejectInvalid(value: NewTunnel, { settings }: SaveLocation): void {
  const parsed = parseTunnel('new', value, settings.kind === 'user' ? 'user' : 'project');
  const [problem] = 'problems' in parsed ? parsed.problems : [];
  if (problem) {
    throw new Error(localize(problem.message, vscode.l10n));
  }
}

function titleOf({ title, number, of }: Step): string {
  return vscode.l10n.t('{title} ({step} of {steps})', { title, step: number, steps: of });
}

interface SaveLocation {
  readonly settings: SettingsLocation;
  /** Prefix of the ids of the tunnels there. */
  readonly prefix: string;
}

async function askLocation(step: Step): Promise<SaveLocation | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const isSingle = vscode.workspace.workspaceFile === undefined;
  const items = [
    ...folders.map((folder) => ({
      label: isSingle
        ? vscode.l10n.t('This project')
        : vscode.l10n.t('Folder {folder}', { folder: folder.name }),
      detail: vscode.l10n.t('.vscode/settings.json, shared with everyone who works on it'),
      location: {
        settings: folderSettings(folder.uri),
        prefix: isSingle ? 'workspace' : `folder:${folder.name}`,
      },
    })),
    {
      label: vscode.l10n.t('User settings'),
      detail: vscode.l10n.t('In all your windows, only for you'),
      location: { settings: { kind: 'user' } as const, prefix: 'user' },
    },
  ];
  const picked = await pickOne(items, {
    title: titleOf(step),
    placeHolder: vscode.l10n.t('Where to save this tunnel'),
    ignoreFocusOut: true,
  });
  return picked?.location;
}

function nameProblem(name: string): string | undefined {
  const parsed = parseTunnel(name, { host: 'example.org' }, 'user');
  const [problem] = 'problems' in parsed ? parsed.problems : [];
  return problem && localize(problem.message, vscode.l10n);
}

function freshName(host: string, taken: ReadonlySet<string>): string {
  const parsed = parseDestination(host, 'user');
  const base = 'value' in parsed ? parsed.value.host : 'tunnel';
  let name = base;
  for (let count = 2; taken.has(name); count++) {
    name = `${base} ${count}`;
  }
  return name;
}

/** Waits until the new setting has been read: VS Code reports a change a moment after it is written. */
async function untilRead(manager: TunnelManager, id: string): Promise<void> {
  const end = Date.now() + 5000;
  while (!manager.desiredState.find(id) && Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
