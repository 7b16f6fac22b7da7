// Runs the installed ssh, for comparisons.
import { execFile } from 'node:child_process';
import { longWaitMs } from './eventually';

export interface SshRun {
  /** -1 if a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Resolves whatever its exit code; ends it when it takes too long, or as soon as its stderr matches `until`. */
export function ssh(args: readonly string[], until?: RegExp, env = process.env): Promise<SshRun> {
  return new Promise((resolve) => {
    const child = execFile('ssh', args, { timeout: longWaitMs, env }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr });
    });
    child.stdin?.end();
    let said = '';
    child.stderr?.on('data', (text: string) => {
      said += text;
      if (until?.test(said) === true) {
        child.kill('SIGKILL');
      }
    });
  });
}
