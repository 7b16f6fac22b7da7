// Asks the installed ssh how it would reach a host: `ssh -G`, as an argument vector, with limits.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { TunnelFailure } from '../../errors/errors';
import type { TunnelError } from '../../errors/errors';
import { invalidDefinition } from '../../errors/consent';
import { hostNotFound } from '../../errors/connect';
import { Turnstile } from '../../util/semaphore';
import type { ConfigValues } from './configValues';

export interface SshGQuery {
  readonly host: string;
  readonly user?: string | undefined;
  readonly port?: number | undefined;
  /** As for `ssh -F`: the only file to read; `none`: no file at all; undefined: OpenSSH's own places. */
  readonly configFile: string | undefined;
  /** Whether ProxyJump is left out of account, as it is for a host that is reached through a given jump. */
  readonly withoutProxyJump?: boolean;
}

export interface SshGOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
  readonly sshProgram?: string | undefined;
  /** Milliseconds; 10 000 unless told otherwise. */
  readonly timeout?: number | undefined;
}

const defaultTimeout = 10_000;
const maxOutput = 1024 * 1024;
/** A workspace may define a thousand tunnels; each resolution is a process, and with Match exec more than one. */
const atMost8 = new Turnstile(8);
/** How long the pipes may outlive ssh, whose Match exec may have left a process behind that holds one of them. */
const graceMs = 200;

interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * The output of `ssh -G` for a host; undefined: this machine has no ssh. It runs as `ssh -N` would, so that a
 * RemoteCommand or ForkAfterAuthentication of the host is no obstacle.
 * @throws TunnelFailure InvalidDefinition when ssh refuses its configuration or the host; HostNotFound when it could
 *   not look up a name to canonicalise; ConnectTimeout when it takes too long
 * @throws the signal's reason when it is aborted
 */
export async function runSshG(query: SshGQuery, options: SshGOptions): Promise<string | undefined> {
  const finished = await atMost8.run(options.signal, () =>
    run(options.sshProgram ?? 'ssh', argumentsOf(query), query, options),
  );
  if (finished === undefined || finished.code === 0) {
    return finished?.stdout;
  }
  throw new TunnelFailure(describeRefusal(query, finished.stderr));
}

function argumentsOf({ host, user, port, configFile, withoutProxyJump }: SshGQuery): readonly string[] {
  return [
    ...(configFile === undefined ? [] : ['-F', configFile]),
    ...(user === undefined ? [] : ['-l', user]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...(withoutProxyJump === true ? ['-J', 'none'] : []),
    '-N',
    '-G',
    '--',
    host,
  ];
}

function run(
  program: string,
  args: readonly string[],
  query: SshGQuery,
  { env, signal, timeout = defaultTimeout }: SshGOptions,
): Promise<Finished | undefined> {
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    // A group of its own, so that what a Match exec started ends with it.
    const child = spawn(program, args, {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    const output = { stdout: '', stderr: '' };
    const settle = (): void => {
      clearTimeout(timer);
      clearTimeout(grace);
      signal?.removeEventListener('abort', onAbort);
      child.stdout.destroy();
      child.stderr.destroy();
    };
    const giveUp = (reason: unknown): void => {
      settle();
      killGroup(child);
      reject(reason instanceof Error ? reason : new Error(String(reason)));
    };
    const onAbort = (): void => giveUp(signal?.reason);
    const collect = (stream: keyof typeof output) => (text: string) => {
      output[stream] += text;
      if (output[stream].length > maxOutput) {
        giveUp(new TunnelFailure(tooMuchOutput(query)));
      }
    };
    const finish = (code: number | null): void => {
      settle();
      resolve({ code, ...output });
    };
    const timer = setTimeout(() => giveUp(new TunnelFailure(noAnswer(query, timeout))), timeout);
    let grace: NodeJS.Timeout | undefined;
    signal?.addEventListener('abort', onAbort, { once: true });
    child.stdout.setEncoding('utf8').on('data', collect('stdout'));
    child.stderr.setEncoding('utf8').on('data', collect('stderr'));
    child.once('exit', (code) => {
      grace = setTimeout(() => finish(code), graceMs);
    });
    child.once('close', finish);
    child.once('error', (error: NodeJS.ErrnoException) => {
      settle();
      if (error.code === 'ENOENT') {
        resolve(undefined);
      } else {
        reject(new TunnelFailure(notStarted(program, error), { cause: error }));
      }
    });
  });
}

function killGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined && process.platform !== 'win32') {
      process.kill(-child.pid, 'SIGKILL');
    } else {
      child.kill('SIGKILL');
    }
  } catch {
    // It ended by itself.
  }
}

/** Both `FILE: line 3: …` and `FILE line 3: …` occur in OpenSSH's readconf.c. */
const placePattern = /^(.+?):? line (\d+): (.+)$/m;

