// Take Over…: stops the tunnel (of this or another window) that has the port of a forward, so that the forward can
// listen.
import { l10n } from 'vscode';
import { holderOf } from '../../views/tree/contextValues';
import { commandIds } from '../contributions';
import type { TunnelManager } from '../tunnels/tunnelManager';
import { confirm } from '../ui/dialogs';
import type { CommandTable } from './register';
import type { Targets } from './commandArgument';

export interface TakeOverParts {
  readonly manager: TunnelManager;
  readonly targets: Targets;
}

export function takeOverCommands({ manager, targets }: TakeOverParts): CommandTable {
  return {
    [commandIds.takeOver]: async (argument) => {
      const target = await targets.forward(
        argument,
        l10n.t('Take Over'),
        (forward) => holderOf(forward) !== undefined,
        l10n.t("No forward is blocked by another tunnel's port."),
      );
      if (!target) {
        return;
      }
      const { tunnel, forward } = target;
      const holder = holderOf(forward);
      if (!holder) {
        throw new Error(
          l10n.t('No other tunnel has the port of "{forward}".', { forward: forward.forward.label }),
        );
      }
      const isSure = await confirm(
        holder.window === undefined
          ? l10n.t('Stop the tunnel "{tunnel}"?', { tunnel: holder.tunnel })
          : l10n.t('Stop the tunnel "{tunnel}" in window "{window}"?', {
              tunnel: holder.tunnel,
              window: holder.window,
            }),
        l10n.t('Its connections will be closed. "{forward}" of "{tunnel}" then takes over the port.', {
          forward: forward.forward.label,
          tunnel: tunnel.name,
        }),
        l10n.t('Stop and Take Over'),
      );
      if (isSure) {
        await manager.stopConflictingTunnel(tunnel.id, forward.forward);
      }
    },
  };
}
