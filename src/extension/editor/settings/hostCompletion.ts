// Completes "host" and "proxyJump" in a settings file with the hosts of the SSH config.
import { getLocation } from 'jsonc-parser';
import type { JSONPath } from 'jsonc-parser';
import * as vscode from 'vscode';
import { leasedEnvironment } from '../../../tunnels/daemon/protocol/leasedEnvironment';
import type { ConfigName } from '../../../tunnels/ssh/config/hostList/configHosts';
import { listHostNames } from '../../../tunnels/ssh/config/hostList/configTunnels';
import { settingKeys } from '../../contributions';
import { maxSettingsKilobytes } from '../../settings/parseSettings';
import { isSettings, settingsFiles } from '../../settings/settingsText';

/** @param sshConfigFile the setting */
export function registerHostCompletion(sshConfigFile: () => string | undefined): vscode.Disposable {
  const provider: vscode.CompletionItemProvider = {
    provideCompletionItems: async (document, position) => {
      const text = document.getText();
      if (!isSettings(document.uri) || text.length > maxSettingsKilobytes * 1024) {
        return [];
      }
      const offset = document.offsetAt(position);
      const place = hostPlace(text, offset);
      if (!place) {
        return [];
      }
      const names = await listHostNames(sshConfigFile(), leasedEnvironment(process.env)).catch(() => []);
      const range = new vscode.Range(document.positionAt(place.start), document.positionAt(place.end));
      return names.map((name) => itemOf(name, range, place.isQuoted));
    },
  };
  return vscode.languages.registerCompletionItemProvider(settingsFiles, provider, '"', ',');
}

export interface HostPlace {
  /** Offsets of what the host replaces. */
  readonly start: number;
  readonly end: number;
  /** Whether the quotes are there already. */
  readonly isQuoted: boolean;
}

/** @returns undefined if no host belongs there */
export function hostPlace(text: string, offset: number): HostPlace | undefined {
  const { path, previousNode, isAtPropertyKey } = getLocation(text, offset);
  if (isAtPropertyKey || !isHostPath(path)) {
    return undefined;
  }
  const isInString =
    previousNode?.type === 'string' &&
    offset > previousNode.offset &&
    offset <= previousNode.offset + previousNode.length;
  if (!isInString) {
    return { start: offset, end: offset, isQuoted: false };
  }
  const inside = text.slice(previousNode.offset + 1, previousNode.offset + previousNode.length);
  const close = /["\r\n]/.exec(inside)?.index ?? inside.length;
  const at = offset - previousNode.offset - 1;
  if (at > close) {
    return undefined;
  }
  // A list of jump hosts has commas.
  const start = inside.lastIndexOf(',', at - 1) + 1;
  const comma = inside.indexOf(',', at);
  const end = comma < 0 || comma > close ? close : comma;
  const first = previousNode.offset + 1;
  return { start: first + (at === 0 ? 0 : start), end: first + end, isQuoted: true };
}

function isHostPath(path: JSONPath): boolean {
  const [setting, , property, index, ...rest] = path[0] === 'settings' ? path.slice(1) : path;
  const isJump = setting === settingKeys.tunnels && property === 'proxyJump';
  const isHost =
    property === 'host' && (setting === settingKeys.tunnels || setting === settingKeys.overrides);
  return rest.length === 0 && (isJump || (isHost && index === undefined));
}

function itemOf(
  { alias, hostName }: ConfigName,
  range: vscode.Range,
  isQuoted: boolean,
): vscode.CompletionItem {
  const item = new vscode.CompletionItem(
    { label: alias, ...(hostName !== undefined && hostName !== alias && { description: hostName }) },
    vscode.CompletionItemKind.Value,
  );
  item.detail = vscode.l10n.t('Host of your SSH config');
  item.insertText = isQuoted ? alias : JSON.stringify(alias);
  item.filterText = item.insertText;
  item.range = range;
  return item;
}
