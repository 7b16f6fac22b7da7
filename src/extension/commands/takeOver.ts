// Take Over…: stops the tunnel (of this or another window) that has the port of a forward, so that the forward can
// listen.
import { holderOf } from '../../views/tree/actions';
import { commandIds } from '../contributions';
import type { TunnelManager } from '../tunnels/tunnelManager';
import { confirm } from '../ui/dialogs';
import type { CommandTable } from './register';
import type { Targets } from './target';

const title = 'Take Over';

export interface TakeOverParts {
  readonly manager: TunnelManager;
  readonly targets: Targets;
}

export function takeOverCommands({ manager, targets }: TakeOverParts): CommandTable {
  return {
    [commandIds.takeOver]: async (argument) => {
      const target = await targets.forward(
        argument,
        title,
        (forward) => holderOf(forward) !== undefined,
        "No forward is blocked by another tunnel's port.",
      );
      if (!target) {
        return;
      }
      const { tunnel, forward } = target;
      const holder = holderOf(forward);
      if (!holder) {
        throw new Error(`No other tunnel has the port of "${forward.forward.label}".`);
      }
      const whose = holder.window === undefined ? '' : ` in window "${holder.window}"`;
      const isSure = await confirm(
        `Stop the tunnel "${holder.tunnel}"${whose}?`,
        `Its connections will be closed. "${forward.forward.label}" of "${tunnel.name}" then takes over the port.`,
        'Stop and Take Over',
      );
      if (isSure) {
        await manager.stopConflictingTunnel(tunnel.id, forward.forward);
      }
    },
  };
}
