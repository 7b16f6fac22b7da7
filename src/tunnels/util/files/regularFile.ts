// Reads a file whose path others chose, which may be anything: missing, a folder, a pipe, a device, endless.
import { constants } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { devNull } from 'node:os';

/**
 * The content of a regular file: one byte more than `most`, if there is more. The null device is empty.
 * @throws the error of the system, also for a file that doesn't exist
 */
export async function readRegularFile(file: string, most: number): Promise<Buffer | 'folder' | 'other'> {
  if (isNullDeviceOfWindows(file)) {
    return Buffer.alloc(0);
  }
  // Looked at before it is opened: to open a pipe waits for its other end, and a device may act.
  const facts = await stat(file);
  if (facts.isCharacterDevice() && facts.rdev === (await stat(devNull)).rdev) {
    return Buffer.alloc(0);
  }
  if (!facts.isFile()) {
    return facts.isDirectory() ? 'folder' : 'other';
  }
  // Should it be a pipe by now, this doesn't wait for its other end. Windows has no such flag.
  const { O_RDONLY, O_NONBLOCK = 0 } = constants as Partial<typeof constants>;
  const handle = await open(file, (O_RDONLY ?? 0) | O_NONBLOCK);
  try {
    const chunks: Buffer[] = [];
    // The size that the system tells may be outdated, or 0.
    for await (const chunk of handle.createReadStream({ end: most, autoClose: false })) {
      chunks.push(chunk as Buffer);
    }
    return Buffer.concat(chunks);
  } finally {
    await handle.close();
  }
}

/** `NUL`, in whatever folder. Node would take it for the name of a file. */
export function isNullDeviceOfWindows(file: string, platform: NodeJS.Platform = process.platform): boolean {
  return platform === 'win32' && /(^|[\\/])nul$/i.test(file);
}

/** Whether text begins as UTF-16 does, with a byte order mark or with a Latin letter: `>` of Windows PowerShell writes it. */
export function beginsAsUtf16(bytes: Buffer): boolean {
  return /^(?:\xff\xfe|\xfe\xff|.?\0)/s.test(bytes.toString('latin1', 0, 2));
}
