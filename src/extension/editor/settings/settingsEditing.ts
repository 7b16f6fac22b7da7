// What the editor offers in a settings file: states and actions above tunnels, hovers, hosts to complete, quick fixes.
import * as vscode from 'vscode';
import type { PortFacts } from '../../../tunnels/config/portHints';
import { portsInSettings } from '../../commands/add/listenPorts';
import { suggestInstead } from '../../settings/freePorts';
import type { TunnelManager } from '../../tunnels/tunnelManager';
import { registerHostCompletion } from './hostCompletion';
import { registerQuickFixes } from './quickFixes';
import type { QuickFixOptions } from './quickFixes';
import { registerTunnelHovers } from './tunnelHovers';
import { TunnelLenses } from './tunnelLenses';

export interface SettingsEditingParts extends Pick<QuickFixOptions, 'marksIn'> {
  readonly manager: TunnelManager;
  readonly ports: PortFacts;
}

export function registerSettingsEditing({
  manager,
  ports,
  marksIn,
}: SettingsEditingParts): vscode.Disposable {
  const { desiredState } = manager;
  const shown = { model: manager, configured: () => desiredState.settings.tunnels };
  return vscode.Disposable.from(
    new TunnelLenses(shown),
    registerTunnelHovers(shown),
    registerHostCompletion(() => desiredState.settings.connection.sshConfigFile),
    registerQuickFixes({
      marksIn,
      anotherPort: (listen) => suggestInstead(listen, ports, portsInSettings(desiredState)),
    }),
  );
}
