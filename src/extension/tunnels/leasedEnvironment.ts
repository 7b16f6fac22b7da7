// The few variables of this window that the daemon needs: where its agent listens, where its display is.
import { leasedVariables } from '../../tunnels/daemon/protocol/protocol';
import type { Environment } from '../../tunnels/daemon/protocol/protocol';

export function leasedEnvironment(): Environment {
  return Object.fromEntries(leasedVariables.map((name) => [name, process.env[name]]));
}
