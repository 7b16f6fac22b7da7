// Add Tunnel…: asks for the server, the port and where to keep it, and writes the setting.
import * as vscode from 'vscode';
import { parseForwardSpec } from '../../tunnels/model/grammar';
import { parseDestination } from '../../tunnels/model/parseDestination';
import { parseTunnel } from '../../tunnels/model/parseTunnel';
import type { TunnelManager } from '../manager';
import { folderPlace, revealTunnel, writeTunnel } from '../settingsFile';
import type { SettingsPlace } from '../settingsFile';
import type { Starter } from '../starter';

const title = 'Add SSH Tunnel';

interface Step {
  readonly prompt: string;
  readonly placeHolder?: string;
  readonly value?: string;
  readonly validate: (text: string) => string | undefined;
}

/** Does nothing when it is cancelled at any step. */
export async function addTunnel(manager: TunnelManager, starter: Starter): Promise<void> {
  const host = await askText(1, {
    prompt: 'SSH server: an alias of your ssh_config, user@host:port, or an ssh:// address',
    placeHolder: 'me@bastion.example.org',
    validate: (text) => problemOf(parseDestination(text)),
  });
  const forward =
    host &&
    (await askText(2, {
      prompt: `What to reach: local port:host:port, as ${host} sees the host`,
      placeHolder: '5432:db.internal:5432',
      validate: (text) => problemOf(parseForwardSpec('local', text)),
    }));
  const place = forward && (await askPlace());
  if (!place) {
    return;
  }
  const taken = new Set(manager.tunnels.map((tunnel) => tunnel.name));
  const name = await askText(4, {
    prompt: 'A name for the tunnel',
    value: freshName(host, taken),
    validate: (text) => (taken.has(text) ? `"${text}" exists already.` : nameProblem(text)),
  });
  if (name === undefined) {
    return;
  }
  await writeTunnel(place.settings, name, { host, localForward: [forward] });
  await settled(manager, `${place.prefix}:${name}`);
  await starter.start(`${place.prefix}:${name}`).catch(async (error: unknown) => {
    await revealTunnel(place.settings, name);
    throw error;
  });
}

async function askText(
  step: number,
  { prompt, placeHolder, value, validate }: Step,
): Promise<string | undefined> {
  const answer = await vscode.window.showInputBox({
    title: `${title} (${step} of 4)`,
    prompt,
    ...(placeHolder === undefined ? {} : { placeHolder }),
    ...(value === undefined ? {} : { value }),
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === '' ? undefined : validate(text.trim())),
  });
  const text = answer?.trim();
  return text === '' ? undefined : text;
}

interface Place {
  readonly settings: SettingsPlace;
  /** Of the ids that the tunnels there have. */
  readonly prefix: string;
}

async function askPlace(): Promise<Place | undefined> {
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
  const picked = await vscode.window.showQuickPick(items, {
    title: `${title} (3 of 4)`,
    placeHolder: 'Where to keep it',
    ignoreFocusOut: true,
  });
  return picked?.place;
}

function problemOf(
  parsed: { readonly value: unknown } | { readonly error: { readonly message: string } },
): string | undefined {
  return 'error' in parsed ? parsed.error.message : undefined;
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
