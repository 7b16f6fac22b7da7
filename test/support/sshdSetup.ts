// What a test's sshd needs before it starts: keys, and the configurations of both sides.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, mkdir } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { promisify } from 'node:util';
import type { KeyKind } from './keyPair';
import type { TempDir } from './tempDir';

const run = promisify(execFile);
export const host = '127.0.0.1';

export interface SshdOptions {
  /** Further sshd_config lines; they override ours. A `Match` line and all that follow it come last. */
  readonly config?: readonly string[];
  /** Further addresses, with the same port: `127.0.0.2`, `[::1]`. */
  readonly alsoListen?: readonly string[];
  /** `ed25519` by default. */
  readonly hostKeys?: readonly KeyKind[];
  /** Put before the client's key in authorized_keys: `restrict,port-forwarding`. */
  readonly keyOptions?: string;
  /** Further lines of the `Host test-sshd` block in the client's ssh_config; they override ours. */
  readonly clientConfig?: readonly string[];
  /** The sshd to run; its file name is the PAM service. */
  readonly program?: string;
  readonly logLevel?: 'VERBOSE' | 'DEBUG1' | 'DEBUG2' | 'DEBUG3';
}

export async function serverConfig(
  dir: TempDir,
  port: number,
  hostKeys: readonly string[],
  options: SshdOptions,
): Promise<string> {
  const extra = options.config ?? [];
  const match = extra.findIndex((line) => /^\s*Match\b/i.test(line));
  const global = match < 0 ? extra : extra.slice(0, match);
  const lines = [
    ...global,
    ...[host, ...(options.alsoListen ?? [])].map((address) => `ListenAddress ${address}:${port}`),
    ...hostKeys.map((path) => `HostKey ${path}`),
    `AuthorizedKeysFile ${dir.file('authorized_keys')}`,
    `LogLevel ${options.logLevel ?? 'VERBOSE'}`,
    'PidFile none',
    'UsePAM no',
    'StrictModes no',
    'PermitRootLogin yes',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'UseDNS no',
    'PrintMotd no',
    'PrintLastLog no',
    // Nothing from the home of the user that runs the tests: not ~/.ssh/rc, nor what bash reads for sshd unless SHLVL
    // is 2.
    'PermitUserRC no',
    ...(extra.some((line) => /^SetEnv\b/.test(line)) ? [] : ['SetEnv SHLVL=2']),
    // For this option the last one would count.
    ...(extra.some((line) => /^MaxStartups\b/.test(line)) ? [] : ['MaxStartups 1000']),
    ...((await sshdVersion()) >= 9.08 ? ['PerSourcePenalties no'] : []),
    ...(match < 0 ? [] : extra.slice(match)),
  ];
  return `${lines.join('\n')}\n`;
}

export function clientConfig(port: number, key: string, knownHosts: string, options: SshdOptions): string {
  const lines = [
    ...(options.clientConfig ?? []),
    `HostName ${host}`,
    `Port ${port}`,
    `User ${userInfo().username}`,
    `IdentityFile ${key}`,
    'IdentitiesOnly yes',
    'IdentityAgent none',
    `UserKnownHostsFile ${knownHosts}`,
    'GlobalKnownHostsFile /dev/null',
    'StrictHostKeyChecking yes',
    'UpdateHostKeys no',
  ];
  return `Host test-sshd\n${lines.map((line) => `  ${line}\n`).join('')}`;
}

/**
 * Adds to a client's configuration that hosts other than `test-sshd`, for example addresses that a test dials, have
 * no keys and a known_hosts of their own: by default ssh looks for both in the home from the password database.
 */
export async function isolateFromHome({
  configFile,
  dir,
}: {
  configFile: string;
  dir: string;
}): Promise<void> {
  const lines = ['IdentityFile none', `UserKnownHostsFile ${dir}/known_hosts_of_others`];
  await appendFile(configFile, `Host * !test-sshd\n${lines.map((line) => `  ${line}\n`).join('')}`);
}

/** As root, sshd needs its empty folder for privilege separation, which an image without systemd lacks. */
export async function makeRunDir(): Promise<void> {
  if (process.getuid?.() === 0) {
    await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
  }
}

/** sshd starts itself again for each connection, so it must be called by an absolute path. */
export function sshdProgram(): string {
  const found = ['/usr/sbin/sshd', '/usr/bin/sshd', '/usr/local/sbin/sshd'].find((path) => existsSync(path));
  if (found === undefined) {
    throw new Error('These tests need an OpenSSH server: apt-get install openssh-server');
  }
  return found;
}

let version: Promise<number> | undefined;

/** 9.08 for OpenSSH 9.8: major, and minor in hundredths. */
function sshdVersion(): Promise<number> {
  version ??= run(sshdProgram(), ['-V']).then(
    ({ stdout, stderr }) => parseVersion(stdout + stderr),
    // Before 9.4 `-V` is an unknown option, whose usage message names the version.
    (error: unknown) => parseVersion(String((error as { stderr?: unknown }).stderr)),
  );
  return version;
}

function parseVersion(text: string): number {
  const [, major = '0', minor = '0'] = /OpenSSH_(?:for_Windows_)?(\d+)\.(\d+)/.exec(text) ?? [];
  return Number(major) + Number(minor) / 100;
}
