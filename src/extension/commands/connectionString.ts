// The connection string of a forward, for clients of the service that it leads to.
import * as vscode from 'vscode';
import { formatAddress, isSocketPath } from '../../tunnels/util/address';
import type { Address } from '../../tunnels/util/address';
import type { Forward } from '../../tunnels/config/forward';
import { quote } from '../../tunnels/util/shown';
import { connectionPattern, serviceOf } from '../../views/services/service';
import { untranslated } from '../../tunnels/util/l10n';

/**
 * The connection string of a forward, for clients of its service. It never contains a user or a password.
 * @param address where clients connect
 * @throws Error if the service is unknown or has no connection string
 */
export function connectionString(forward: Forward, address: Address): string {
  const pattern = connectionPattern(forward);
  if (pattern === undefined) {
    const service = serviceOf(forward)?.name;
    throw new Error(
      service === undefined
        ? vscode.l10n.t(
            'The service of {forward} is unknown. Set "protocol" on the forward, for example {example}.',
            { forward: quote(forward.label), example: untranslated`"protocol": "postgresql"` },
          )
        : vscode.l10n.t('{service} has no connection string. Use Copy Local Address instead.', { service }),
    );
  }
  return isSocketPath(address)
    ? socketConnectionString(pattern, address.path)
    : pattern.replace('*', () => formatAddress(address));
}

/** Only libpq has a URL for a socket, if it is named like PostgreSQL's own (libpq §34.1.1.2). Otherwise the path. */
function socketConnectionString(pattern: string, path: string): string {
  const [, folder, port] = /^(.*)\/\.s\.PGSQL\.(\d+)$/s.exec(path) ?? [];
  return pattern.startsWith('postgresql:') && folder !== undefined && port !== undefined
    ? `postgresql:///?host=${encodeURI(folder || '/').replace(/[&#?+]/g, encodeURIComponent)}&port=${port}`
    : path;
}
