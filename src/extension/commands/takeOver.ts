// Take Over…: where another tunnel, of this window or of another, has the port that a forward wants: that tunnel is
// stopped, and the forward listens there.
import { holderOf } from '../../views/tree/actions';
import { commandIds } from '../contributions';
import type { TunnelManager } from '../tunnels/tunnelManager';
import { askYesNo } from '../ui/dialogs';
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
        'no forward misses a port that another tunnel has.',
      );
      if (!target) {
        return;
      }
      const { tunnel, forward } = target;
      const holder = holderOf(forward);
      if (!holder) {
        throw new Error(`${title}: no other tunnel is in the way of "${forward.forward.label}".`);
      }
      const whose = holder.window === undefined ? '' : ` of the window "${holder.window}"`;
      const isSure = await askYesNo(
        `Stop the tunnel "${holder.tunnel}"${whose}?`,
        `Its connections end. "${forward.forward.label}" of "${tunnel.name}" listens in its place at once.`,
        'Stop and Take Over',
      );
      if (isSure) {
        await manager.stopRival(tunnel.id, forward.forward);
      }
    },
  };
}
