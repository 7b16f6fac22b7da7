// Which value counts where several places say one: the tunnel's own key, then the user's setting, then ssh_config
// where it differs from OpenSSH's default, then our default.
import { join } from 'node:path';
import type { SessionOptions } from '../../config/definition';
import { mostSeconds } from '../../util/timeSpan';
import { localUser } from './localUser';
import type { ResolvedHost } from './resolvedHost';

/** The user's settings that bear on a hop; undefined: not set. */
export interface HostSettings {
  readonly userKnownHostsFile?: string;
  readonly identityAgent?: string;
  readonly strictHostKeyChecking?: 'ask' | 'accept-new' | 'yes';
  readonly serverAliveInterval?: number;
  readonly serverAliveCountMax?: number;
  readonly connectTimeout?: number;
}

/** OpenSSH's defaults, ssh_config(5), and ours. */
const openssh = { serverAliveInterval: 0, serverAliveCountMax: 3 };
const ours = { serverAliveInterval: 15, serverAliveCountMax: 3, connectTimeout: 10 };

export interface EffectiveHost extends ResolvedHost {
  /** Seconds. */
  readonly connectTimeout: number;
}

export function effectiveHost(
  host: ResolvedHost,
  options: SessionOptions,
  settings: HostSettings,
): EffectiveHost {
  const fromConfig = (key: keyof typeof openssh): number | undefined =>
    host[key] === openssh[key] ? undefined : host[key];
  const alive = (key: keyof typeof openssh): number =>
    options[key] ?? settings[key] ?? fromConfig(key) ?? ours[key];
  return {
    ...host,
    serverAliveInterval: Math.min(alive('serverAliveInterval'), mostSeconds),
    serverAliveCountMax: alive('serverAliveCountMax'),
    // 0 means "none" to OpenSSH; a tunnel must never hang, so here it means "not said".
    connectTimeout: Math.min(
      [options, settings, host].map((from) => from.connectTimeout).find((seconds) => (seconds ?? 0) > 0) ??
        ours.connectTimeout,
      mostSeconds,
    ),
    exitOnForwardFailure: options.exitOnForwardFailure ?? host.exitOnForwardFailure,
    strictHostKeyChecking: settings.strictHostKeyChecking ?? host.strictHostKeyChecking,
    identityAgent: settings.identityAgent === undefined ? host.identityAgent : atHome(settings.identityAgent),
    userKnownHostsFiles:
      settings.userKnownHostsFile === undefined
        ? host.userKnownHostsFiles
        : [atHome(settings.userKnownHostsFile)],
  };
}

/** Those of the user's own that run here for a connection to it, and are given the whole environment. */
export function commandsOf({ proxyCommand, knownHostsCommand }: ResolvedHost): readonly string[] {
  return [proxyCommand, knownHostsCommand].filter((command) => command !== undefined);
}

/** `~` at the beginning of a path that the user wrote in a setting. */
export function atHome(path: string): string {
  return path === '~' || path.startsWith('~/') ? join(localUser().home, path.slice(1)) : path;
}
