// Finds the tunnel that listens where a forward of another tunnel wants to.
import { overlap } from '../../forwards/listenerRegistry';
import { forwardKey, listenAddresses } from '../../config/forward';
import type { ManagedTunnel } from './leases';

/** @param key of a forward that listens on this machine @returns undefined when no tunnel of ours has its port */
export function findConflictingTunnel(
  managed: ManagedTunnel,
  key: string,
  tunnels: Iterable<ManagedTunnel>,
): ManagedTunnel | undefined {
  const { forwards } = managed.tunnel.spec.definition;
  const blocked = forwards.find((forward) => forward.kind !== 'remote' && forwardKey(forward) === key);
  if (!blocked) {
    return undefined;
  }
  const wanted = listenAddresses(blocked.listen);
  return [...tunnels].find(
    (other) =>
      other !== managed &&
      other.tunnel.spec.definition.forwards.some((forward) => {
        const state = forward.kind === 'remote' ? undefined : other.tunnel.forwards[forwardKey(forward)];
        return state?.status === 'listening' && overlap(state.bound, wanted);
      }),
  );
}
