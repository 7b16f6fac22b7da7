// Works out what ssh_config says of one host: by the installed ssh, which alone knows for sure, else by ourselves.
import type { Destination } from '../../config/definition';
import { variable } from '../../util/environment';
import { TunnelFailure } from '../../errors/errors';
import { invalidDefinition } from '../../errors/consent';
import { checkHost, checkUser } from '../../config/hosts';
import { attempt } from '../../util/text';
import { readConfigFallback } from './configFallback';
import { toResolvedHost } from './configValues';
import type { ConfigValues } from './configValues';
import { localUser } from './localUser';
import type { ResolvedHost } from './resolvedHost';
import { parseSshGOutput, runSshG } from './sshG';
import type { SshGOptions } from './sshG';

export interface ResolveOptions {
  /** As for `ssh -F`: the only file to read; `none`: no file at all; undefined: OpenSSH's own places. */
  readonly configFile: string | undefined;
  /** Of the window that wants the tunnel: all that ssh, its Match exec and `${…}` see. */
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
  /** Instead of the `ssh` in PATH. */
  readonly sshProgram?: string | undefined;
  /** Whether ProxyJump is left out of account, as `ssh -J none` does. */
  readonly withoutProxyJump?: boolean;
}

/**
 * What ssh_config says of a host; for one it doesn't mention, the defaults. Runs the user's own `Match exec` where ssh
 * is installed, so never with a file that a workspace supplies.
 * @throws TunnelFailure InvalidDefinition, HostNotFound or ConnectTimeout, see runSshG()
 * @throws the signal's reason when it is aborted
 */
export async function resolveHost(destination: Destination, options: ResolveOptions): Promise<ResolvedHost> {
  refuseUnsafe(destination);
  const { host, user, port } = destination;
  const { configFile, env, signal, withoutProxyJump = false } = options;
  const local = localUser();
  const query = { host, user, port, configFile, withoutProxyJump };
  const [output, defaults] = await Promise.all([runSshG(query, options), sshDefaults(options)]);
  signal?.throwIfAborted();
  const values = output === undefined ? await readConfigFallback(query, local, env) : parseSshGOutput(output);
  return toResolvedHost(values, { alias: host, local, env, defaults });
}

/** The parsers have refused these already; this is where they would become arguments of a program. */
function refuseUnsafe({ host, user }: Destination): void {
  const checked = attempt(() => {
    checkHost(host, 0);
    return user === undefined ? '' : checkUser(user, 0);
  });
  if ('error' in checked) {
    throw new TunnelFailure(
      invalidDefinition(
        `${JSON.stringify(host)} cannot be connected to: ${checked.error.message}.`,
        'Correct the host.',
      ),
    );
  }
}

/** A constant of each installed ssh, asked for once. */
const defaultsByProgram = new Map<string, Promise<ConfigValues>>();

function sshDefaults({ env, sshProgram = 'ssh' }: SshGOptions): Promise<ConfigValues> {
  const key = `${sshProgram}\n${variable(env, 'PATH') ?? ''}`;
  const asked = defaultsByProgram.get(key);
  if (asked) {
    return asked;
  }
  // Without the caller's signal: others wait for the same answer.
  const asking = runSshG({ host: 'localhost', configFile: 'none' }, { env, sshProgram })
    .then((output) => parseSshGOutput(output ?? ''))
    .catch(() => {
      defaultsByProgram.delete(key);
      return new Map<string, readonly string[]>();
    });
  defaultsByProgram.set(key, asking);
  return asking;
}
