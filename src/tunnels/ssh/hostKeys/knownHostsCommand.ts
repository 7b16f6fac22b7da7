// Runs KnownHostsCommand of the user's own ssh_config, a program that prints lines of known_hosts. It is started from an
// argument vector, without a shell, as in load_hostkeys_command() of OpenSSH's sshconnect.c.
import { execFile } from 'node:child_process';
import { isAbsolute } from 'node:path';
import { asError } from '../../util/promises';
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
    f: key ? fingerprint(key) : 'NONE',
    t: key ? keyType(key) : 'NONE',
  });
  const words = splitConfigLine(`KnownHostsCommand ${command}`)?.words ?? [];
  const [program, ...args] = words.map((word, index) => (index === 0 ? word : expander.tokens(word)));
  if (program === undefined || !isAbsolute(program)) {
    const reason = program === undefined ? 'commandInvalid' : 'commandRelative';
    throw new CommandNotStarted(knownHostsCommandFailed(reason, command));
  }
  const text = await new Promise<string>((resolve, reject) => {
    const options = { env, timeout: commandTimeoutMs, maxBuffer: maxOutputLength, windowsHide: true, signal };
    execFile(program, args, options, (error, stdout, stderr) => {
      if (!error) {
        resolve(stdout);
        return;
      }
      if (signal.aborted) {
        reject(asError(signal.reason));
        return;
      }
      // Not the error's message: it contains the arguments, with the values of variables.
      const how =
        error.killed === true
          ? `no answer in ${commandTimeoutMs / 1000} s`
          : `exit ${error.code ?? error.signal}`;
      const detail = [how, lastLine(stderr)].filter((part) => part !== undefined).join(': ');
      const failed = knownHostsCommandFailed('commandFailed', command, detail);
      // The system's error has a name, the program's exit status is a number.
      reject(error.code === 'ENOENT' ? new CommandNotStarted(failed) : new TunnelFailure(failed));
    });
  });
  return parseKnownHosts(text, program);
}
