// A program with a known name that holds a port or a socket, like a user's own program.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { symlink } from 'node:fs/promises';
import type { TempDir } from '../../support/tempDir';

export interface Program extends AsyncDisposable {
  readonly pid: number;
  /** Kills it: what it has created stays behind. */
  kill(): Promise<void>;
}

interface ProgramOptions {
  /** The user that runs it, if it is another one. */
  readonly uid?: number;
}

/** @param where a port of 127.0.0.1, or a path */
export async function program(
  dir: TempDir,
  name: string,
  where: number | string,
  options: ProgramOptions = {},
): Promise<Program> {
  const path = dir.file(name);
  await symlink(process.execPath, path);
  const listen = JSON.stringify(typeof where === 'number' ? { port: where, host: '127.0.0.1' } : where);
  const script = `require('node:net').createServer().listen(${listen}, () => console.log('ready'))`;
  const child = spawn(path, ['-e', script], { cwd: '/', stdio: ['ignore', 'pipe', 'inherit'], ...options });
  await once(child.stdout, 'data');
  const exited = once(child, 'exit');
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
  };
  return { pid: child.pid ?? 0, kill, [Symbol.asyncDispose]: kill };
}
