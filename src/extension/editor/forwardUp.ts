// A forward for a command that needs it now: with its tunnel up, and as it is then.
import type { ForwardSnapshot } from '../../tunnels/model/snapshot';
import { AboutTunnel } from '../commands/register';
import type { ForwardTarget } from '../commands/target';
import type { BringUp } from './bringUp';

/** @returns undefined: cancelled @throws AboutTunnel why it does not come up */
export async function forwardUp(
  bringUp: BringUp,
  { tunnel, forward }: ForwardTarget,
): Promise<ForwardSnapshot | undefined> {
  try {
    const now = await bringUp.tunnel(tunnel.id);
    return now === 'cancelled'
      ? undefined
      : now.forwards.find((one) => one.forward.label === forward.forward.label);
  } catch (error) {
    throw new AboutTunnel(tunnel.id, error);
  }
}
