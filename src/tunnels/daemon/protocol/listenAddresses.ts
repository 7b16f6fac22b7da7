// Where a tunnel listens: the addresses that a newer window asks an older daemon to release.
import { forwardKey } from '../../config/forward';
import type { LeasedTunnel, ListenAddresses } from './protocol';

/**
 * Where a tunnel listens, or would listen.
 * @param withRemembered also the ports that "any free port" chose last time
 */
export function listenAddressesOf(
  { definition, rememberedPorts }: LeasedTunnel,
  withRemembered: boolean,
): ListenAddresses {
  const ports: number[] = [];
  const paths: string[] = [];
  const remotes: { host: string; port: number }[] = [];
  for (const forward of definition.forwards) {
    const { kind, listen } = forward;
    const remembered = withRemembered ? rememberedPorts[forwardKey(forward)] : undefined;
    const port = 'port' in listen && listen.port > 0 ? listen.port : remembered;
    if (kind === 'remote') {
      remotes.push(...(port === undefined ? [] : [{ host: definition.destination.host, port }]));
    } else if ('path' in listen) {
      paths.push(listen.path);
    } else if (port !== undefined) {
      ports.push(port);
    }
  }
  return { ports, paths, remotes };
}
