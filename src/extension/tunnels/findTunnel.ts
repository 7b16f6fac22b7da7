// Finds a tunnel by its id or its name. Where a name stands for several, the nearest origin wins: folder, workspace,
// user; a tie is refused with the candidates' ids.
import { TunnelFailure } from '../../tunnels/errors/errors';
import { invalidDefinition } from '../../tunnels/errors/consent';
import type { Origin, TunnelSnapshot } from '../../tunnels/model/snapshot';

const nearestFirst: readonly Origin[] = ['folder', 'workspace', 'user', 'sshConfig'];

/** All that a name could mean, of the nearest origin that has it. @param activeFolder wins among folders */
export function tunnelsNamed(
  nameOrId: string,
  tunnels: readonly TunnelSnapshot[],
  activeFolder?: string,
): readonly TunnelSnapshot[] {
  const byId = tunnels.filter(({ id }) => id === nameOrId);
  if (byId.length > 0) {
    return byId;
  }
  const named = tunnels.filter(({ name }) => name === nameOrId);
  const active = named.filter(({ folder }) => folder !== undefined && folder === activeFolder);
  if (active.length > 0) {
    return active;
  }
  const origin = nearestFirst.find((candidate) => named.some((tunnel) => tunnel.origin === candidate));
  return named.filter((tunnel) => tunnel.origin === origin);
}

/** @throws TunnelFailure InvalidDefinition where there is none, or more than one */
export function findTunnel(
  nameOrId: string,
  tunnels: readonly TunnelSnapshot[],
  activeFolder?: string,
): TunnelSnapshot {
  return theOnly(nameOrId, tunnelsNamed(nameOrId, tunnels, activeFolder), 'Use its id.');
}

/** @param toTell how to say which is meant @throws TunnelFailure InvalidDefinition where it is none, or more than one */
export function theOnly(
  nameOrId: string,
  candidates: readonly TunnelSnapshot[],
  toTell: string,
): TunnelSnapshot {
  const [found, ...others] = candidates;
  if (!found) {
    throw new TunnelFailure(
      invalidDefinition(`There is no tunnel "${nameOrId}".`, 'Look in the Tunnels view for its name.'),
    );
  }
  if (others.length > 0) {
    const ids = [found, ...others].map(({ id }) => `"${id}"`).join(', ');
    throw new TunnelFailure(
      invalidDefinition(`"${nameOrId}" stands for several tunnels: say which of ${ids}.`, toTell),
    );
  }
  return found;
}
