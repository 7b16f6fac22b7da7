// Runs KnownHostsCommand of the user's own ssh_config, a program that prints lines of known_hosts. It is started from an
// argument vector, without a shell, as in load_hostkeys_command() of OpenSSH's sshconnect.c.
import { spawn } from 'node:child_process';
import { isAbsolute } from 'node:path';
import { ProcessGroup, leadsGroup } from '../../util/processGroup';
import type { Environment } from '../../util/environment';
import { TunnelFailure } from '../../errors/errors';
import { knownHostsCommandFailed } from '../../errors/ssh/hostKeySource';
import { splitConfigLine } from '../../config/configLine';
import { makeExpander } from '../config/expandTokens';
import { lookupName } from './knownHosts';
import { fingerprint, keyType } from '../keys/publicKey';
import { parseKnownHosts } from './knownHostsLine';
import type { KnownHostsEntry } from './knownHostsLine';
import { localUser } from '../config/localUser';
import { lastLine } from '../../util/untrustedText';
import type { HostConfig } from '../config/hostConfig';

/** ssh has no limit. By then a server ends the connection: LoginGraceTime in sshd_config(5). */
const commandTimeoutMs = 120_000;
/** Milliseconds from SIGHUP to SIGKILL. */
const killTimeoutMs = 1000;
const maxOutputLength = 1024 * 1024;

/** What is asked for: `%I` of ssh_config(5), with the name that is looked up. */
export type Lookup =
  /** The types of the known keys, to request one of them. */
  | { readonly invocation: 'ORDER' }
  | { readonly invocation: 'HOSTNAME'; readonly key: Buffer }
  /** With CheckHostIP: the keys of the address. */
  | { readonly invocation: 'ADDRESS'; readonly name: string; readonly key: Buffer };

/** Could not be started. ssh then goes on without its entries. */
export class CommandNotStarted extends TunnelFailure {}

/**
 * Returns the entries that it prints.
 * @throws CommandNotStarted when its path isn't absolute, or there is no such program
 * @throws TunnelFailure HostKeyUnknown when the command fails, which ends ssh's connection, too; InvalidDefinition for
 *   an unknown token
 * @throws the signal's reason when aborted, which ends the command and all that it has started
 */
export async function runKnownHostsCommand(
  command: string,
  host: HostConfig,
  env: Environment,
  lookup: Lookup,
  signal: AbortSignal,
): Promise<readonly KnownHostsEntry[]> {
  const key = 'key' in lookup ? lookup.key : undefined;
  const expander = makeExpander(host, localUser(), env, {
    H: 'name' in lookup ? lookup.name : lookupName(host),
    I: lookup.invocation,
    K: key?.toString('base64') ?? 'NONE',
    f: key ? fingerprint(key) : 'NONE',
    t: key ? keyType(key) : 'NONE',
  });
  const words = splitConfigLine(`KnownHostsCommand ${command}`)?.words ?? [];
  const [program, ...args] = words.map((word, index) => (index === 0 ? word : expander.tokens(word)));
  if (program === undefined || !isAbsolute(program)) {
    const reason = program === undefined ? 'commandInvalid' : 'commandRelative';
    throw new CommandNotStarted(knownHostsCommandFailed(reason, command));
  }
  const { stdout, stderr, end } = await run(program, args, env, signal);
  signal.throwIfAborted();
  if (end !== 'exit 0') {
    const detail = [end, lastLine(stderr)].filter((part) => part !== undefined).join(': ');
    const failed = knownHostsCommandFailed('commandFailed', command, detail);
    throw end === 'exit ENOENT' ? new CommandNotStarted(failed) : new TunnelFailure(failed);
  }
  return parseKnownHosts(stdout, program);
}

interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  /** `exit 0`, or `exit` and the status, the signal or the system's error; or why it was ended. */
  readonly end: string;
}

/** Runs a program to its end. If it takes too long, prints too much, or is aborted, it ends with all it has started. */
function run(
  program: string,
  args: readonly string[],
  env: Environment,
  signal: AbortSignal,
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { ...leadsGroup, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const group = new ProcessGroup(child);
    const output = { stdout: '', stderr: '' };
    const settle = (end: string): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      child.stdout.destroy();
      child.stderr.destroy();
      resolve({ ...output, end });
    };
    const cutOff = (why: string): void => {
      child.removeAllListeners('close');
      void group.end(killTimeoutMs).then(() => settle(why));
    };
    const onAbort = (): void => cutOff('stopped');
    const timer = setTimeout(() => cutOff(`no answer in ${commandTimeoutMs / 1000} s`), commandTimeoutMs);
    signal.addEventListener('abort', onAbort, { once: true });
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        output[name] += text;
        if (output[name].length > maxOutputLength) {
          child[name].pause();
          cutOff('too much output');
        }
      });
    }
    child.once('error', (error: NodeJS.ErrnoException) => settle(`exit ${error.code ?? error.message}`));
    child.once('close', (code, ended) => settle(`exit ${code ?? ended}`));
    if (signal.aborted) {
      onAbort();
    }
  });
}
