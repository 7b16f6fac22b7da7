// Reads a file of host keys, which may be anything: missing, a folder, a pipe, endless.
import { stat } from 'node:fs/promises';
import { devNull } from 'node:os';
import { TunnelFailure } from '../../errors/errors';
import { hostKeyFileUnusable } from '../../errors/ssh/hostKey';
import { readUpTo } from '../../util/readUpTo';

/** Bytes: some 300,000 keys. */
const maxSize = 32 * 1024 * 1024;

/**
 * The content of a file. The null device is empty.
 * @returns undefined if it doesn't exist
 * @throws TunnelFailure HostKeyUnknown if it exists, but can't be read as a file
 */
export async function readHostKeyFile(file: string): Promise<Buffer | undefined> {
  try {
    if (isNullDeviceOfWindows(file)) {
      return Buffer.alloc(0);
    }
    // Looked at before it is opened: to open a pipe waits for its other end, and a device may act.
    const info = await stat(file);
    if (info.isCharacterDevice() && info.rdev === (await stat(devNull)).rdev) {
      return Buffer.alloc(0);
    }
    if (!info.isFile()) {
      throw new TunnelFailure(hostKeyFileUnusable('notAFile', file));
    }
    const content = await readUpTo(file, maxSize);
    if (content.length > maxSize) {
      throw new TunnelFailure(hostKeyFileUnusable('fileTooLarge', file));
    }
    return content;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      return undefined;
    }
    if (error instanceof TunnelFailure) {
      throw error;
    }
    throw new TunnelFailure(hostKeyFileUnusable('fileUnreadable', file, message), { cause: error });
  }
}

/** `NUL`, in whatever folder. Node would take it for the name of a file. */
export function isNullDeviceOfWindows(file: string, platform: NodeJS.Platform = process.platform): boolean {
  return platform === 'win32' && /(^|[\\/])nul$/i.test(file);
}
