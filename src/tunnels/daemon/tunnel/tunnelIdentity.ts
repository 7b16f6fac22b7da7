// The identity of a resolved tunnel, by which equal tunnels of several windows are recognized.
import { createHash } from 'node:crypto';
import { namedEnvironment } from '../../ssh/config/commandEnvironment';
import type { Environment } from '../../util/environment';
import { forwardKey } from '../../config/forward';
import { commandsOf } from '../../ssh/config/effectiveHost';
import type { EffectiveHost } from '../../ssh/config/effectiveHost';
import type { TunnelSpec } from './resolveHops';

/**
 * Specs with the same identity are the same tunnel, whichever windows lease it. Of the environment, only variables
 * named in commands of the user's ssh_config are part of the identity. Windows that differ in other variables share the
 * tunnel, and the newest window's variables are used. So it is with SSH_AUTH_SOCK: in a remote window each has another
 * agent, and a second tunnel would find its ports taken. ssh itself shares a connection (ControlPath) whatever the agent.
 */
export function tunnelIdentity(
  { definition, settings }: TunnelSpec,
  hops: readonly EffectiveHost[],
  env: Environment,
): string {
  return digest({
    hops: hops.map((host) => ({
      ...host,
      alias: undefined,
      variables: commandsOf(host).map((command) => namedEnvironment(command, env)),
    })),
    forwards: definition.forwards.map((forward) => [forwardKey(forward), forward.ifPortBusy]).sort(),
    programs: definition.x11Programs,
    compression: definition.options.compression,
    reconnect: [definition.reconnect, settings.reconnectMaxDelay],
  });
}

/** For a definition that can't be resolved: it is equal only to itself. */
export function unresolvedIdentity(spec: TunnelSpec): string {
  return digest({ unresolved: spec });
}

export function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
