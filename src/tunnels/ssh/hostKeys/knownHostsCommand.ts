// Runs KnownHostsCommand of the user's own ssh_config, a program that prints lines of known_hosts. It is started from an
// argument vector, without a shell, as in load_hostkeys_command() of OpenSSH's sshconnect.c.
import { execFile } from 'node:child_process';
import type { Environment } from '../../util/environment';
import { TunnelFailure } from '../../errors/errors';
import { knownHostsCommandFailed } from '../../errors/ssh/hostKey';
import { splitConfigLine } from '../../config/configLine';
import { makeExpander } from '../config/expandTokens';
import { fingerprint, keyType, lookupName } from './knownHosts';
import { parseKnownHosts } from './knownHostsLine';
import type { KnownHostsEntry } from './knownHostsLine';
import { localUser } from '../config/localUser';
import { lastLine } from '../../util/printable';
import type { ResolvedHost } from '../config/hostConfig';

const commandTimeoutMs = 10_000;
const maxOutputLength = 1024 * 1024;

/**
 * Returns the entries that it prints.
 * @param key the server's key. undefined: only the types of the known keys are needed
 * @throws TunnelFailure HostKeyUnknown when the command fails, which ends ssh's connection, too; InvalidDefinition for
 *   an unknown token
 */
export async function runKnownHostsCommand(
  command: string,
  host: ResolvedHost,
  env: Environment,
  key: Buffer | undefined,
): Promise<readonly KnownHostsEntry[]> {
  const expander = makeExpander(host, localUser(), env, {
    H: lookupName(host),
    I: key ? 'HOSTNAME' : 'ORDER',
    K: key?.toString('base64') ?? 'NONE',
    f: key ? fingerprint(key) : 'NONE',
    t: key ? keyType(key) : 'NONE',
  });
  const words = splitConfigLine(`KnownHostsCommand ${command}`)?.words ?? [];
  const [program, ...args] = words.map((word) => expander.tokens(word));
  if (program === undefined) {
    throw new TunnelFailure(knownHostsCommandFailed('commandInvalid', command));
  }
  const text = await new Promise<string>((resolve, reject) => {
    const options = { env, timeout: commandTimeoutMs, maxBuffer: maxOutputLength, windowsHide: true };
    execFile(program, args, options, (error, stdout, stderr) => {
      if (error) {
        // Not the error's message: it contains the arguments, with the values of variables.
        const how =
          error.killed === true
            ? `no answer in ${commandTimeoutMs / 1000} s`
            : `exit ${error.code ?? error.signal}`;
        const detail = [how, lastLine(stderr)].filter((part) => part !== undefined).join(': ');
        reject(new TunnelFailure(knownHostsCommandFailed('commandFailed', command, detail)));
      } else {
        resolve(stdout);
      }
    });
  });
  return parseKnownHosts(text, words[0] ?? program);
}
