// The connection string of a forward: what programs for its service are given to connect. Never with a user or a secret,
// which are not ours to know.
import { formatAddress, isSocketPath } from '../../../tunnels/util/address';
import type { Address } from '../../../tunnels/util/address';
import type { Forward } from '../../../tunnels/config/forward';
import { quote } from '../../../tunnels/util/text';
import { connectionPattern, serviceOf } from '../../../views/services/service';

/** @param address where it can be reached @throws Error where there is none for its service */
export function connectionString(forward: Forward, address: Address): string {
  const pattern = connectionPattern(forward);
  if (pattern === undefined) {
    const service = serviceOf(forward)?.name;
    throw new Error(
      service === undefined
        ? `What ${quote(forward.label)} leads to is not known, so there is no connection string for it. Say it by "protocol", as in "protocol": "postgresql".`
        : `There is no connection string for ${service}. Copy Local Address gives the address.`,
    );
  }
  return isSocketPath(address)
    ? ofSocket(pattern, address.path)
    : pattern.replace('*', () => formatAddress(address));
}

/** Only libpq has a URL for a socket, where its name is as PostgreSQL's own (libpq §34.1.1.2); else it is the path. */
function ofSocket(pattern: string, path: string): string {
  const [, folder, port] = /^(.*)\/\.s\.PGSQL\.(\d+)$/s.exec(path) ?? [];
  return pattern.startsWith('postgresql:') && folder !== undefined && port !== undefined
    ? `postgresql:///?host=${encodeURI(folder || '/').replace(/[&#?+]/g, encodeURIComponent)}&port=${port}`
    : path;
}
