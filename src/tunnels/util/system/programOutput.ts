// System programs: where Windows keeps them, and running one for information, without a shell, with a time-out and
// limited output.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { afterRestOfOutput } from './restOfOutput';

/** Short, because the user waits for the error that the output helps to explain. */
const defaultTimeoutMs = 2000;
/** How long the output of a program that has ended may still arrive. */
const restOfOutputMs = 500;
/** The table of a busy server's connections is long. */
const maxBuffer = 16 * 1024 * 1024;

/**
 * @param program its absolute path
 * @returns its output, whatever its exit code (lsof(8) exits with 1 when it finds nothing); undefined if it could not
 * be run, or took too long
 */
export function outputOf(
  program: string,
  args: readonly string[],
  timeoutMs = defaultTimeoutMs,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const options = { maxBuffer, windowsHide: true, encoding: 'utf8', killSignal: 'SIGKILL' } as const;
    const child = execFile(program, args, options, (error, stdout) => {
      clearTimeout(timer);
      // A number is an exit code.
      resolve(error && typeof error.code !== 'number' ? undefined : stdout);
    });
    // WMIC and PowerShell may wait for the end of their input.
    child.stdin?.end();
    // What it has started may keep the output open, such as a service of Windows.
    child.once('exit', () => {
      afterRestOfOutput(child, restOfOutputMs, () => {
        child.stdout?.destroy();
        child.stderr?.destroy();
      });
    });
    // Not the option: with it, Node still waits for whoever has the output open.
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      child.stdout?.destroy();
      child.stderr?.destroy();
      resolve(undefined);
    }, timeoutMs);
  });
}

/** The absolute path of a program of Windows, so that none of the same name in the current folder is run. */
export function windowsProgram(name: string): string {
  return join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32', name);
}
