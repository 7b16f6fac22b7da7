// The text of a settings file as an editor has it: which files have our settings, and where each tunnel stands in them.
import { findNodeAtLocation } from 'jsonc-parser';
import type { JSONPath, Node } from 'jsonc-parser';
import * as vscode from 'vscode';
import { settingKeys } from '../contributions';
import type { ConfiguredTunnel } from './configuredTunnel';
import { settingsLocationOf } from './writeTunnels';

/** Files that may have our settings; the user's have a scheme of their own in some editors. */
export const settingsFiles: vscode.DocumentSelector = [
  { pattern: '**/settings.json' },
  { pattern: '**/*.code-workspace' },
];

const userSettings = /\/(User(\/profiles\/[^/]+)?|Machine)\/settings\.json$/;

export function isUserSettings(uri: vscode.Uri): boolean {
  return userSettings.test(uri.path) && vscode.workspace.getWorkspaceFolder(uri) === undefined;
}

export function isSettings(uri: vscode.Uri): boolean {
  return /\/\.vscode\/settings\.json$|\.code-workspace$/.test(uri.path) || isUserSettings(uri);
}

export interface WrittenTunnel {
  readonly id: string;
  /** Of its value in the file. */
  readonly path: JSONPath;
  readonly key: Node;
  readonly value: Node;
}

/** The tunnels that this file defines, and where. */
export function writtenTunnels(
  { uri }: Pick<vscode.TextDocument, 'uri'>,
  root: Node,
  configured: readonly ConfiguredTunnel[],
): readonly WrittenTunnel[] {
  return configured.flatMap((tunnel) => {
    const path = pathIn(uri, tunnel);
    const value = path && findNodeAtLocation(root, path);
    const key = value?.parent?.children?.[0];
    return path && value && key ? [{ id: tunnel.id, path, key, value }] : [];
  });
}

function pathIn(uri: vscode.Uri, tunnel: ConfiguredTunnel): JSONPath | undefined {
  if (tunnel.origin === 'sshConfig') {
    return undefined;
  }
  const key = tunnel.writtenName ?? tunnel.name;
  const location = settingsLocationOf(tunnel);
  if (location.kind === 'user') {
    return isUserSettings(uri) ? [settingKeys.tunnels, key] : undefined;
  }
  return location.uri.toString() === uri.toString() ? [...location.path, key] : undefined;
}
