// Runs a program of the system that says something about it: no shell, a time limit, and no output that never ends.
import { execFile } from 'node:child_process';

/** Milliseconds. Somebody waits for the error that it helps to explain. */
const limit = 2000;

/**
 * @param program its whole path
 * @returns what it said, whatever its exit code: lsof(8) ends with 1 where it finds nothing; undefined where it could
 * not be run, or took too long
 */
export function outputOf(program: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: limit, windowsHide: true, encoding: 'utf8' }, (error, stdout) => {
      // A number: its exit code.
      resolve(error && typeof error.code !== 'number' ? undefined : stdout);
    });
  });
}
