// Reads a file of known or revoked host keys. One that exists and can't be read is an error, never an empty file.
import { TunnelFailure } from '../../errors/errors';
import { hostKeyFileUnusable } from '../../errors/ssh/hostKeys/hostKeySource';
import { readRegularFile } from '../../util/files/regularFile';

/** Bytes: some 300,000 keys. */
const maxSize = 32 * 1024 * 1024;

/**
 * The content of a file. The null device is empty.
 * @returns undefined if it doesn't exist
 * @throws TunnelFailure HostKeyUnknown if it exists, but can't be read as a file
 */
export async function readHostKeyFile(file: string): Promise<Buffer | undefined> {
  try {
    const content = await readRegularFile(file, maxSize);
    if (typeof content === 'string') {
      throw new TunnelFailure(hostKeyFileUnusable('notAFile', file));
    }
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
