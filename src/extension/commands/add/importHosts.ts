// Import from SSH Config…: hosts that have forwards of their own become tunnels of the settings, for everybody or for one.
import { l10n } from 'vscode';
import { forwardTarget } from '../../../tunnels/config/forward';
import { keyOfKind } from '../../../tunnels/config/parsing/parseForward';
import { leasedEnvironment } from '../../../tunnels/daemon/protocol/leasedEnvironment';
import { ConfigTunnelList } from '../../../tunnels/ssh/config/hostList/configTunnels';
import type { SshConfigTunnel } from '../../../tunnels/ssh/config/hostList/configTunnels';
import { plainText } from '../../../views/words/format';
import { describeSetRoute } from '../../../views/words/forwardWords';
import type { TunnelsView } from '../../../views/tree/treeView';
import { commandIds } from '../../contributions';
import { undoable } from '../../settings/writeTunnels';
import { offerUndo, pickMany } from '../../ui/dialogs';
import { askInList } from '../../ui/stepBox';
import type { CommandTable } from '../register';
import { nameOfHost } from './proposals';
import { locationItems, nameComplaint, saveTunnel } from './saveTunnel';
import type { AddParts, NewTunnel, SaveLocation } from './saveTunnel';
import { forwardSetting } from './typedForward';

export function importCommands(parts: AddParts, view: TunnelsView): CommandTable {
  return {
    [commandIds.importFromSshConfig]: () => importHosts(parts),
    [commandIds.showHosts]: async () => {
      await parts.workspaceStorage.showHosts();
      view.refresh();
    },
  };
}

/** @throws Error if no host has a forward */
async function importHosts(parts: AddParts): Promise<void> {
  const title = l10n.t('Import from SSH Config');
  const { sshConfigFile } = parts.manager.desiredState.settings.connection;
  const { tunnels } = await new ConfigTunnelList().read(sshConfigFile, leasedEnvironment(process.env));
  const hosts = tunnels.filter(hasForwards);
  if (hosts.length === 0) {
    throw new Error(
      l10n.t('No host of your SSH config has a forward. Add Tunnel… lists all hosts, and asks for the port.'),
    );
  }
  const picked = await pickMany(hosts.map(hostItem), {
    title,
    placeHolder: l10n.t('Hosts whose forwards become tunnels of your settings'),
    ignoreFocusOut: true,
  });
  const location = picked && picked.length > 0 ? await askWhere(parts, title) : undefined;
  if (!picked || !location) {
    return;
  }
  const undo: (() => Promise<void>)[] = [];
  const taken = new Set(
    parts.manager.tunnels.filter(({ origin }) => origin !== 'sshConfig').map(({ name }) => name),
  );
  for (const { host } of picked) {
    const name = nameComplaint(host.alias, taken) === undefined ? host.alias : nameOfHost(host.alias, taken);
    taken.add(name);
    undo.unshift(
      await undoable(location.settings, name, () => saveTunnel(parts, location, name, settingOf(host))),
    );
  }
  const [first] = picked;
  const message =
    picked.length === 1 && first
      ? l10n.t('Imported "{tunnel}" from your SSH config.', { tunnel: plainText(first.host.alias) })
      : l10n.t('Imported {count} tunnels from your SSH config.', { count: picked.length });
  void offerUndo(message, async () => {
    for (const back of undo) {
      await back();
    }
  });
}

type UsableHost = SshConfigTunnel & { readonly entry: NonNullable<SshConfigTunnel['entry']> };

function hasForwards(host: SshConfigTunnel): host is UsableHost {
  return host.entry !== undefined;
}

function hostItem(host: UsableHost): { label: string; description: string; host: UsableHost } {
  const routes = host.entry.definition.forwards.map(describeSetRoute);
  return {
    label: host.alias,
    description: routes.slice(0, 3).join(', ') + (routes.length > 3 ? ', …' : ''),
    host,
  };
}

async function askWhere(parts: AddParts, title: string): Promise<SaveLocation | undefined> {
  const locations = locationItems(parts.workspaceStorage.savedIn);
  if (locations.length === 1) {
    return locations[0]?.accept?.();
  }
  const answer = await askInList({
    position: { title, number: 1, of: 1 },
    placeHolder: l10n.t('Where to save these tunnels'),
    items: () => locations,
  });
  return answer && 'value' in answer ? answer.value : undefined;
}

function settingOf({ alias, entry }: UsableHost): NewTunnel {
  const lists: Record<string, unknown[]> = {};
  for (const forward of entry.definition.forwards) {
    const { kind, listen } = forward;
    (lists[keyOfKind[kind]] ??= []).push(
      forwardSetting({ kind, listen, target: forwardTarget(forward) }, listen),
    );
  }
  return { host: alias, ...lists };
}
