// Compares what our own reader makes of an ssh_config with what the installed ssh makes of it.
import { isDeepStrictEqual } from 'node:util';
import type { HostConfig } from '../../../src/tunnels/ssh/config/hostConfig';
import { parseDestination } from '../../../src/tunnels/config/parsing/parseDestination';
import { TunnelFailure } from '../../../src/tunnels/errors/errors';
import { resolveHost } from '../../../src/tunnels/ssh/config/resolveHost';
import { Random } from '../random';
import type { TempDir } from '../tempDir';
import { askedHosts, generateConfig } from './generateConfig';
import type { ConfigFiles } from './generateConfig';

export interface Difference {
  readonly host: string;
  readonly files: ConfigFiles;
  readonly keys: readonly string[];
  readonly byUs: unknown;
  readonly bySsh: unknown;
}

/** How long lines are taken away. Less than the test has. */
const shrinkMs = 20_000;

export interface CompareOptions {
  readonly dir: TempDir;
  readonly env: NodeJS.ProcessEnv;
  readonly user: string;
}

/** Makes a config from the seed and asks for a host of it. A difference is returned with as few lines as possible. */
export async function compareSeed(seed: number, options: CompareOptions): Promise<Difference | undefined> {
  const random = new Random(seed);
  const files = generateConfig(random, options.user);
  const host = random.pick(askedHosts);
  const found = await compare(files, host, options);
  return found && shrink(found, options, performance.now() + shrinkMs);
}

async function shrink(found: Difference, options: CompareOptions, end: number): Promise<Difference> {
  if (performance.now() > end) {
    return found;
  }
  for (const [name, lines] of Object.entries(found.files)) {
    for (const at of lines.keys()) {
      const files = { ...found.files, [name]: lines.filter((_, index) => index !== at) };
      const smaller = await compare(files, found.host, options);
      if (smaller) {
        return shrink(smaller, options, end);
      }
    }
  }
  return found;
}

async function compare(
  files: ConfigFiles,
  host: string,
  options: CompareOptions,
): Promise<Difference | undefined> {
  const { dir, env } = options;
  for (const [name, lines] of Object.entries(files)) {
    await dir.write(name, lines.map((line) => `${line.replaceAll('DIR', dir.path)}\n`).join(''));
  }
  const configFile = dir.file('config');
  const [byUs, bySsh] = await Promise.all([
    outcome(() => resolveHost({ host }, { configFile, env, sshProgram: dir.file('no-ssh') })),
    outcome(() => resolveHost({ host }, { configFile, env })),
  ]);
  const keys = [...new Set([...Object.keys(byUs), ...Object.keys(bySsh)])].filter(
    (key) => !isDeepStrictEqual(byUs[key], bySsh[key]),
  );
  const only = (all: Outcome): object => Object.fromEntries(keys.map((key) => [key, all[key]]));
  return keys.length === 0 ? undefined : { host, files, keys, byUs: only(byUs), bySsh: only(bySsh) };
}

type Outcome = Readonly<Record<string, unknown>>;

async function outcome(resolve: () => Promise<HostConfig>, attempts = 3): Promise<Outcome> {
  try {
    return comparable(await resolve());
  } catch (error) {
    if (!(error instanceof TunnelFailure)) {
      throw error;
    }
    // On a busy machine, ssh or a command of Match exec may be ended at our time limit: that tells nothing.
    if (error.code === 'ConnectTimeout' && attempts > 1) {
      return outcome(resolve, attempts - 1);
    }
    // The words behind the line differ where ssh finds two faults in it, and between its versions.
    return { code: error.code, place: /^.*?, line \d+/.exec(error.message)?.[0] };
  }
}

/** How many of these there are depends on the version of ssh. */
const newerNames = /mlkem|sntrup|webauthn|mldsa/;

function comparable(host: HostConfig): Outcome {
  const lists = [
    'kexAlgorithms',
    'hostKeyAlgorithms',
    'pubkeyAcceptedAlgorithms',
    'ciphers',
    'macs',
  ] as const;
  const supported = lists.map((key) => [key, host[key]?.filter((name) => !newerNames.test(name))] as const);
  return {
    ...host,
    ...Object.fromEntries(supported),
    identityFiles: host.identityFiles.filter((file) => !/\/\.ssh\/id_\w+$/.test(file)),
    // ssh -G writes it anew: without "ssh://", and the last address in brackets.
    proxyJump: host.proxyJump?.split(',').map((jump) => parseDestination(jump, 'sshConfig')),
  };
}
