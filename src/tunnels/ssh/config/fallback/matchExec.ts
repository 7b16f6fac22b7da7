// Runs the command of a `Match exec` in the user's own ssh_config: execute_in_shell() in OpenSSH's readconf.c.
import { spawn } from 'node:child_process';
import type { SpawnOptions } from 'node:child_process';
import type { Environment } from '../../../util/environment';
import { ProcessGroup, leadsGroup } from '../../../util/system/processGroup';

export interface ExecOptions {
  readonly env: Environment;
  /** Its working directory. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

/**
 * In the user's shell, like ssh does.
 * @returns whether it has exited with 0; false as well if it can't be started
 * @throws the signal's reason; the command has been ended
 */
export function runMatchExec(command: string, { env, folder, signal }: ExecOptions): Promise<boolean> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const options = { ...leadsGroup, cwd: folder, env, stdio: 'ignore' } satisfies SpawnOptions;
    const { SHELL: shell } = env;
    const child =
      process.platform === 'win32'
        ? spawn(command, { ...options, shell: true })
        : spawn(shell === undefined || shell === '' ? '/bin/sh' : shell, ['-c', command], options);
    const group = new ProcessGroup(child);
    const onAbort = (): void => {
      group.kill();
      reject(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)));
    };
    const finish = (matches: boolean): void => {
      signal.removeEventListener('abort', onAbort);
      resolve(matches);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    child.once('error', () => finish(false));
    child.once('exit', (code) => finish(code === 0));
  });
}
