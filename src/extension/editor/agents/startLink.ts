// What a link may say: which tunnel to start, and nothing else. It can define none, and bend none.
import { findHidden } from '../../../tunnels/util/invisibleCharacters';
import { quote } from '../../../tunnels/util/text';

/** Of a vscode.Uri, whose parts are decoded already. */
export interface LinkParts {
  readonly path: string;
  readonly query: string;
  readonly fragment: string;
}

/** An id names a folder, too. */
const longestReference = 300;
const example = '/start?tunnel=staging';

/** @returns the name or the id of the tunnel to start @throws Error what is wrong with the link, for people */
export function readStartLink({ path, query, fragment }: LinkParts): string {
  if (path !== '/start') {
    throw new Error(`The link asks for ${quote(path)}. All that a link can do is ${example}.`);
  }
  const [, tunnel] = /^tunnel=(.*)$/s.exec(query) ?? [];
  if (tunnel === undefined || tunnel === '') {
    throw new Error(`The link does not say which tunnel to start, as in ${example}.`);
  }
  // A name may hold "&"; what another key would look like, it can't, for the two can't be told apart.
  if (fragment !== '' || /&[^&=]*=/.test(tunnel)) {
    throw new Error(`The link says more than which tunnel to start: only ${example} is understood.`);
  }
  if (tunnel.length > longestReference) {
    throw new Error(`The name in the link is longer than that of any tunnel.`);
  }
  if (findHidden(tunnel) >= 0) {
    throw new Error(`The name in the link, ${quote(tunnel)}, holds a character that can't be seen.`);
  }
  return tunnel;
}
