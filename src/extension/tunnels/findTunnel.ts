// Finds a tunnel by id or name. If several have the name, the nearest origin wins: folder, workspace, user. A tie is an
// error that lists the candidates' ids.
import { TunnelFailure } from '../../tunnels/errors/errors';
import { invalidDefinition } from '../../tunnels/errors/definition';
import { deferred as l10n } from '../../tunnels/util/l10n';
import type { Message } from '../../tunnels/util/l10n';
import { joinShown, quoteId } from '../../tunnels/util/shown';
import type { Origin, TunnelSnapshot } from '../../tunnels/model/snapshot';

const nearestFirst: readonly Origin[] = ['folder', 'workspace', 'user', 'sshConfig'];

/** All tunnels of that name in the nearest origin that has it. @param activeFolder wins among folders */
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

/**
 * Splits "staging/Database" after each name or id of a tunnel, the shortest first: ids and the labels of forwards may
 * contain slashes too.
 */
export function splitsAtTunnels(
  text: string,
  tunnels: readonly TunnelSnapshot[],
): readonly (readonly [nameOrId: string, label: string])[] {
  const names = new Set(tunnels.flatMap(({ id, name }) => [id, name]));
  return [...names]
    .filter((name) => text.startsWith(name) && text[name.length] === '/')
    .toSorted((a, b) => a.length - b.length)
    .map((name) => [name, text.slice(name.length + 1)]);
}

/** @throws TunnelFailure InvalidDefinition if there is none, or more than one */
export function findTunnel(
  nameOrId: string,
  tunnels: readonly TunnelSnapshot[],
  activeFolder?: string,
): TunnelSnapshot {
  return exactlyOne(nameOrId, tunnelsNamed(nameOrId, tunnels, activeFolder), l10n.t('Use the id.'));
}

/**
 * @param howToChoose the next step if there are several
 * @throws TunnelFailure InvalidDefinition if there isn't exactly one
 */
export function exactlyOne(
  nameOrId: string,
  candidates: readonly TunnelSnapshot[],
  howToChoose: Message,
): TunnelSnapshot {
  const [found, ...others] = candidates;
  if (!found) {
    throw new TunnelFailure(
      invalidDefinition(
        l10n.t('There is no tunnel {name}.', { name: quoteId(nameOrId) }),
        l10n.t('Check the name in the Tunnels view.'),
      ),
    );
  }
  if (others.length > 0) {
    const ids = joinShown([found, ...others].map(({ id }) => quoteId(id)));
    throw new TunnelFailure(
      invalidDefinition(
        l10n.t('Several tunnels match {name}: {ids}.', { name: quoteId(nameOrId), ids }),
        howToChoose,
      ),
    );
  }
  return found;
}
