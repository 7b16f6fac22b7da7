// Reads ssh_config files when no ssh program is installed: process_config_files() in OpenSSH's ssh.c and readconf.c.
import { join } from 'node:path';
import { TunnelFailure } from '../../../errors/errors';
import { hostNotFound } from '../../../errors/ssh/connect';
import { programData } from '../../../util/environment';
import type { LocalUser } from '../localUser';
import type { ConfigValues } from '../configValues';
import { resolveTimeoutMs, tookTooLong } from '../sshG';
import { lookAtFile } from '../refusedFile';
import { describeSshGFailure } from '../sshGFailure';
import type { SshGQuery } from '../sshG';
import { canonicalName } from './canonicalName';
import { ConfigReader } from './configReader';
import { fallbackValues } from './fallbackValues';
import { HostValues } from './hostValues';

/**
 * The values for a host. Runs the user's own `Match exec`, so it is never called with a file that a workspace supplies.
 * @throws TunnelFailure InvalidDefinition for a file that can't be read or that ssh would refuse; HostNotFound when a
 *   name to canonicalise isn't found; ConnectTimeout when it takes too long
 * @throws the signal's reason when aborted
 */
export async function readConfigFallback(
  query: SshGQuery,
  local: LocalUser,
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<ConfigValues> {
  const tooLong = AbortSignal.timeout(resolveTimeoutMs);
  const ended = signal === undefined ? tooLong : AbortSignal.any([signal, tooLong]);
  try {
    return await readValues(query, local, env, ended);
  } catch (error) {
    throw ended.aborted && signal?.aborted !== true ? new TunnelFailure(tookTooLong(query)) : error;
  }
}

async function readValues(
  query: SshGQuery,
  local: LocalUser,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<ConfigValues> {
  const values = new HostValues(query, local);
  const first = new ConfigReader({ values, query, local, env, signal, isFinalPass: false });
  await readFiles(first, query, local, env);
  const isCanonical = await canonicalize(values, query);
  if (first.wantsFinalPass || isCanonical) {
    const again = new ConfigReader({ values, query, local, env, signal, isFinalPass: true });
    await readFiles(again, query, local, env);
  }
  return fallbackValues(values, query, env);
}

async function readFiles(
  reader: ConfigReader,
  { configFile }: SshGQuery,
  local: LocalUser,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const userFolder = join(local.home, '.ssh');
  if (configFile === undefined) {
    const systemFolder = process.platform === 'win32' ? join(programData(env), 'ssh') : '/etc/ssh';
    await reader.read(join(userFolder, 'config'), { ofUser: true, folder: userFolder, isPrivate: true });
    const system = { ofUser: false, folder: systemFolder, isPrivate: false };
    await reader.read(join(systemFolder, 'ssh_config'), system);
  } else if (configFile !== 'none') {
    const exists = await reader.read(configFile, { ofUser: true, folder: userFolder, isPrivate: false });
    if (!exists) {
      const words = `Can't open user config file ${configFile}: No such file or directory`;
      throw new TunnelFailure(describeSshGFailure({ host: configFile }, words, await lookAtFile(configFile)));
    }
  }
}

/** @returns whether ssh reads the files once more for the result */
async function canonicalize(values: HostValues, { host }: SshGQuery): Promise<boolean> {
  const mode = values.first('canonicalizehostname') ?? 'no';
  const name = values.hostName;
  const found = await canonicalName(name, {
    canonicalize: mode,
    domains: values.all('canonicaldomains') ?? [],
    maxDots: Number(values.first('canonicalizemaxdots') ?? 1),
    isDirect: [values.first('proxycommand'), values.first('proxyjump')].every(
      (value) => value === undefined || value.toLowerCase() === 'none',
    ),
    addressFamily: values.first('addressfamily') ?? 'any',
  });
  if (found === undefined && /^(no|false)$/.test(values.first('canonicalizefallbacklocal') ?? 'yes')) {
    throw new TunnelFailure(hostNotFound(host, `Could not resolve host "${name}"`));
  }
  values.setHostName(found ?? name);
  return !/^(no|false)$/.test(mode);
}
