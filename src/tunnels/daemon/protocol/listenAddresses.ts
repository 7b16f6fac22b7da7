// Where a tunnel listens: what a window asks an older daemon to let go, and what that one then no longer starts.
import { forwardKey } from '../../config/forward';
import type { LeasedTunnel, Places } from './protocol';

/**
 * Where a tunnel listens, or would.
 * @param withRemembered the ports, too, that "any free port" meant last time
 */
export function placesOf({ definition, rememberedPorts }: LeasedTunnel, withRemembered: boolean): Places {
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
