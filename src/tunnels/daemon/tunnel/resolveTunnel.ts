// What a definition means on this machine just now: its hops, what consent is given for, and which other definitions
// are the same tunnel.
import { createHash } from 'node:crypto';
import { consentSubject } from '../../config/consent';
import type { TunnelDefinition } from '../../config/definition';
import { namedEnvironment } from '../../util/environment';
import type { Environment } from '../../util/environment';
import { forwardKey } from '../../config/forward';
import { atHome, commandsOf, effectiveHost } from '../../ssh/config/effectiveHost';
import type { EffectiveHost } from '../../ssh/config/effectiveHost';
import { resolveChain } from '../../ssh/config/jumpChain';
import type { ConnectionSettings, ResolvedFacts } from '../protocol/protocol';

export interface TunnelSpec {
  readonly definition: TunnelDefinition;
  readonly settings: ConnectionSettings;
}

/** @throws TunnelFailure where ssh_config is at fault */
export async function resolveHops(
  { definition, settings }: TunnelSpec,
  env: Environment,
  signal?: AbortSignal,
): Promise<readonly EffectiveHost[]> {
  const { sshConfigFile } = settings;
  const hops = await resolveChain(definition, {
    configFile: sshConfigFile === undefined ? undefined : atHome(sshConfigFile),
    env: { ...env },
    ...(signal ? { signal } : {}),
  });
  const { options } = definition;
  return hops.map((host, hop) => ({
    ...effectiveHost(host, options, settings),
    // As of ssh's own -C, a jump host's compression is that of ssh_config.
    compression: (hop === hops.length - 1 ? options.compression : undefined) ?? host.compression,
  }));
}

/** What a person is asked to allow. */
export function consentFacts({ definition }: TunnelSpec, hops: readonly EffectiveHost[]): ResolvedFacts {
  const resolved = hops.map(({ hostName, user, port, proxyCommand }) => ({
    hostName,
    user,
    port,
    ...(proxyCommand === undefined ? {} : { proxyCommand }),
  }));
  return { hops: resolved, hash: digest({ hops: resolved, subject: consentSubject(definition) }) };
}

/**
 * Two specs with the same identity are the same tunnel, whichever windows want it. Of the environment only what the
 * user's ssh_config names in a command is part of it: windows that differ elsewhere want the same tunnel, and the newest
 * one's variables are used.
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

/** For a definition that can't be resolved: the same as nothing but itself. */
export function unresolvedIdentity(spec: TunnelSpec): string {
  return digest({ unresolved: spec });
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
