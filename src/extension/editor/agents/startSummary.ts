// What a tunnel is in a few lines, beside its name: for who is asked whether a link or an agent may start it.
import { formatDestination } from '../../../tunnels/config/definition';
import type { TunnelSnapshot } from '../../../tunnels/model/snapshot';
import { formatCount, plainText } from '../../../views/words/format';
import { describeRoute } from '../../../views/words/forwardWords';
import { originPhrase } from '../../../views/words/words';

export interface Fact {
  readonly term: string;
  readonly value: string;
}

/** More would not be read; the Tunnels view has them all. */
const mostRoutes = 8;

/** Plain text, on one line each. */
export function whatStarts(tunnel: TunnelSnapshot): readonly Fact[] {
  const { entry, forwards } = tunnel;
  const more = forwards.length - mostRoutes;
  return [
    fact('From', originPhrase(tunnel)),
    ...(entry ? [fact('Server', formatDestination(entry.definition))] : []),
    ...forwards.slice(0, mostRoutes).map((forward) => fact('Forward', describeRoute(forward))),
    ...(more > 0 ? [fact('And', formatCount(more, 'more forward'))] : []),
  ];
}

function fact(term: string, value: string): Fact {
  return { term, value: plainText(value) };
}
