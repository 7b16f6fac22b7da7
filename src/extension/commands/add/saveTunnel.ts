// The end of Add Tunnel…: checks the name, lists where the tunnel can be saved, writes it, starts it and shows its row.
import { isDeepStrictEqual } from 'node:util';
import * as vscode from 'vscode';
import { opensWide } from '../../../tunnels/config/definition';
import type { PortFacts } from '../../../tunnels/config/portHints';
import { parseDestination } from '../../../tunnels/config/parsing/parseDestination';
import { parseTunnel } from '../../../tunnels/config/parsing/parseTunnel';
import { localize } from '../../../tunnels/util/l10n';
import type { Consents } from '../../consent/consents';
import { isFromWorkspace, isValidTunnel } from '../../settings/configuredTunnel';
import type { ConfiguredTunnel } from '../../settings/configuredTunnel';
import { folderName } from '../../settings/folderNames';
import { pathVariables } from '../../settings/readSettings';
import { folderSettings, revealTunnel, writeTunnel } from '../../settings/writeTunnels';
import type { SettingsLocation } from '../../settings/writeTunnels';
import type { InteractiveStart } from '../../tunnels/interactiveStart';
import type { TunnelManager } from '../../tunnels/tunnelManager';
import type { WorkspaceStorage } from '../../tunnels/workspaceStorage';
import { rejectFailedPorts } from '../failedPorts';
import { attributeFailure } from '../register';
import type { StepItem } from '../../ui/stepBox';

export interface AddParts {
  readonly manager: TunnelManager;
  readonly interactiveStart: InteractiveStart;
  readonly consents: Consents;
  readonly workspaceStorage: WorkspaceStorage;
  readonly ports: PortFacts;
  /** Shows a tunnel's row. */
  readonly reveal: (id: string) => Promise<void>;
}

export interface NewTunnel extends Readonly<Record<string, unknown>> {
  readonly host: string;
}

export interface SaveLocation {
  readonly settings: SettingsLocation;
  /** Prefix of the ids of the tunnels there. */
  readonly prefix: string;
  readonly folderUri: vscode.Uri | undefined;
}

/** @param last the prefix of the location that was chosen last, which comes first */
export function locationItems(last: string | undefined): readonly StepItem<SaveLocation>[] {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const isSingle = vscode.workspace.workspaceFile === undefined;
  const items = [
    ...folders.map((folder) => ({
      icon: 'root-folder',
      label: isSingle
        ? vscode.l10n.t('This project')
        : vscode.l10n.t('Folder {folder}', { folder: folder.name }),
      detail: vscode.l10n.t('.vscode/settings.json, shared with everyone who works on it'),
      location: {
        settings: folderSettings(folder.uri),
        prefix: isSingle ? 'workspace' : `folder:${folderName(folder)}`,
        folderUri: folder.uri,
      },
    })),
    {
      icon: 'account',
      label: vscode.l10n.t('User settings'),
      detail: vscode.l10n.t('In all your windows, only for you'),
      location: { settings: { kind: 'user' } as const, prefix: 'user', folderUri: undefined },
    },
  ];
  return items
    .sort((one, other) => Number(other.location.prefix === last) - Number(one.location.prefix === last))
    .map(({ location, ...item }) => ({ ...item, accept: () => location }));
}

export function nameComplaint(name: string, taken: ReadonlySet<string>): string | undefined {
  if (taken.has(name)) {
    return vscode.l10n.t('"{tunnel}" already exists.', { tunnel: name });
  }
  const parsed = parseTunnel(name, { host: 'example.org' }, 'user');
  const [problem] = 'problems' in parsed ? parsed.problems : [];
  return problem && localize(problem.message, vscode.l10n);
}

/**
 * @param beforeWriting writes whatever else the tunnel needs
 * @throws Error if the tunnel is not valid there, or with the first error of its start
 */
export async function writeAndStart(
  parts: AddParts,
  location: SaveLocation,
  name: string,
  value: NewTunnel,
  beforeWriting?: () => Promise<void>,
): Promise<void> {
  const { manager, interactiveStart, reveal } = parts;
  const { settings, prefix } = location;
  rejectInvalid(value, settings);
  const id = `${prefix}:${name}`;
  await beforeWriting?.();
  await attributeFailure(
    id,
    saveTunnel(parts, location, name, value).then(() => {
      void reveal(id).catch(() => undefined);
      return interactiveStart.start(id);
    }),
  ).catch(async (error: unknown) => {
    if (!manager.desiredState.find(id)) {
      await revealTunnel(settings, name);
    }
    throw error;
  });
  await rejectFailedPorts(manager, id);
}

/** Writes it into the settings, and waits until it is a tunnel. @throws Error if it is not valid there */
export async function saveTunnel(
  parts: AddParts,
  location: SaveLocation,
  name: string,
  value: NewTunnel,
): Promise<void> {
  const { manager, consents, workspaceStorage } = parts;
  const { settings, prefix } = location;
  rejectInvalid(value, settings);
  await workspaceStorage.setSavedIn(prefix);
  await consents.duringChange(async () => {
    await writeTunnel(settings, name, value);
    await untilRead(manager, `${prefix}:${name}`);
    await allowTyped(parts, location, name, value);
  });
}

/**
 * The user has just typed this very tunnel, so it needs no question; one that the network can reach or that brings
 * programs along does, as does one that turns out to lead through links.
 */
async function allowTyped(
  { manager, consents }: AddParts,
  { prefix, settings, folderUri }: SaveLocation,
  name: string,
  value: NewTunnel,
): Promise<void> {
  const tunnel = manager.desiredState.find(`${prefix}:${name}`);
  if (!tunnel || !isValidTunnel(tunnel) || !isFromWorkspace(tunnel.origin) || !vscode.workspace.isTrusted) {
    return;
  }
  const typed = parseTunnel(name, value, authorAt(settings), pathVariables(folderUri));
  const { definition } = tunnel.entry;
  if (
    !('entry' in typed) ||
    !isDeepStrictEqual(typed.entry, tunnel.entry) ||
    opensWide(definition) ||
    definition.x11Programs.length > 0
  ) {
    return;
  }
  const resolved = await consents.resolve(tunnel);
  if ((resolved.facts.socketLinks ?? []).length === 0) {
    await consents.allow(resolved);
    manager.refresh();
  }
}

function authorAt(settings: SettingsLocation): 'user' | 'project' {
  return settings.kind === 'user' ? 'user' : 'project';
}

/** In a project's settings, some users are not valid. @throws Error with the problem */
function rejectInvalid(value: NewTunnel, settings: SettingsLocation): void {
  const destination = parseDestination(value.host, authorAt(settings));
  const parsed = parseTunnel('new', value, authorAt(settings));
  const [problem] = 'problems' in parsed ? parsed.problems : [];
  const message = 'error' in destination ? destination.error.message : problem?.message;
  if (message) {
    throw new Error(localize(message, vscode.l10n));
  }
}

/** Waits until a changed setting has been read: VS Code reports a change a moment after it is written. */
export async function untilRead(
  manager: TunnelManager,
  id: string,
  isRead: (tunnel: ConfiguredTunnel) => boolean = () => true,
): Promise<void> {
  const end = Date.now() + 5000;
  for (;;) {
    const tunnel = manager.desiredState.find(id);
    if ((tunnel && isRead(tunnel)) || Date.now() > end) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
