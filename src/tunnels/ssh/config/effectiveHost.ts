// Decides which value applies when several sources set one: first the tunnel's own key, then the user's setting, then
// ssh_config where it differs from OpenSSH's default, then our default.
import { join } from 'node:path';
import type { SessionOptions } from '../../config/definition';
import { maxTimerSeconds } from '../../util/timeOuts';
import { localUser } from './localUser';
import type { HostConfig } from './hostConfig';
import { driveOrNetworkPath } from './windowsPaths';

/** The user's settings that apply to a hop. undefined: not set. */
export interface HostSettings {
  readonly userKnownHostsFile?: string;
  readonly identityAgent?: string;
  readonly strictHostKeyChecking?: 'ask' | 'accept-new' | 'yes';
  readonly serverAliveInterval?: number;
  readonly serverAliveCountMax?: number;
  readonly connectTimeout?: number;
}

/** OpenSSH's defaults, ssh_config(5), and our own. */
const opensshDefaults = { serverAliveInterval: 0, serverAliveCountMax: 3 };
const ourDefaults = { serverAliveInterval: 15, serverAliveCountMax: 3, connectTimeout: 10 };

export interface EffectiveHost extends HostConfig {
  /**
   * Seconds for the TCP connection, the identification and the key exchange together, as ConnectTimeout in ssh_config(5).
   * 0: no time-out but the system's own.
   */
  readonly connectTimeout: number;
  /** Whether the user or the tunnel has set `connectTimeout`, so that it applies to a ProxyCommand as well. */
  readonly isConnectTimeoutSet: boolean;
}

export function effectiveHost(
  host: HostConfig,
  options: SessionOptions,
  settings: HostSettings,
): EffectiveHost {
  const fromConfig = (key: keyof typeof opensshDefaults): number | undefined =>
    host[key] === opensshDefaults[key] ? undefined : host[key];
  const alive = (key: keyof typeof opensshDefaults): number =>
    options[key] ?? settings[key] ?? fromConfig(key) ?? ourDefaults[key];
  const connectTimeout = options.connectTimeout ?? settings.connectTimeout ?? host.connectTimeout;
  return {
    ...host,
    serverAliveInterval: Math.min(alive('serverAliveInterval'), maxTimerSeconds),
    serverAliveCountMax: alive('serverAliveCountMax'),
    connectTimeout: Math.min(connectTimeout ?? ourDefaults.connectTimeout, maxTimerSeconds),
    isConnectTimeoutSet: connectTimeout !== undefined,
    exitOnForwardFailure: options.exitOnForwardFailure ?? host.exitOnForwardFailure,
    strictHostKeyChecking: settings.strictHostKeyChecking ?? host.strictHostKeyChecking,
    identityAgent:
      settings.identityAgent === undefined ? host.identityAgent : expandHome(settings.identityAgent),
    userKnownHostsFiles:
      settings.userKnownHostsFile === undefined
        ? host.userKnownHostsFiles
        : [expandHome(settings.userKnownHostsFile)],
  };
}

/** The user's commands that run on this machine for a connection to the host. They get the whole environment. */
export function commandsOf({ proxyCommand, knownHostsCommand }: HostConfig): readonly string[] {
  return [proxyCommand, knownHostsCommand].filter((command) => command !== undefined);
}

/** Expands `~` at the beginning of a path in a setting. On Windows, `~\` as well, and `/c/…` as in Git's programs. */
export function expandHome(path: string, platform: NodeJS.Platform = process.platform): string {
  if (path === '~' || path.startsWith('~/') || (platform === 'win32' && path.startsWith('~\\'))) {
    return join(localUser().home, path.slice(1));
  }
  return (platform === 'win32' ? driveOrNetworkPath(path) : undefined) ?? path;
}
