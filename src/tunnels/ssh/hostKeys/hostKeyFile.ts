// Reads a file of host keys, which may be anything: missing, a folder, a pipe, endless. Never blocks on a pipe.
import { constants } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { devNull } from 'node:os';
import { TunnelFailure } from '../../errors/errors';
import { hostKeyFileUnusable } from '../../errors/ssh/hostKey';

/** Bytes: some 300,000 keys. */
const maxSize = 32 * 1024 * 1024;
const chunkSize = 256 * 1024;

/**
 * The content of a file. The null device is empty.
 * @returns undefined if it doesn't exist
 * @throws TunnelFailure HostKeyUnknown if it exists, but can't be read as a file
 */
export async function readHostKeyFile(file: string): Promise<Buffer | undefined> {
  if (isNullDeviceOfWindows(file)) {
    return Buffer.alloc(0);
  }
  let handle: FileHandle;
  try {
    // Opening a pipe without O_NONBLOCK would wait for a writer. The constant doesn't exist on Windows.
    handle = await open(file, constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      return undefined;
    }
    throw unreadable(file, error);
  }
  try {
    const info = await handle.stat();
    if (info.isFile()) {
      return await readAll(handle, file);
    }
    if (info.isCharacterDevice() && info.rdev === (await stat(devNull)).rdev) {
      return Buffer.alloc(0);
    }
    throw new TunnelFailure(hostKeyFileUnusable('notAFile', file));
  } catch (error) {
    throw error instanceof TunnelFailure ? error : unreadable(file, error);
  } finally {
    await handle.close();
  }
}

/** `NUL`, in whatever folder. Node would take it for the name of a file. */
export function isNullDeviceOfWindows(file: string, platform: NodeJS.Platform = process.platform): boolean {
  return platform === 'win32' && /(^|[\\/])nul$/i.test(file);
}

/** Not by the size that the system reports: files of /proc have none. */
async function readAll(handle: FileHandle, file: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for (let size = 0; size <= maxSize;) {
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(chunkSize), 0, chunkSize, null);
    if (bytesRead === 0) {
      return Buffer.concat(chunks, size);
    }
    chunks.push(buffer.subarray(0, bytesRead));
    size += bytesRead;
  }
  throw new TunnelFailure(hostKeyFileUnusable('fileTooLarge', file));
}

function unreadable(file: string, error: unknown): TunnelFailure {
  const why = error instanceof Error ? error.message : String(error);
  return new TunnelFailure(hostKeyFileUnusable('fileUnreadable', file, why), { cause: error });
}
