// Carries the reason why a daemon could not start: its exit code contains the number of the system error.
import { getSystemErrorMap } from 'node:util';

/** Above the exit codes that shells and Node use. The errno values of Linux and macOS are below 140. */
const base = 64;

export function exitCodeOf(error: unknown): number {
  const errno = error instanceof Error && 'errno' in error ? Number(error.errno) : 0;
  return errno < 0 && errno > base - 255 ? base - errno : 1;
}

/** The text for an error's detail. */
export function explainExit(code: number): string {
  const [name, text] = getSystemErrorMap().get(base - code) ?? [];
  return name === undefined || text === undefined
    ? `The daemon exited with code ${code}.`
    : `${name}: ${text}`;
}
