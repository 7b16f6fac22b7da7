// Parses a start link. A link can only name an existing tunnel; it can't define or change one.
import { findHidden } from '../../../tunnels/util/invisibleCharacters';
import { quote } from '../../../tunnels/util/text';

/** Parts of a vscode.Uri, already decoded. */
export interface LinkParts {
  readonly path: string;
  readonly query: string;
  readonly fragment: string;
}

/** An id includes a folder name, so it may be long. */
const maxReferenceLength = 300;
const example = '/start?tunnel=staging';

/** @returns the name or id of the tunnel to start @throws Error with a message for the user */
export function readStartLink({ path, query, fragment }: LinkParts): string {
  if (path !== '/start') {
    throw new Error(`Unknown link ${quote(path)}. Use ${example}.`);
  }
  const [, tunnel] = /^tunnel=(.*)$/s.exec(query) ?? [];
  if (tunnel === undefined || tunnel === '') {
    throw new Error(`The link names no tunnel. Use ${example}.`);
  }
  // A name may contain "&", but not "&key=": that would look like another parameter.
  if (fragment !== '' || /&[^&=]*=/.test(tunnel)) {
    throw new Error(`The link has more than a tunnel name. Use ${example}.`);
  }
  if (tunnel.length > maxReferenceLength) {
    throw new Error(`The tunnel name in the link is too long.`);
  }
  if (findHidden(tunnel) >= 0) {
    throw new Error(`The tunnel name in the link, ${quote(tunnel)}, has an invisible character.`);
  }
  return tunnel;
}
