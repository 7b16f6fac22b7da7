// Resolves a definition on this machine to its hops: the jump hosts and the destination.
import type { TunnelDefinition } from '../../config/definition';
import type { Environment } from '../../util/environment';
import { expandHome, effectiveHost } from '../../ssh/config/effectiveHost';
import type { EffectiveHost } from '../../ssh/config/effectiveHost';
import { resolveChain } from '../../ssh/config/jumpChain';
import type { ConnectionSettings } from '../protocol/protocol';

export interface TunnelSpec {
  readonly definition: TunnelDefinition;
  readonly settings: ConnectionSettings;
}

/**
 * @param signal ends it; absent: nothing connects, so that connections come first
 * @throws TunnelFailure when ssh_config is invalid
 */
export async function resolveHops(
  { definition, settings }: TunnelSpec,
  env: Environment,
  signal?: AbortSignal,
): Promise<readonly EffectiveHost[]> {
  const { sshConfigFile } = settings;
  const hops = await resolveChain(definition, {
    configFile: sshConfigFile === undefined ? undefined : expandHome(sshConfigFile),
    env: { ...env },
    ...(signal ? { signal } : { isQuestion: true }),
  });
  const { options } = definition;
  return hops.map((host, hop) => ({
    ...effectiveHost(host, options, settings),
    // Like ssh's -C, the option is for the destination only; a jump host's compression comes from ssh_config.
    compression: (hop === hops.length - 1 ? options.compression : undefined) ?? host.compression,
  }));
}
