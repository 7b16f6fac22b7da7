// Starts the tunnel of a forward for a command, and returns the forward's new snapshot.
import type { ForwardSnapshot } from '../../tunnels/model/snapshot';
import { TunnelCommandError } from '../commands/register';
import type { ForwardTarget } from '../commands/target';
import type { BringUp } from './bringUp';

/** @returns undefined if the user cancelled @throws TunnelCommandError why the tunnel did not start */
export async function bringUpForward(
  bringUp: BringUp,
  { tunnel, forward }: ForwardTarget,
): Promise<ForwardSnapshot | undefined> {
  try {
    const now = await bringUp.tunnel(tunnel.id);
    return now === 'cancelled'
      ? undefined
      : now.forwards.find((each) => each.forward.label === forward.forward.label);
  } catch (error) {
    throw new TunnelCommandError(tunnel.id, error);
  }
}
