// On Microsoft Windows, the ssh of Git, MSYS2 or Cygwin may come first in PATH. `ssh -G` then prints paths as these
// programs see them: `/c/Users/me/.ssh/known_hosts`. Node would read C:\c\Users\…, which doesn't exist. Converts them.
import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, win32 } from 'node:path';
import { TunnelFailure } from '../../errors/errors';
import { invalidDefinition } from '../../errors/definition';
import { variable } from '../../util/environment';
import { deferred as l10n } from '../../util/l10n';
import { unquoted } from '../../util/shown';
import type { HostConfig } from './hostConfig';
import type { ConfigValues } from './configValues';

/** Where the paths come from. */
export interface PathSource {
  /** As it is started: a path, or a name to look up in PATH. */
  readonly sshProgram: string;
  readonly env: NodeJS.ProcessEnv;
  /** Whether ssh has a file system of its own, with a root that is not a drive. */
  readonly isForeign: boolean;
}

/** Whether the ssh that printed these values sees paths as on Unix. OpenSSH for Windows prints `__PROGRAMDATA__\…`. */
export function printsUnixPaths(values: ConfigValues): boolean {
  return values.get('globalknownhostsfile')?.[0]?.startsWith('/') ?? false;
}

/** The home folder as ssh sees it: `~` in what it prints. undefined: not told. */
export function homeOfSsh(values: ConfigValues): string | undefined {
  return /^(\/.*)\/\.ssh\/known_hosts$/.exec(values.get('userknownhostsfile')?.[0] ?? '')?.[1];
}

/**
 * Converts all paths of a host.
 * @throws TunnelFailure InvalidDefinition for a path that can't be converted: a file that is looked for in a wrong place
 *   would count as missing
 */
export async function withWindowsPaths(host: HostConfig, source: PathSource): Promise<HostConfig> {
  const convert = (path: string): Promise<string> => toWindowsPath(path, source);
  const all = (paths: readonly string[]): Promise<readonly string[]> => Promise.all(paths.map(convert));
  const { identityAgent } = host;
  return {
    ...host,
    identityFiles: await all(host.identityFiles),
    certificateFiles: await all(host.certificateFiles),
    identityAgent: identityAgent === undefined ? undefined : await convert(identityAgent),
    userKnownHostsFiles: await all(host.userKnownHostsFiles),
    globalKnownHostsFiles: await all(host.globalKnownHostsFiles),
    revokedHostKeysFiles: await all(host.revokedHostKeysFiles),
  };
}

/** @throws TunnelFailure InvalidDefinition */
async function toWindowsPath(path: string, source: PathSource): Promise<string> {
  const simple = driveOrNetworkPath(path);
  if (simple !== undefined || !source.isForeign) {
    return simple ?? path;
  }
  const folder = await folderOf(source);
  const converted =
    folder === undefined
      ? undefined
      : ((await askCygpath(folder, path, source.env)) ?? (await belowEtc(folder, path)));
  if (converted === undefined) {
    throw new TunnelFailure(
      invalidDefinition(
        l10n.t("ssh uses the file {path}, and it can't be determined where that is on Windows.", {
          path: unquoted(path),
        }),
        l10n.t(
          'Put the folder of OpenSSH for Windows before other programs\' folders in PATH, or write the path in your SSH config with a drive, such as "C:/Users/…".',
        ),
      ),
    );
  }
  return converted;
}

/**
 * Converts what needs no look at the machine: `/c/…`, `/cygdrive/c/…`, `/C:/…`, `//server/share/…`, `/dev/null`, and
 * whatever doesn't begin with `/`. undefined: another path.
 */
export function driveOrNetworkPath(path: string): string | undefined {
  if (!path.startsWith('/')) {
    // ssh_config takes two backslashes for one, unless they are doubled (argv_split() in OpenSSH's misc.c).
    return path.replace(/^\\\.\\pipe\\/i, '\\$&');
  }
  if (path === '/dev/null') {
    return String.raw`\\.\nul`;
  }
  if (/^\/\/[^/]/.test(path)) {
    return path.replaceAll('/', '\\');
  }
  const [, letter, rest = ''] = /^\/(?:(?:proc\/)?cygdrive\/)?([A-Za-z]):?((?:\/.*)?)$/s.exec(path) ?? [];
  return letter === undefined ? undefined : `${letter.toUpperCase()}:${rest.replaceAll('/', '\\') || '\\'}`;
}

/** The folder of ssh.exe. */
async function folderOf({ sshProgram, env }: PathSource): Promise<string | undefined> {
  if (isAbsolute(sshProgram)) {
    return dirname(sshProgram);
  }
  for (const folder of (variable(env, 'PATH', 'win32') ?? '').split(win32.delimiter)) {
    const plain = folder.replaceAll('"', '');
    if (isAbsolute(plain) && (await exists(join(plain, `${sshProgram}.exe`)))) {
      return plain;
    }
  }
  return undefined;
}

const cygpathTimeoutMs = 10_000;
/** By the program and the path: the answer doesn't change while the daemon runs. */
const answers = new Map<string, Promise<string | undefined>>();
const maxAnswers = 1000;

/** Asks the program that belongs to the same ssh: it knows the mounts. */
async function askCygpath(folder: string, path: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const program = join(folder, 'cygpath.exe');
  if (!(await exists(program))) {
    return undefined;
  }
  const key = `${program}\n${path}`;
  const known = answers.get(key);
  if (known) {
    return known;
  }
  const answer = new Promise<string | undefined>((resolve) => {
    const options = { env, timeout: cygpathTimeoutMs, windowsHide: true };
    execFile(program, ['-w', '--', path], options, (error, stdout) => {
      const line = stdout.replace(/\r?\n$/, '');
      const isUsable = !error && /^([A-Za-z]:\\|\\\\)[^\r\n]*$/.test(line);
      if (!isUsable) {
        answers.delete(key);
      }
      resolve(isUsable ? line : undefined);
    });
  });
  if (answers.size >= maxAnswers) {
    answers.clear();
  }
  answers.set(key, answer);
  return answer;
}

/** The root of these programs is above the folder of their library, `bin` or `usr\bin`, and `/etc` is in the root. */
async function belowEtc(folder: string, path: string): Promise<string | undefined> {
  const libraries = ['msys-2.0.dll', 'cygwin1.dll'].map((name) => exists(join(folder, name)));
  if (
    !/^\/etc\/(?!.*\.\.)/.test(path) ||
    basename(folder).toLowerCase() !== 'bin' ||
    !(await Promise.all(libraries)).includes(true)
  ) {
    return undefined;
  }
  const parent = dirname(folder);
  return win32.join(basename(parent).toLowerCase() === 'usr' ? dirname(parent) : parent, path);
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
