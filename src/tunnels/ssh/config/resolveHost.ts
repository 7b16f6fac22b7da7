// Resolves one host by ssh_config: with the installed ssh, or with our own reader if there is none.
import type { Destination } from '../../config/definition';
import { variable } from '../../util/environment';
import { TunnelFailure } from '../../errors/errors';
import { invalidDefinition } from '../../errors/definition';
import { checkHost, checkUser } from '../../config/parsing/hosts';
import { deferred as l10n } from '../../util/l10n';
import { attempt } from '../../util/parsing';
import { toHostConfig } from './configValues';
import type { ConfigValues } from './configValues';
import { fallbackDefaults } from './fallback/fallbackValues';
import { readConfigFallback } from './fallback/readConfigFallback';
import { localUser } from './localUser';
import type { HostConfig } from './hostConfig';
import { parseSshGOutput, runSshG } from './sshG';
import type { SshGOptions } from './sshG';
import { homeOfSsh, printsUnixPaths, withWindowsPaths } from './windowsPaths';

export interface ResolveOptions {
  /** As for `ssh -F`: the only file to read. `none`: no file at all. undefined: OpenSSH's default files. */
  readonly configFile: string | undefined;
  /** The environment of the window that requested the tunnel. ssh, its Match exec and `${…}` see it. */
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
  /** The program to run instead of the `ssh` in PATH. */
  readonly sshProgram?: string | undefined;
  /** As for runSshG(). */
  readonly isQuestion?: boolean;
  /** Whether to ignore ProxyJump, as `ssh -J none` does. */
  readonly withoutProxyJump?: boolean;
  /** Default: this machine's. */
  readonly platform?: NodeJS.Platform;
}

/**
 * The values of ssh_config for a host, or the defaults for a host it doesn't mention. Runs the user's own `Match exec`,
 * so it is never called with a file that a workspace supplies.
 * @throws TunnelFailure InvalidDefinition, HostNotFound or ConnectTimeout, see runSshG() and withWindowsPaths()
 * @throws the signal's reason when aborted
 */
export async function resolveHost(destination: Destination, options: ResolveOptions): Promise<HostConfig> {
  rejectUnsafe(destination);
  const { host, user, port } = destination;
  const { configFile, env, signal, withoutProxyJump = false, platform = process.platform } = options;
  const local = localUser();
  const query = { host, user, port, configFile, withoutProxyJump };
  const [output, printedDefaults] = await Promise.all([runSshG(query, options), sshDefaults(options)]);
  signal?.throwIfAborted();
  const [values, defaults] =
    output === undefined
      ? [await readConfigFallback(query, local, env, signal), fallbackDefaults]
      : [parseSshGOutput(output), printedDefaults];
  if (platform !== 'win32') {
    return toHostConfig(values, { alias: host, local, env, defaults });
  }
  const printed = defaults.size > 0 ? defaults : values;
  const isForeign = output !== undefined && printsUnixPaths(printed);
  const home = (isForeign ? homeOfSsh(printed) : undefined) ?? local.home;
  const resolved = toHostConfig(values, { alias: host, local: { ...local, home }, env, defaults, platform });
  return withWindowsPaths(resolved, { sshProgram: options.sshProgram ?? 'ssh', env, isForeign });
}

/** The parsers have rejected these already. Checked again, because here they become arguments of a program. */
function rejectUnsafe({ host, user }: Destination): void {
  const checked = attempt(() => {
    checkHost(host, 0);
    return user === undefined ? '' : checkUser(user, 0, 'sshConfig');
  });
  if ('error' in checked) {
    throw new TunnelFailure(
      invalidDefinition(
        l10n.t('The host is not valid. {reason}', { reason: checked.error.message }),
        l10n.t('Correct the host.'),
      ),
    );
  }
}

/** Constant for each installed ssh, so it is queried only once. */
const defaultsByProgram = new Map<string, Promise<ConfigValues>>();

function sshDefaults({ env, sshProgram = 'ssh' }: SshGOptions): Promise<ConfigValues> {
  const key = `${sshProgram}\n${variable(env, 'PATH') ?? ''}`;
  const cached = defaultsByProgram.get(key);
  if (cached) {
    return cached;
  }
  // Without the caller's signal: other callers wait for the same result.
  const pending = runSshG({ host: 'localhost', configFile: 'none' }, { env, sshProgram })
    .then((output) => parseSshGOutput(output ?? ''))
    .catch(() => {
      defaultsByProgram.delete(key);
      return new Map<string, readonly string[]>();
    });
  defaultsByProgram.set(key, pending);
  return pending;
}
