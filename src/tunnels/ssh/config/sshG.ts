// Runs `ssh -G` to resolve a host with the installed ssh: as an argument vector, with limits.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { TunnelFailure } from '../../errors/errors';
import type { TunnelError } from '../../errors/errors';
import { invalidDefinition } from '../../errors/definition';
import { deferred as l10n } from '../../util/l10n';
import { Semaphore } from '../../util/pacing/semaphore';
import { ProcessGroup, leadsGroup } from '../../util/system/processGroup';
import { unquoted } from '../../util/shown';
import { afterRestOfOutput } from '../../util/system/restOfOutput';
import { canonicalKeyword } from './configValues';
import type { ConfigValues } from './configValues';
import { setVariable } from './expandTokens';
import { localUser } from './localUser';
import { describeUnreadableFile, fileWithBadStart, lookAtFile, refusedFile } from './refusedFile';
import { describeSshGFailure, sshGCommand } from './sshGFailure';

export interface SshGQuery {
  readonly host: string;
  readonly user?: string | undefined;
  readonly port?: number | undefined;
  /** As for `ssh -F`: the only file to read. `none`: no file at all. undefined: OpenSSH's default files. */
  readonly configFile: string | undefined;
  /** Whether to ignore ProxyJump, as for a host that is connected to through a given jump host. */
  readonly withoutProxyJump?: boolean;
}

export interface SshGOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
  readonly sshProgram?: string | undefined;
  /** Nothing connects: the answer is for a question, or for recognizing a tunnel. */
  readonly isQuestion?: boolean;
  /** Default: 10 000. */
  readonly timeoutMs?: number | undefined;
}

/** What `ssh -G` may take by default, with the commands of Match exec. */
export const resolveTimeoutMs = 10_000;
const maxOutputLength = 1024 * 1024;
/** A workspace may define a thousand tunnels. Resolving each takes one process, or more with Match exec. */
const processLimit = new Semaphore(8);
/** For questions: a project may ask about thousands of tunnels through dozens of jump hosts. Connections don't wait for it. */
const questionLimit = new Semaphore(4);
/** Milliseconds that the pipes may stay open after ssh exits: a process left behind by Match exec may hold them. */
const pipeGracePeriodMs = 200;

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * The output of `ssh -G` for a host. undefined: no ssh is installed. Runs as with `ssh -N`, so that a RemoteCommand or
 * ForkAfterAuthentication of the host doesn't get in the way.
 * @throws TunnelFailure InvalidDefinition when ssh rejects its configuration or the host; HostNotFound when it can't
 *   look up a name to canonicalise; ConnectTimeout when it takes too long
 * @throws the signal's reason when aborted
 */
export async function runSshG(query: SshGQuery, options: SshGOptions): Promise<string | undefined> {
  await rejectUnreadable(query.configFile ?? join(localUser().home, '.ssh', 'config'));
  const finished = await trySshG(query, options);
  if (finished === undefined || finished.code === 0) {
    rejectLineBreaks(finished?.stdout ?? '', query, options.env);
    return finished?.stdout;
  }
  const stderr = finished.stderr.replaceAll('\r', '');
  await rejectUnreadable(fileWithBadStart(stderr));
  const file = refusedFile(stderr);
  const facts = file === undefined ? undefined : await lookAtFile(file);
  throw new TunnelFailure(describeSshGFailure(query, finished.stderr, facts));
}

/** @throws TunnelFailure InvalidDefinition */
async function rejectUnreadable(file: string | undefined): Promise<void> {
  const error = file === undefined || file === 'none' ? undefined : await describeUnreadableFile(file);
  if (error) {
    throw new TunnelFailure(error);
  }
}

/**
 * ssh prints the value of a variable as it is. One with a line break would look like lines of other keywords.
 * @throws TunnelFailure InvalidDefinition
 */
function rejectLineBreaks(stdout: string, { host }: SshGQuery, env: NodeJS.ProcessEnv): void {
  const text = stdout.replaceAll('\r', '');
  const printed = Object.entries(env)
    .filter(([, value = '']) => value.includes('\n') && text.includes(value))
    .sort(([, a = ''], [, b = '']) => b.length - a.length);
  const [name] = printed[0] ?? [];
  // A line break at the end of a value is like that of any line, unless no keyword follows it.
  const isSure = printed.some(([, value = '']) => /\n[^\n]/.test(value));
  const hasOtherLine = text
    .replace(/\n$/, '')
    .split('\n')
    .some((line) => !/^\w+( |$)/.test(line));
  if (name !== undefined && (isSure || hasOtherLine)) {
    throw new TunnelFailure(
      invalidDefinition(
        l10n.t('Your SSH config for "{host}" uses the variable {variable}, whose value has a line break.', {
          host: unquoted(host),
          variable: unquoted(name),
        }),
        setVariable(name),
      ),
    );
  }
}

