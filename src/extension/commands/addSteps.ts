// The steps that every way to add a tunnel shares: asking for a text, for a place and a name, and writing the setting.
import * as vscode from 'vscode';
import { parseDestination } from '../../tunnels/config/parseDestination';
import { parseTunnel } from '../../tunnels/config/parseTunnel';
import type { TunnelManager } from '../tunnels/tunnelManager';
import { folderPlace, revealTunnel, writeTunnel } from '../settings/writeTunnels';
import type { SettingsPlace } from '../settings/writeTunnels';
import { pickOne, typeIn } from '../ui/dialogs';
import type { Starter } from '../tunnels/interactiveStart';

export interface AddParts {
  readonly manager: TunnelManager;
  readonly starter: Starter;
}

/** One of the questions: `Add SSH Tunnel (1 of 4)`. */
export interface Step {
  readonly title: string;
  readonly number: number;
  readonly of: number;
}

export interface TextStep extends Step {
  readonly prompt: string;
  readonly placeHolder?: string;
  readonly value?: string;
  readonly validate: (text: string) => string | undefined;
}

export async function askText({ validate, ...step }: TextStep): Promise<string | undefined> {
  const { prompt, placeHolder, value } = step;
  const answer = await typeIn({
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
 * Asks where to keep the tunnel and what to call it, writes it and starts it. Does nothing when it is cancelled.
 * @param step the first of the two questions
 * @param beforeWriting what else is to be written, once all is answered
 */
export async function keepTunnel(
  { manager, starter }: AddParts,
  step: Step,
  value: NewTunnel,
  beforeWriting?: () => Promise<void>,
): Promise<void> {
  const place = await askPlace(step);
  if (!place) {
    return;
  }
  const taken = new Set(manager.tunnels.map((tunnel) => tunnel.name));
  const name = await askText({
    ...step,
    number: step.number + 1,
    prompt: 'A name for the tunnel',
    value: freshName(value.host, taken),
    validate: (text) => (taken.has(text) ? `"${text}" exists already.` : nameProblem(text)),
  });
  if (name === undefined) {
    return;
  }
  await beforeWriting?.();
  await writeTunnel(place.settings, name, value);
  await settled(manager, `${place.prefix}:${name}`);
  await starter.start(`${place.prefix}:${name}`).catch(async (error: unknown) => {
    await revealTunnel(place.settings, name);
    throw error;
  });
}

function titleOf({ title, number, of }: Step): string {
  return `${title} (${number} of ${of})`;
}

interface Place {
  readonly settings: SettingsPlace;
  /** Of the ids that the tunnels there have. */
  readonly prefix: string;
}

async function askPlace(step: Step): Promise<Place | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const isSingle = vscode.workspace.workspaceFile === undefined;
  const items = [
    ...folders.map((folder) => ({
      label: isSingle ? 'This project' : `Folder ${folder.name}`,
      detail: '.vscode/settings.json: for everybody who works on it',
      place: {
        settings: folderPlace(folder.uri),
        prefix: isSingle ? 'workspace' : `folder:${folder.name}`,
      },
    })),
    {
      label: 'My user settings',
      detail: 'In all your windows, for you alone',
      place: { settings: { kind: 'user' } as const, prefix: 'user' },
    },
  ];
  const picked = await pickOne(items, {
    title: titleOf(step),
    placeHolder: 'Where to keep it',
    ignoreFocusOut: true,
  });
  return picked?.place;
}

function nameProblem(name: string): string | undefined {
  const parsed = parseTunnel(name, { host: 'example.org' });
  return 'problems' in parsed ? parsed.problems[0]?.message : undefined;
}

function freshName(host: string, taken: ReadonlySet<string>): string {
  const parsed = parseDestination(host);
  const base = 'value' in parsed ? parsed.value.host : 'tunnel';
  let name = base;
  for (let count = 2; taken.has(name); count++) {
    name = `${base} ${count}`;
  }
  return name;
}

/** The editor tells of changed settings a moment after they are written. */
async function settled(manager: TunnelManager, id: string): Promise<void> {
  const end = Date.now() + 5000;
  while (!manager.wishes.find(id) && Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
