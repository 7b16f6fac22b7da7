// Where Windows keeps its own programs.
import { join } from 'node:path';

/** The absolute path of a program of Windows, so that none of the same name in the current folder is run. */
export function windowsProgram(name: string): string {
  return join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32', name);
}