export function describeRefusal(query: Pick<SshGQuery, 'host'>, stderr: string): TunnelError {
  const said = stderr.replaceAll('\r', '').trim();
  if (/could not resolve host/i.test(said)) {
    return hostNotFound(query.host, said);
  }
  const [, missing, why] = /^Can't open user config file (.+): (.+)$/m.exec(said) ?? [];
  if (missing !== undefined && why !== undefined) {
    return invalidDefinition(
      `The ssh_config file ${missing} can't be opened: ${endWithStop(why)}`,
      'Correct the setting sshTunnels.sshConfigFile, or make that file.',
      said,
    );
  }
  const [, file, line, problem] = placePattern.exec(said) ?? [];
  if (file !== undefined && line !== undefined && problem !== undefined) {
    // Of any host of the file: dollar_expand() in OpenSSH's misc.c, for IdentityAgent and ForwardAgent.
    const unset = /^Invalid environment expansion .*\$\{(\w+)\}/.exec(problem)?.[1];
    if (unset !== undefined) {
      return invalidDefinition(
        `ssh does not understand ${file}, line ${line}: the variable ${unset} is not set.`,
        `Set ${unset} for the editor, and start that anew; or mend the line. Nothing that reads this file can connect before.`,
        said,
      );
    }
    return invalidDefinition(
      `ssh does not understand ${file}, line ${line}: ${endWithStop(problem)}`,
      'Mend that line; nothing that reads this file can connect before.',
      said,
    );
  }
  const [, writable] = /^Bad owner or permissions on (.+)$/m.exec(said) ?? [];
  if (writable !== undefined) {
    return invalidDefinition(
      `ssh refuses to read ${writable}: others may write it, or it belongs to another user.`,
      `Run "chmod go-w ${writable}" in a terminal, and see that the file is yours.`,
      said,
    );
  }
  const loop = /jumphost loop via (.+)/.exec(said)?.[1];
  if (loop !== undefined) {
    return invalidDefinition(
      `"${query.host}" is its own jump host (ProxyJump ${loop}).`,
      `Give "${query.host}" a Host block with "ProxyJump none" in your ssh_config, above the one that sets it.`,
      said,
    );
  }
  return invalidDefinition(
    `ssh cannot say how to reach "${query.host}": ${endWithStop(said.split('\n')[0] ?? '')}`,
    `Run "ssh -G ${query.host}" in a terminal, and mend what it names.`,
    said,
  );
}

function endWithStop(text: string): string {
  return text === '' ? 'it gave no reason.' : text.replace(/\.?$/, '.');
}

function noAnswer({ host }: SshGQuery, timeout: number): TunnelError {
  return {
    code: 'ConnectTimeout',
    message: `ssh did not say within ${timeout / 1000} s how to reach "${host}".`,
    nextStep:
      'Look for a slow Match exec, or for CanonicalizeHostname with a slow name server, in your ssh_config.',
  };
}

function tooMuchOutput({ host }: SshGQuery): TunnelError {
  return invalidDefinition(
    `ssh printed more than ${maxOutput / 1024} KiB when asked how to reach "${host}".`,
    `Run "ssh -G ${host}" in a terminal, and see what prints so much.`,
  );
}

function notStarted(program: string, error: Error): TunnelError {
  return invalidDefinition(
    `The program "${program}" could not be started, so your ssh_config cannot be read.`,
    'See that ssh is installed and may be run by you.',
    error.message,
  );
}

/** Keywords with several files on their one line, unquoted. */
const fileLists = new Set(['userknownhostsfile', 'globalknownhostsfile', 'revokedhostkeys']);

/** One keyword and its value a line. A keyword that comes several times has several values, in their order. */
export function parseSshGOutput(text: string): ConfigValues {
  const values = new Map<string, string[]>();
  for (const line of text.split(/\r?\n/)) {
    const [, name = '', value = ''] = /^(\S+) (.*)$/.exec(line) ?? [];
    const keyword = name.toLowerCase();
    if (keyword !== '') {
      const read = fileLists.has(keyword) ? splitPaths(value) : [value];
      values.set(keyword, [...(values.get(keyword) ?? []), ...read]);
    }
  }
  return values;
}

/**
 * Paths that are separated by spaces and may hold spaces themselves, such as `/home/Jo Do/.ssh/known_hosts`: a word
 * that does not begin like an absolute path goes on with the one before, unless the first is relative as well.
 */
export function splitPaths(text: string): readonly string[] {
  const words = text.split(' ').filter((word) => word !== '');
  const isAbsolute = (word: string): boolean => /^([/~\\]|[A-Za-z]:[\\/]|__PROGRAMDATA__)/.test(word);
  if (!words[0] || !isAbsolute(words[0])) {
    return words;
  }
  return text.trim().split(/ +(?=[/~\\]|[A-Za-z]:[\\/]|__PROGRAMDATA__)/);
}
