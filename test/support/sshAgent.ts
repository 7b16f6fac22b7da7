// OpenSSH's own agent, for one test.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { eventually } from './eventually';
import type { TempDir } from './tempDir';

export interface SshAgent extends AsyncDisposable {
  readonly socket: string;
  /** Loads keys, and the certificates beside them, with options of ssh-add before them. */
  readonly add: (...keys: readonly string[]) => void;
  /** Locks it with a password. */
  readonly lock: () => Promise<void>;
}

/** @param env in addition to the test's own; askedBy() for confirmations */
export async function sshAgent(
  folder: TempDir,
  name = 'agent',
  env: NodeJS.ProcessEnv = {},
): Promise<SshAgent> {
  const socket = folder.file(name);
  const agent = spawn('ssh-agent', ['-D', '-a', socket], {
    stdio: 'ignore',
    env: { ...process.env, ...env },
  });
  await eventually('the agent listens', () => existsSync(socket));
  const sshAdd = (args: readonly string[], env: NodeJS.ProcessEnv = {}): void => {
    execFileSync('ssh-add', args, {
      env: { ...process.env, ...env, SSH_AUTH_SOCK: socket },
      stdio: 'ignore',
    });
  };
  return {
    socket,
    add: (...keys) => sshAdd(['-q', ...keys]),
    async lock() {
      const password = await folder.write(`${name}-password`, '#!/bin/sh\necho secret\n');
      await chmod(password, 0o755);
      sshAdd(['-x'], askedBy(password));
    },
    async [Symbol.asyncDispose]() {
      if (agent.exitCode === null && agent.signalCode === null) {
        agent.kill();
        await once(agent, 'exit');
      }
    },
  };
}

/** For an agent that asks its user by this program. */
export function askedBy(program: string): NodeJS.ProcessEnv {
  return { SSH_ASKPASS: program, SSH_ASKPASS_REQUIRE: 'force', DISPLAY: ':0' };
}