/** As runSshG(), but a refusal is a result. */
export function trySshG(query: SshGQuery, options: SshGOptions): Promise<Finished | undefined> {
  const limit = options.isQuestion === true ? questionLimit : processLimit;
  return limit.run(options.signal, async () => {
    // To start a process takes milliseconds of this thread, and a thousand tunnels may wait.
    await nextTurn();
    return run(options.sshProgram ?? 'ssh', argumentsOf(query), query, options);
  });
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
  { env, signal, timeoutMs = resolveTimeoutMs }: SshGOptions,
): Promise<Finished | undefined> {
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    // In its own process group, so that programs started by Match exec end with it.
    const child = spawn(program, args, { ...leadsGroup, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const group = new ProcessGroup(child);
    const output = { stdout: '', stderr: '' };
    const settle = (): void => {
      clearTimeout(timer);
      endGrace?.();
      signal?.removeEventListener('abort', onAbort);
      child.stdout.destroy();
      child.stderr.destroy();
    };
    const giveUp = (reason: unknown): void => {
      settle();
      group.kill();
      reject(reason instanceof Error ? reason : new Error(String(reason)));
    };
    const onAbort = (): void => giveUp(signal?.reason);
    const collect = (stream: keyof typeof output) => (text: string) => {
      output[stream] += text;
      if (output[stream].length > maxOutputLength) {
        giveUp(new TunnelFailure(tooMuchOutput(query)));
      }
    };
    const finish = (code: number | null): void => {
      settle();
      resolve({ code, ...output });
    };
    const timer = setTimeout(() => giveUp(new TunnelFailure(tookTooLong(query, timeoutMs))), timeoutMs);
    let endGrace: (() => void) | undefined;
    signal?.addEventListener('abort', onAbort, { once: true });
    child.stdout.setEncoding('utf8').on('data', collect('stdout'));
    child.stderr.setEncoding('utf8').on('data', collect('stderr'));
    child.once('exit', (code) => {
      endGrace = afterRestOfOutput(child, pipeGracePeriodMs, () => {
        // ssh always prints the values of a host. Nothing would be taken for the defaults, so the pipe's end is waited for.
        if (code !== 0 || output.stdout !== '') {
          finish(code);
        }
      });
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

export function tookTooLong({ host }: SshGQuery, timeoutMs = resolveTimeoutMs): TunnelError {
  return { code: 'ConnectTimeout', during: 'resolve', host, seconds: timeoutMs / 1000 };
}

function tooMuchOutput(query: SshGQuery): TunnelError {
  return invalidDefinition(
    l10n.t('ssh printed more than {maximum} KiB while resolving "{host}".', {
      maximum: maxOutputLength / 1024,
      host: unquoted(query.host),
    }),
    l10n.t('Run "{command}" in a terminal to see what prints so much.', { command: sshGCommand(query) }),
  );
}

function notStarted(program: string, error: Error): TunnelError {
  return invalidDefinition(
    l10n.t('"{program}" couldn\'t be started, so your SSH config can\'t be read.', {
      program: unquoted(program),
    }),
    l10n.t('Check that ssh is installed and that you are allowed to run it.'),
    error.message,
  );
}

/** Keywords whose line lists several files, unquoted. */
const fileLists = new Set(['userknownhostsfile', 'globalknownhostsfile', 'revokedhostkeys']);

/** Each line is a keyword and its value. A keyword that occurs several times has several values, in that order. */
export function parseSshGOutput(text: string): ConfigValues {
  const values = new Map<string, string[]>();
  for (const line of text.split(/\r?\n/)) {
    const [, name = '', value = ''] = /^(\S+) (.*)$/.exec(line) ?? [];
    const keyword = canonicalKeyword(name);
    if (keyword !== '') {
      const read = fileLists.has(keyword) ? splitPaths(value) : [value];
      values.set(keyword, [...(values.get(keyword) ?? []), ...read]);
    }
  }
  return values;
}

/**
 * Splits paths that are separated by spaces and may contain spaces, such as `/home/Jo Do/.ssh/known_hosts`. A word that
 * doesn't begin like an absolute path belongs to the word before it, unless the first word is relative as well.
 */
export function splitPaths(text: string): readonly string[] {
  const words = text.split(' ').filter((word) => word !== '');
  const isAbsolute = (word: string): boolean => /^([/~\\]|[A-Za-z]:[\\/]|__PROGRAMDATA__)/.test(word);
  if (!words[0] || !isAbsolute(words[0])) {
    return words;
  }
  return text.trim().split(/ +(?=[/~\\]|[A-Za-z]:[\\/]|__PROGRAMDATA__)/);
}
