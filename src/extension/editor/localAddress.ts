// The address at which a local client can connect to a listening forward.
import type { Address, TcpAddress } from '../../tunnels/util/address';
import { dialHost, formatAddress } from '../../tunnels/util/address';
import { TunnelFailure } from '../../tunnels/errors/errors';
import { invalidDefinition } from '../../tunnels/errors/definition';
import { deferred as l10n } from '../../tunnels/util/l10n';
import type { ForwardSnapshot } from '../../tunnels/model/snapshot';
import { quote } from '../../tunnels/util/shown';

/** @throws TunnelFailure why the forward isn't listening */
export function localAddress({ forward, state }: ForwardSnapshot): Address {
  if (state.status === 'failed') {
    throw new TunnelFailure(state.error);
  }
  const bound = state.status === 'listening' ? state.bound[0] : undefined;
  if (!bound) {
    throw new TunnelFailure(
      invalidDefinition(
        l10n.t('{forward} is not listening.', { forward: quote(forward.label) }),
        l10n.t('Start its tunnel first.'),
      ),
    );
  }
  return 'port' in bound ? { host: dialHost(bound.host), port: bound.port } : bound;
}

/** The address of a forward that listens on a port. @throws TunnelFailure also if it listens on a socket */
export function localPort(snapshot: ForwardSnapshot): TcpAddress {
  const address = localAddress(snapshot);
  if ('path' in address) {
    throw new TunnelFailure(
      invalidDefinition(
        l10n.t('{forward} listens on the Unix socket {path}, not on a port.', {
          forward: quote(snapshot.forward.label),
          path: quote(address.path),
        }),
        l10n.t('Use getLocalAddress to get the path.'),
      ),
    );
  }
  return address;
}

/** `127.0.0.1:5432`, or the path of a socket. @throws TunnelFailure */
export function localAddressText(snapshot: ForwardSnapshot): string {
  return formatAddress(localAddress(snapshot));
}
