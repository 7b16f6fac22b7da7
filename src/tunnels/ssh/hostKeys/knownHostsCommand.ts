// Runs KnownHostsCommand of the user's own ssh_config, a program that prints lines of known_hosts. It is started from an
// argument vector, without a shell, as in load_hostkeys_command() of OpenSSH's sshconnect.c.
import { spawn } from 'node:child_process';
import { isAbsolute } from 'node:path';
import { ProcessGroup, leadsGroup } from '../../util/system/processGroup';
import { asError } from '../../util/promises';
import type { Environment } from '../../util/environment';
import { TunnelFailure } from '../../errors/errors';
import { knownHostsCommandFailed } from '../../errors/ssh/hostKeySource';
import { splitConfigLine } from '../../config/configLine';
import { makeExpander } from '../config/expandTokens';
import { lookupName } from './knownHosts';
import { fingerprint, keyType, plainKey } from '../keys/publicKey';
import { parseInSlices } from './knownHostsFiles';
import type { KnownHostsEntry } from './knownHostsLine';
import { localUser } from '../config/localUser';
import { lastLine } from '../../util/untrustedText';
import type { HostConfig } from '../config/hostConfig';

/** ssh has no limit. By then a server ends the connection: LoginGraceTime in sshd_config(5). */
const commandTimeoutMs = 120_000;
/** Bytes: as of a file. */
const maxOutputLength = 32 * 1024 * 1024;
const maxStderrLength = 4096;
/** Milliseconds after its end. */
const stderrGraceMs = 100;

/** What is asked for: `%I` of ssh_config(5), with the name that is looked up. */
export type Lookup =
  /** The types of the known keys, to request one of them. */
  | { readonly invocation: 'ORDER' }
  /** `key`: as the server sent it, which may be a certificate. */
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
 * @throws the signal's reason when aborted, which ends the command
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
    f: key ? fingerprint(plainKey(key)) : 'NONE',
    t: key ? keyType(key) : 'NONE',
  });
  const words = splitConfigLine(`KnownHostsCommand ${command}`)?.words ?? [];
  const [program, ...args] = words.map((word, index) => (index === 0 ? word : expander.tokens(word)));
  if (program === undefined || !isAbsolute(program)) {
    const reason = program === undefined ? 'commandInvalid' : 'commandRelative';
    throw new CommandNotStarted(knownHostsCommandFailed(reason, command));
  }
  const outcome = await run(program, args, env, signal);
  if ('text' in outcome) {
    return parseInSlices(outcome.text, program);
  }
  const failed = knownHostsCommandFailed('commandFailed', command, outcome.problem);
  throw outcome.isMissing === true ? new CommandNotStarted(failed) : new TunnelFailure(failed);
}

type CommandOutcome = { readonly text: string } | { readonly problem: string; readonly isMissing?: boolean };

/**
 * Like ssh: without standard input, and what it has started ends with it when it is ended.
 * @throws the signal's reason when aborted
 */
function run(
  program: string,
  args: readonly string[],
  env: Environment,
  signal: AbortSignal,
): Promise<CommandOutcome> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...leadsGroup, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const group = new ProcessGroup(child);
    const output: Buffer[] = [];
    let length = 0;
    let stderr = '';
    let exit: string | undefined;
    let grace: NodeJS.Timeout | undefined;
    const settle = (): void => {
      clearTimeout(timer);
      clearTimeout(grace);
      signal.removeEventListener('abort', onAbort);
      child.stdout.destroy();
      child.stderr.destroy();
    };
    const fail = (how: string, isMissing = false): void => {
      settle();
      group.kill();
      const problem = [how, lastLine(stderr)].filter((part) => part !== undefined).join(': ');
      resolve({ problem, isMissing });
    };
    const onAbort = (): void => {
      settle();
      group.kill();
      reject(asError(signal.reason));
    };
    const finish = (): void => {
      if (exit === 'exit 0' && child.stdout.readableEnded) {
        settle();
        resolve({ text: Buffer.concat(output).toString() });
      }
    };
    const timer = setTimeout(() => fail(`no answer in ${commandTimeoutMs / 1000} s`), commandTimeoutMs);
    signal.addEventListener('abort', onAbort, { once: true });
    child.stdout.on('data', (data: Buffer) => {
      output.push(data);
      length += data.length;
      if (length > maxOutputLength) {
        fail(`more than ${maxOutputLength / 1024 / 1024} MB of output`);
      }
    });
    child.stdout.once('end', finish);
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-maxStderrLength);
    });
    child.once('error', (error: NodeJS.ErrnoException) =>
      fail(error.code ?? 'error', error.code === 'ENOENT'),
    );
    child.once('exit', (code, killedBy) => {
      exit = killedBy ?? `exit ${code ?? -1}`;
      if (exit === 'exit 0') {
        finish();
      } else {
        // Its last output is still to be read. Another process may keep its standard error open.
        grace = setTimeout(fail, stderrGraceMs, exit);
      }
    });
  });
}
