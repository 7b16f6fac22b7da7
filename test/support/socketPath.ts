// Where a test's own server listens when it isn't on a port: a Unix socket, or on Windows a named pipe.
import type { TempDir } from './tempDir';

export function socketPath(dir: Pick<TempDir, 'file'>, name: string): string {
  const path = dir.file(name);
  return process.platform === 'win32' ? `\\\\.\\pipe\\${path.replaceAll(/[\\/:]/g, '-')}` : path;
}
