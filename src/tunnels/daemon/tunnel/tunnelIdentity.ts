// Resolves a definition on this machine: its hops, the facts that consent is given for, and its identity, by which
// equal tunnels of several windows are recognized.
import { createHash } from 'node:crypto';
import { consentSubject } from '../../config/definition';
import type { TunnelDefinition } from '../../config/definition';
import { namedEnvironment } from '../../util/environment';
import type { Environment } from '../../util/environment';
import { forwardKey } from '../../config/forward';
import { expandHome, commandsOf, effectiveHost } from '../../ssh/config/effectiveHost';
import type { EffectiveHost } from '../../ssh/config/effectiveHost';
import { resolveChain } from '../../ssh/config/jumpChain';
import type { ConnectionSettings, ResolvedFacts } from '../protocol/protocol';

export interface TunnelSpec {
  readonly definition: TunnelDefinition;
  readonly settings: ConnectionSettings;
}

/** @throws TunnelFailure when ssh_config is invalid */
export async function resolveHops(
  { definition, settings }: TunnelSpec,
  env: Environment,
  signal?: AbortSignal,
): Promise<readonly EffectiveHost[]> {
  const { sshConfigFile } = settings;
  const hops = await resolveChain(definition, {
    configFile: sshConfigFile === undefined ? undefined : expandHome(sshConfigFile),
    env: { ...env },
    ...(signal ? { signal } : {}),
  });
  const { options } = definition;
  return hops.map((host, hop) => ({
    ...effectiveHost(host, options, settings),
    // Like ssh's -C, the option is for the destination only; a jump host's compression comes from ssh_config.
    compression: (hop === hops.length - 1 ? options.compression : undefined) ?? host.compression,
  }));
}

/** The facts that a person is asked to consent to. */
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
 * Specs with the same identity are the same tunnel, whichever windows lease it. Of the environment, only variables
 * named in commands of the user's ssh_config are part of the identity. Windows that differ in other variables share the
 * tunnel, and the newest window's variables are used.
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

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
