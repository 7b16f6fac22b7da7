// Summarizes a tunnel in a few lines, for the question whether a link or an agent may start it.
import { l10n } from 'vscode';
import type { TunnelSnapshot } from '../../../tunnels/model/snapshot';
import { describeDestination, hostOf, titleHost } from '../../../views/words/exactText';
import { plainText } from '../../../views/words/format';
import { describeRoute } from '../../../views/words/forwardWords';
import { originPhrase } from '../../../views/words/tunnelWords';

export interface Fact {
  readonly term: string;
  readonly value: string;
}

/** A longer list would not be read. The Tunnels view shows all. */
const maxForwards = 8;

/** Each value is plain text on one line. */
export function startSummary(tunnel: TunnelSnapshot): readonly Fact[] {
  const { entry, forwards } = tunnel;
  const more = forwards.length - maxForwards;
  return [
    ...(entry ? [fact(l10n.t('Server'), describeDestination(entry.definition.destination))] : []),
    fact(l10n.t('From'), originPhrase(tunnel)),
    ...forwards.slice(0, maxForwards).map((forward) => fact(l10n.t('Forward'), describeRoute(forward))),
    ...(more > 0 ? [fact(l10n.t('And'), moreForwards(more))] : []),
  ];
}

/** The host as written in the settings, for the title of the question. */
export function serverOf({ entry }: TunnelSnapshot): string {
  return entry ? titleHost(hostOf(entry.definition.destination)) : '?';
}

function moreForwards(count: number): string {
  return count === 1 ? l10n.t('1 more forward') : l10n.t('{count} more forwards', { count });
}

function fact(term: string, value: string): Fact {
  return { term, value: plainText(value) };
}
