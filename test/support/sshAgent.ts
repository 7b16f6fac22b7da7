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

export async function sshAgent(folder: TempDir, name = 'agent'): Promise<SshAgent> {
  const socket = folder.file(name);
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
  await eventually('the agent listens', () => existsSync(socket));
  return {
    socket,
    add(...keys) {
      const env = { ...process.env, SSH_AUTH_SOCK: socket };
      execFileSync('ssh-add', ['-q', ...keys], { env, stdio: 'ignore' });
    },
    async [Symbol.asyncDispose]() {
      agent.kill();
      await once(agent, 'exit');
    },
  };
}
