// OpenSSH's own agent, for one test.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { eventually } from './eventually';
import type { TempDir } from './tempDir';

export interface SshAgent extends AsyncDisposable {
  readonly socket: string;
  /** Loads keys, and the certificates beside them. */
  add(...keys: readonly string[]): void;
}

/** @param env in addition to the test's own */
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
  return {
    socket,
    add(...keys) {
      const own = { ...process.env, SSH_AUTH_SOCK: socket };
      execFileSync('ssh-add', ['-q', ...keys], { env: own, stdio: 'ignore' });
    },
    async [Symbol.asyncDispose]() {
      agent.kill();
      await once(agent, 'exit');
    },
  };
}
