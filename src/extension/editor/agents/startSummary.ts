// Summarizes a tunnel in a few lines, for the question whether a link or an agent may start it.
import { formatDestination } from '../../../tunnels/config/definition';
import type { TunnelSnapshot } from '../../../tunnels/model/snapshot';
import { formatCount, plainText } from '../../../views/words/format';
import { describeRoute } from '../../../views/words/forwardWords';
import { originPhrase } from '../../../views/words/words';

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
    fact('From', originPhrase(tunnel)),
    ...(entry ? [fact('Server', formatDestination(entry.definition))] : []),
    ...forwards.slice(0, maxForwards).map((forward) => fact('Forward', describeRoute(forward))),
    ...(more > 0 ? [fact('And', formatCount(more, 'more forward'))] : []),
  ];
}

function fact(term: string, value: string): Fact {
  return { term, value: plainText(value) };
}
