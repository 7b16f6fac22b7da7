// Why a host could not start, by the one way it has to tell: its exit code carries the number of the system's error.
import { getSystemErrorMap } from 'node:util';

/** Above what shells and Node use for themselves; the numbers of Linux and macOS stay below 140. */
const base = 64;

export function exitCodeOf(error: unknown): number {
  const errno = error instanceof Error && 'errno' in error ? Number(error.errno) : 0;
  return errno < 0 && errno > base - 255 ? base - errno : 1;
}

/** For the detail of an error. */
export function explainExit(code: number): string {
  const [name, text] = getSystemErrorMap().get(base - code) ?? [];
  return name === undefined || text === undefined ? `it ended with code ${code}` : `${name}: ${text}`;
}
