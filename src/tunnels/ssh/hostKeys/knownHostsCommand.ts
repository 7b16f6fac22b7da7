// KnownHostsCommand of the user's own ssh_config: a program that prints lines of known_hosts. It runs as an argument
// vector, without a shell, as in load_hostkeys_command() of OpenSSH's sshconnect.c.
import { execFile } from 'node:child_process';
import type { Environment } from '../../util/environment';
import { TunnelFailure, failure } from '../../errors/errors';
import type { TunnelError } from '../../errors/errors';
import { splitConfigLine } from '../../config/configLine';
import { makeExpander } from '../config/expansion';
import { fingerprint, keyType, lookupName } from './knownHosts';
import { parseKnownHosts } from './knownHostsLine';
import type { KnownHostsEntry } from './knownHostsLine';
import { localUser } from '../config/localUser';
import { lastLine } from '../../util/printable';
import type { ResolvedHost } from '../config/resolvedHost';

/** Milliseconds. */
const patience = 10_000;
const most = 1024 * 1024;

/**
 * The entries that it prints.
 * @param key that the server has shown; undefined: only the types of the keys that are known are wanted
 * @throws TunnelFailure HostKeyUnknown when it fails, which ends the connection of ssh, too; InvalidDefinition for a
 *   token that is unknown
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
    throw new TunnelFailure(commandFailed(command, 'cannot be taken apart into words', ''));
  }
  const text = await new Promise<string>((resolve, reject) => {
    const options = { env, timeout: patience, maxBuffer: most, windowsHide: true };
    execFile(program, args, options, (error, stdout, stderr) => {
      if (error) {
        // Not its message, in which the arguments stand with the values of variables.
        const how =
          error.killed === true ? `no answer in ${patience / 1000} s` : `exit ${error.code ?? error.signal}`;
        const detail = [how, lastLine(stderr)].filter((part) => part !== undefined).join(': ');
        reject(new TunnelFailure(commandFailed(command, 'failed', detail)));
      } else {
        resolve(stdout);
      }
    });
  });
  return parseKnownHosts(text, words[0] ?? program);
}

function commandFailed(command: string, what: string, detail: string): TunnelError {
  return failure(
    'HostKeyUnknown',
    `The KnownHostsCommand "${command}" ${what}, so nobody can say whether the host key may be trusted.`,
    'Run it in a terminal to see why, or take it out of your ssh_config.',
    detail,
  );
}
