// Reads a regular file that may be endless, or a pipe by the time it is opened.
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/**
 * One byte more than `most`, if there is more. The size that the system tells may be outdated, or 0.
 * @throws the error of the system
 */
export async function readUpTo(file: string, most: number): Promise<Buffer> {
  // Should it be a pipe by now, this doesn't wait for its other end. Windows has no such flag.
  const { O_RDONLY, O_NONBLOCK = 0 } = constants as Partial<typeof constants>;
  const handle = await open(file, (O_RDONLY ?? 0) | O_NONBLOCK);
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of handle.createReadStream({ end: most, autoClose: false })) {
      chunks.push(chunk as Buffer);
    }
    return Buffer.concat(chunks);
  } finally {
    await handle.close();
  }
}
