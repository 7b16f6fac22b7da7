// Which tunnel listens where a forward of another one wants to.
import { wantedPlaces } from '../../forwards/local/portBinding';
import { overlap } from '../../forwards/listenerRegistry';
import { forwardKey } from '../../config/forward';
import type { Managed } from './leases';

/** @param key of a forward that listens on this machine @returns undefined where no tunnel of ours is in its way */
export function rivalOf(managed: Managed, key: string, tunnels: Iterable<Managed>): Managed | undefined {
  const { forwards } = managed.tunnel.spec.definition;
  const wanting = forwards.find((forward) => forward.kind !== 'remote' && forwardKey(forward) === key);
  if (!wanting) {
    return undefined;
  }
  const wanted = wantedPlaces(wanting);
  return [...tunnels].find(
    (other) =>
      other !== managed &&
      other.tunnel.spec.definition.forwards.some((forward) => {
        const state = forward.kind === 'remote' ? undefined : other.tunnel.forwards[forwardKey(forward)];
        return state?.status === 'listening' && overlap(state.bound, wanted);
      }),
  );
}
